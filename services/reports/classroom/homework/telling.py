"""What is said about homework: up to 500 students in an event, nothing about a class without students."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from schoolbus import clock
from schoolbus.contracts.reports import HomeworkChanged, HomeworkSet, HomeworkWithdrawn
from schoolbus.events import CHUNK, Event

Document = dict[str, Any]


def of_new(homework: Document, student_ids: Sequence[str]) -> list[Event]:
    return _events(HomeworkSet, homework, student_ids, teacher_id=homework["teacher_id"], kind=homework["kind"])


def of_change(homework: Document, was_due_on: str, student_ids: Sequence[str]) -> list[Event]:
    """Nothing of what is over and was."""
    if max(homework["due_on"], was_due_on) < clock.today().isoformat():
        return []
    return _events(HomeworkChanged, homework, student_ids, teacher_id=homework["changed_by"])


def of_withdrawal(homework: Document, student_ids: Sequence[str]) -> list[Event]:
    if homework["due_on"] < clock.today().isoformat():
        return []
    return _events(HomeworkWithdrawn, homework, student_ids, teacher_id=homework["withdrawn_by"])


def _events(event: type[Event], homework: Document, student_ids: Sequence[str], **more: Any) -> list[Event]:
    return [
        event(
            branch_id=homework["branch_id"],
            subject=homework["_id"],
            homework_id=homework["_id"],
            edition=homework["edition"],
            class_id=homework["class_id"],
            class_title=homework["class_title"],
            title=homework["title"],
            due_on=date.fromisoformat(homework["due_on"]),
            student_ids=list(student_ids[start : start + CHUNK]),
            **more,
        )
        for start in range(0, len(student_ids), CHUNK)
    ]
