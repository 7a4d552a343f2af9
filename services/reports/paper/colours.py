"""Colours that can be read: on white, under white text, and from a printer that has black alone."""

import re

LEAST = 4.5  # WCAG 2.2, 1.4.3: what text has to its ground
LEAST_OF_LINES = 2.0  # an ornament says nothing, but is to be seen in grey too
_HEX = re.compile(r"#[0-9a-f]{6}")


def is_colour(text: str) -> bool:
    """As #14532d, in small letters."""
    return bool(_HEX.fullmatch(text))


def to_white(colour: str) -> float:
    """The contrast ratio to white, 1 to 21. A printer's grey goes by the same luminance: what is apart here is apart there."""
    return 1.05 / (_luminance(colour) + 0.05)


def _luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    red, green, blue = (_linear(int(colour[place : place + 2], 16) / 255) for place in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
