"""What is said about homework."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from schoolbus import clock
from schoolbus.contracts.reports import HomeworkChanged, HomeworkSet, HomeworkWithdrawn
from schoolbus.events import Event
from services.reports.classroom.saying import to_families

Document = dict[str, Any]


def of_new(homework: Document, student_ids: Sequence[str]) -> list[Event]:
    return to_families(HomeworkSet, homework, student_ids, **_what(homework, "teacher_id"), kind=homework["kind"])


def of_change(homework: Document, was_due_on: str, student_ids: Sequence[str]) -> list[Event]:
    """Nothing of what is over and was."""
    if max(homework["due_on"], was_due_on) < clock.today().isoformat():
        return []
    return to_families(HomeworkChanged, homework, student_ids, **_what(homework, "changed_by"))


def of_withdrawal(homework: Document, student_ids: Sequence[str]) -> list[Event]:
    if homework["due_on"] < clock.today().isoformat():
        return []
    return to_families(HomeworkWithdrawn, homework, student_ids, **_what(homework, "withdrawn_by"))


def _what(homework: Document, by: str) -> Document:
    return {
        "homework_id": homework["_id"],
        "edition": homework["edition"],
        "title": homework["title"],
        "due_on": date.fromisoformat(homework["due_on"]),
        "teacher_id": homework[by],
    }
