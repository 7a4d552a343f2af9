"""Report cards for tests."""

from datetime import date
from decimal import Decimal
from typing import Any

from services.reports.cards.card import Card, Line

SUBJECTS = ("English", "Urdu", "Mathematics", "General Science", "Islamiyat", "Social Studies", "Computer Studies", "Art")
MANY = (*SUBJECTS, "Physics", "Chemistry", "Biology", "History", "Geography", "Punjabi", "Robotics")


def line(subject: str = "English", score: str = "38.5", out_of: str = "50", remark: str | None = None) -> Line:
    return Line(subject, Decimal(score), Decimal(out_of), remark)


def a_card(**more: Any) -> Card:
    card = {
        "branch_name": "Gulberg Model School",
        "branch_name_ur": "گلبرگ ماڈل اسکول",
        "student_name": "Ayesha Khan",
        "student_name_ur": "عائشہ خان",
        "class_title": "Class 5-A",
        "term": "First Term 2026",
        "lines": tuple(line(subject) for subject in SUBJECTS),
        "issued_on": date(2026, 11, 24),
        "number": "4F6F0123",
    }
    return Card(**{**card, **more})
