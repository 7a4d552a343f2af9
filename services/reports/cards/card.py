"""A report card as plain values, and what of it is printed."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from babel.dates import format_date

from services.reports.cards import words
from services.reports.gradebook import grading
from services.reports.text import one_line

EDITIONS = ("en", "ur", "both")


@dataclass(frozen=True)
class Line:
    """One subject's mark; 0 <= score <= out_of, out_of > 0."""

    subject: str
    score: Decimal
    out_of: Decimal
    remark: str | None = None


@dataclass(frozen=True)
class Card:
    """What a family gets for one student and term. Urdu names may be missing: the other script stands in. At least one line."""

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
    scheme: grading.Scheme = grading.BOARD


def printed(card: Card) -> dict[str, Any]:
    """What the template (card.typ) prints: all numbers as text, all text cleaned. A new field of the card begins here."""
    score, out_of = result(card)
    percentage = grading.percent(score, out_of, card.scheme)
    return {
        "branch": _both(card.branch_name, card.branch_name_ur),
        "student": _both(card.student_name, card.student_name_ur),
        "class": one_line(card.class_title),
        "term": _both(card.term, words.term_ur(card.term)),
        "date": {"en": format_date(card.issued_on, "d MMMM y", "en"), "ur": format_date(card.issued_on, "d MMMM y", "ur")},
        "number": f"{one_line(card.number)} / {card.version}",
        "lines": [_line(line, card.scheme) for line in card.lines],
        "score": grading.shown(score),
        "out_of": grading.shown(out_of),
        "percent": f"{percentage}",
        "grade": _grade(percentage, card.scheme),
        "scheme": [{"letter": band.letter, "least": f"{band.least}"} for band in card.scheme.bands],
    }


def result(card: Card) -> tuple[Decimal, Decimal]:
    """Total score and what it is out of."""
    return grading.total((line.score, line.out_of) for line in card.lines)


def _both(en: str, ur: str | None) -> dict[str, str]:
    """Where one script is missing, the other stands in."""
    english, urdu = one_line(en), one_line(ur or "")
    return {"en": english or urdu, "ur": urdu or english}


def _line(line: Line, scheme: grading.Scheme) -> dict[str, Any]:
    percentage = grading.percent(line.score, line.out_of, scheme)
    return {
        "subject": _both(line.subject, words.subject_ur(line.subject)),
        "score": grading.shown(line.score),
        "out_of": grading.shown(line.out_of),
        "percent": f"{percentage}",
        "grade": grading.grade(percentage, scheme).letter,
        "remark": one_line(line.remark or ""),
    }


def _grade(percentage: Decimal, scheme: grading.Scheme) -> dict[str, str]:
    band = grading.grade(percentage, scheme)
    return {"letter": band.letter, "en": band.word, "ur": band.word_ur}
