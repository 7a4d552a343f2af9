"""For whom a guide is: grades and subjects against the classes that a child is in. Plain values."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]


def fits(guide: Row, classes: Sequence[Row]) -> bool:
    """`classes`: those of one child, with grade and subject. A guide that names no grade, or no subject, is for all of them.

    Where a child's classes name no subject at all, its class teacher teaches them all: then each of the grade fits.
    """
    grades, subjects = _plain(guide["grades"]), _plain(guide["subjects"])
    of_grade = [row for row in classes if not grades or grade(row) in grades]
    if not of_grade or not subjects:
        return bool(of_grade)
    taught = {_word(row["subject"]) for row in classes if row.get("subject")}
    return not taught or any(_word(row["subject"]) in subjects for row in of_grade if row.get("subject"))


def of_grade(wanted: Iterable[str], classes: Iterable[Row]) -> bool | None:
    """Whether any of the classes is of one of these grades (none: all of them); None: not known."""
    grades = _plain(wanted)
    found = {grade(row) for row in classes if row.get("grade")}
    if not grades:
        return True
    return bool(grades & found) if found else None


def grade(row: Row) -> str:
    return _word(row.get("grade") or "")


def _plain(words: Iterable[str]) -> set[str]:
    return {_word(word) for word in words}


def _word(word: str) -> str:
    """05 and 5 are one grade, English and english one subject."""
    return word.strip().lstrip("0").casefold()
