"""Colours of style.css's tokens are told apart, by day and in the dark (WCAG 2.2, 1.4.3 and 1.4.11)."""

import re

import pytest

from gateway.portal.assets import STATIC

_TOKEN = re.compile(r"--([a-z-]+): (#[0-9a-f]{3,6})\b")
TEXT, PARTS = 4.5, 3.0
PAIRS = [
    *((front, ground, TEXT) for front in ("ink", "soft", "main") for ground in ("paper", "ground")),
    *((kind, f"{kind}-ground", TEXT) for kind in ("good", "wait", "bad")),
    ("on-main", "main", TEXT),
    ("edge", "paper", PARTS),
    ("bar", "main-soft", PARTS),  # a bar, on the whole that it is a part of
    ("ink", "bar", PARTS),  # the interval across it
    ("ink", "main-soft", PARTS),
]


def tokens() -> dict[str, dict[str, str]]:
    css = (STATIC / "style.css").read_text()
    light, dark = css.split("@media (prefers-color-scheme: dark)", 1)
    by_day = dict(_TOKEN.findall(light))
    return {"light": by_day, "dark": by_day | dict(_TOKEN.findall(dark.partition("}\n}")[0]))}


def brightness(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(each * 2 for each in colour[1:])
    parts = [int(digits[start : start + 2], 16) / 255 for start in (0, 2, 4)]
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("front", "ground", "least"), PAIRS)
def test_what_is_shown_is_told_from_its_ground(scheme: str, front: str, ground: str, least: float) -> None:
    found = tokens()[scheme]
    dim, bright = sorted((brightness(found[front]), brightness(found[ground])))
    assert (bright + 0.05) / (dim + 0.05) >= least
