"""Homework: a teacher sets it for a class, the families of its students are told."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from schoolbus import access, clock
from schoolbus.caller import Caller
from schoolbus.contracts.reports import HomeworkSet
from schoolbus.events import CHUNK
from schoolbus.ids import new_id
from schoolbus.once import once
from schoolbus.paging import Paged
from schoolbus.problems import NotAllowed, NotFound
from services.reports import briefs
from services.reports.today.overviews import changing, forget

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
_SAME = ("class_id", "title", "text", "subject", "due_on", "teacher_id")


def set_homework(store: Store, caller: Caller, branch_id: str, draft: Document) -> Document:
    """The homework with its events, in one write; the one that is there when it was sent before."""
    scope, group = access.led_class(store, caller, branch_id, draft["class_id"])
    document = {
        **draft,
        "_id": draft.get("homework_id") or new_id(),
        "branch_id": branch_id,
        "class_title": group["title"],
        "due_on": draft["due_on"].isoformat(),
        "teacher_id": caller.person_id,
        "set_at": clock.now(),
    }
    document.pop("homework_id", None)
    students = store.students_of_class(scope, draft["class_id"])
    said = events(document, students)
    with changing(store, branch_id, students), briefs.changing(store, branch_id, students):
        there = once(store.homework, scope, document, lambda: store.homework.add(document, saying=said), _SAME)
    came = set(store.students_of_class(scope, draft["class_id"])) - set(students)  # meanwhile
    forget(store, branch_id, came)
    store.touch_briefs(branch_id, came)
    return there


def events(homework: Document, student_ids: list[str]) -> list[HomeworkSet]:
    """What is said about it: up to 500 students in an event, nothing about a class without students."""
    return [
        HomeworkSet(
            branch_id=homework["branch_id"],
            subject=homework["_id"],
            homework_id=homework["_id"],
            class_id=homework["class_id"],
            class_title=homework["class_title"],
            title=homework["title"],
            due_on=date.fromisoformat(homework["due_on"]),
            teacher_id=homework["teacher_id"],
            student_ids=student_ids[start : start + CHUNK],
        )
        for start in range(0, len(student_ids), CHUNK)
    ]


def one(store: Store, caller: Caller, branch_id: str, homework_id: str) -> Document:
    """For those who see its class. Raises NotFound: a stranger's homework and an unknown one look the same."""
    found = store.homework.one(caller.branch(branch_id), homework_id)
    try:
        access.seen_class(store, caller, branch_id, found["class_id"])
    except (NotAllowed, NotFound):
        raise NotFound("Homework") from None
    return found


def of_class(store: Store, caller: Caller, branch_id: str, query: Document) -> Paged:
    """A class's homework, the latest due first."""
    scope = access.seen_class(store, caller, branch_id, query["class_id"])
    return store.homework.page(scope, {"class_id": query["class_id"]}, sort="-due_on", page=query["page"])
