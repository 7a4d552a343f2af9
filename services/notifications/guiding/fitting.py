"""For whom a guide is: grades and subjects against the classes that a child is in. Plain values."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from schoolbus.grades import all_plain, plain

Row = Mapping[str, Any]


def fits(guide: Row, classes: Sequence[Row]) -> bool:
    """`classes`: those of one child, with grade and subject. A guide that names no grade, or no subject, is for all of them.

    Where a child's classes name no subject at all, its class teacher teaches them all: then each of the grade fits.
    """
    grades, subjects = all_plain(guide["grades"]), all_plain(guide["subjects"])
    of_grade = [row for row in classes if not grades or grade(row) in grades]
    if not of_grade or not subjects:
        return bool(of_grade)
    taught = any(row.get("subject") for row in classes)
    return not taught or any(plain(row["subject"]) in subjects for row in of_grade if row.get("subject"))


def of_grade(wanted: Iterable[str], classes: Iterable[Row]) -> bool | None:
    """Whether any of the classes is of one of these grades (none: all of them); None: not known."""
    grades = all_plain(wanted)
    found = {grade(row) for row in classes if row.get("grade")}
    if not grades:
        return True
    return bool(grades & found) if found else None


def grade(row: Row) -> str:
    return plain(row.get("grade") or "")
