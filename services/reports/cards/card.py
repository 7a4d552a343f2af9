"""A report card as plain values. printing.py says what of it is printed."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.reports.cards.parts import Aspect, Attendance, Goal, Home, Remark
from services.reports.gradebook import grading
from services.reports.paper.codes import Check
from services.reports.paper.look import LANGUAGES
from services.reports.paper.points import Point

EDITIONS = LANGUAGES


@dataclass(frozen=True)
class Line:
    """One subject. `percent` and `grade` are the gradebook's where it gives them; else they are of score and out_of.

    0 <= score <= out_of, out_of > 0; both None where a scheme knows no marks, or the child was exempt.
    """

    subject: str
    score: Decimal | None
    out_of: Decimal | None
    remark: str | None = None
    percent: Decimal | None = None
    grade: str | None = None
    average: Decimal | None = None  # of the class, in percent


@dataclass(frozen=True)
class Result:
    """Of the whole term, where it is more than the sum of the marks: by the branch's weights and rounding."""

    percent: Decimal | None
    grade: str = ""
    word: str = ""
    word_ur: str = ""
    score: Decimal | None = None
    out_of: Decimal | None = None
    average: Decimal | None = None


@dataclass(frozen=True)
class Card:
    """What a family gets for one student and term. Urdu names may be missing: the other script stands in."""

    branch_name: str
    branch_name_ur: str | None
    student_name: str
    student_name_ur: str | None
    class_title: str
    term: str
    lines: tuple[Line, ...]
    issued_on: date
    version: int = 1
    number: str = ""  # to find the card again
    roll: str | None = None
    result: Result | None = None  # None: the sum of the marks
    scheme: grading.Scheme = grading.BOARD
    attendance: Attendance | None = None
    behaviour: tuple[Aspect, ...] = ()
    goals: tuple[Goal, ...] = ()
    home: Home | None = None
    progress: tuple[Point, ...] = ()  # the oldest first
    remarks: tuple[Remark, ...] = ()
    check: Check | None = None


def result(card: Card) -> tuple[Decimal, Decimal] | None:
    """Total score and what it is out of; None where nothing has marks."""
    marks = [(line.score, line.out_of) for line in card.lines if line.score is not None and line.out_of is not None]
    return grading.total(marks) if marks else None
