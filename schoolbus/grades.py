"""Grades and subjects as schools write them, compared. Plain values."""

import re
from collections.abc import Iterable

_ZEROS = re.compile(r"^0+(?=\d)")


def plain(word: str) -> str:
    """05 and 5 are one grade, English and english one subject."""
    return _ZEROS.sub("", word.strip()).casefold()


def all_plain(words: Iterable[str]) -> set[str]:
    return {plain(word) for word in words}
