"""What a teacher types into a cell of a mark sheet, and what is shown there. Plain values.

A number is a score; A is absent (nothing was handed in), E is excused (it does not count); an empty cell is no result.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from gateway.portal.language import latin

ABSENT, EXCUSED = "A", "E"
NUMBER, RANGE = "A number, A for absent, or E for excused.", "Not between 0 and what it is out of."
_WORDS = {
    ABSENT: ("a", "abs", "absent", "ab", "غ", "غیر حاضر", "not submitted"),
    EXCUSED: ("e", "exc", "ex", "exempt", "excused", "leave", "ر", "رخصت"),
}
_SAID = {word: sign for sign, words in _WORDS.items() for word in words}
_NUMBER = re.compile(r"\d{1,5}([.٫]\d{1,6})?|[.٫]\d{1,6}")
_STATUS = {ABSENT: "not submitted", EXCUSED: "exempt"}
_SIGN = {status: sign for sign, status in _STATUS.items()}


class NoMark(ValueError):
    """The cell says something that is no mark; the text says what is wanted."""


@dataclass(frozen=True)
class Mark:
    """`score` as text, or a sign."""

    score: str = ""
    sign: str = ""

    @property
    def row(self) -> dict[str, Any]:
        """As the API takes it."""
        if self.sign:
            return {"status": _STATUS[self.sign], "score": None}
        number = Decimal(self.score)
        return {"status": "fully graded", "score": int(number) if number == number.to_integral() else float(number)}


def cleaned(text: str) -> str:
    """One way to write it: "۴٫۵ " and "4.50" are 4.5, "abs" is A. What is no mark stays as it is."""
    given = " ".join(latin(text).split())
    if given.casefold() in _SAID:
        return _SAID[given.casefold()]
    if not _NUMBER.fullmatch(given):
        return given
    number = Decimal(given.replace("٫", "."))
    return f"{number.normalize():f}"


def read(text: str, out_of: str, least: str = "0") -> Mark | None:
    """None for an empty cell. Raises NoMark."""
    given = cleaned(text)
    if given in ("", "-", "–"):
        return None
    if given in _STATUS:
        return Mark(sign=given)
    if not _NUMBER.fullmatch(given):
        raise NoMark(NUMBER)
    if not Decimal(least) <= Decimal(given) <= Decimal(out_of):
        raise NoMark(RANGE)
    return Mark(score=given)


def is_mark(text: str) -> bool:
    """Whether it may stand in a cell, however much it is out of."""
    given = cleaned(text)
    return given in ("", "-", "–", *_STATUS) or _NUMBER.fullmatch(given) is not None


def shown(result: Mapping[str, Any] | None) -> str:
    """What stands in the cell of a result of the API."""
    if not result:
        return ""
    if result["entered_score"] is not None:
        return cleaned(result["entered_score"])
    return result["text_score"] or _SIGN.get(result["status"], "")
