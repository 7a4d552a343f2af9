"""Text that people type, as it is kept: without characters that nobody sees."""

import unicodedata

_JOINERS = "\u200c\u200d"  # Urdu spelling needs them; other invisible characters could reorder or hide text
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn")


def one_line(text: str) -> str:
    """One line, single spaces."""
    return " ".join(_seen(text).split())


def paragraphs(text: str) -> str:
    """Lines kept, no empty ones at either end."""
    return "\n".join(one_line(line) for line in text.splitlines()).strip("\n")


def _seen(text: str) -> str:
    if text.isprintable():  # nearly always, and ten times as fast
        return text
    return "".join(c for c in text if c in _JOINERS or c.isspace() or unicodedata.category(c) not in _UNSEEN)
