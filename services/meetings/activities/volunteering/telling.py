"""What is said of volunteering: events, ready to be carried by the write that makes them true."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from schoolbus.contracts import activities as said
from schoolbus.events import Event
from schoolbus.scope import Scope
from services.meetings.activities import inviting
from services.meetings.activities.telling import chunks
from services.meetings.activities.volunteering.shifts import calendar

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
Task = Mapping[str, Any]


def wanted(store: Store, scope: Scope, task: Task, student_ids: Sequence[str]) -> list[Event]:
    """To the guardians of these students."""
    first = task["shifts"][0]
    return [
        said.VolunteersWanted(**_facts(task, first), place=first["place"], student_ids=part)
        for part in inviting.parts(store, scope, student_ids)
    ]


def taken(task: Task, shift: Task, guardian_id: str, at: datetime) -> Event:
    more = {"ends_at": shift["ends_at"], "place": shift["place"], "calendar": calendar(task, shift, at)}
    return said.ShiftTaken(**_facts(task, shift), shift_id=shift["shift_id"], person_ids=[guardian_id], **more)


def given_back(task: Task, shift: Task, guardian_id: str, at: datetime) -> Event:
    file = calendar(task, shift, at, cancelled=True)
    return said.ShiftGivenBack(**_facts(task, shift), shift_id=shift["shift_id"], person_ids=[guardian_id], calendar=file)


def cancelled(store: Store, scope: Scope, task: Task, shift: Task, guardian_ids: Iterable[str], at: datetime) -> list[Event]:
    file = calendar(task, shift, at, cancelled=True)
    facts = {**_facts(task, shift), "shift_id": shift["shift_id"]}
    return [said.ShiftCancelled(**facts, person_ids=part, calendar=file) for part in chunks(store, scope, guardian_ids)]


def reminder(store: Store, scope: Scope, task: Task, shift: Task, guardian_ids: Iterable[str]) -> list[Event]:
    facts = {**_facts(task, shift), "shift_id": shift["shift_id"], "place": shift["place"]}
    return [said.ShiftReminder(**facts, person_ids=part) for part in chunks(store, scope, guardian_ids)]


def _facts(task: Task, shift: Task) -> Document:
    return {
        "branch_id": task["branch_id"],
        "subject": task["_id"],
        "volunteer_task_id": task["_id"],
        "edition": task["edition"],
        "title": task["title"],
        "title_ur": task["title_ur"],
        "starts_at": shift["starts_at"],
    }
