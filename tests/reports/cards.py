"""Report cards for tests."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from services.reports.cards.card import Card, Line
from services.reports.cards.example import example

SUBJECTS = ("English", "Urdu", "Mathematics", "General Science", "Islamiyat", "Social Studies", "Computer Studies", "Art")
MANY = (*SUBJECTS, "Physics", "Chemistry", "Biology", "History", "Geography", "Punjabi", "Robotics")
SCHOOL, SCHOOL_UR = "Gulberg Model School", "گلبرگ ماڈل اسکول"
ON = date(2026, 11, 24)


def line(subject: str = "English", score: str = "38.5", out_of: str = "50", remark: str | None = None, **more: Any) -> Line:
    return Line(subject, Decimal(score), Decimal(out_of), remark, **more)


def a_card(**more: Any) -> Card:
    """Marks alone."""
    card = {
        "branch_name": SCHOOL,
        "branch_name_ur": SCHOOL_UR,
        "student_name": "Ayesha Khan",
        "student_name_ur": "عائشہ خان",
        "class_title": "Class 5-A",
        "term": "First Term 2026",
        "lines": tuple(line(subject) for subject in SUBJECTS),
        "issued_on": ON,
        "number": "4F6F0123",
    }
    return Card(**{**card, **more})


def a_full_card(**more: Any) -> Card:
    """With every part."""
    return replace(example(SCHOOL, SCHOOL_UR, ON), **more)


def plain(term: str) -> dict[str, Any]:
    """A term that no calendar has, as a draft of a run names it."""
    return {"term": term, "term_key": term.casefold(), "term_id": None}
