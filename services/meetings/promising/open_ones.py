"""What is still to be done for a child, carried from meeting to meeting, with what was done lately."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from schoolbus import clock
from schoolbus.scope import Scope
from services.meetings import views

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
LATELY = timedelta(days=120)
MOST_OPEN, MOST_SETTLED = 10, 3  # of a child


def of_students(store: Store, scope: Scope, student_ids: Collection[str]) -> dict[str, list[Document]]:
    """By student: what is open, due first, and the last ones that were settled."""
    lately = {"settled_at": {"$gt": clock.now() - LATELY}}
    where = {"student_id": {"$in": sorted(student_ids)}, "$or": [{"state": "open"}, lately]}
    found = store.commitments.find(scope, where, sort="due_on _id")
    of_student: dict[str, list[Document]] = defaultdict(list)
    for commitment in named(store, scope, found):
        of_student[commitment["student_id"]].append(commitment)
    return {student_id: carried(each) for student_id, each in of_student.items()}


def carried(commitments: Iterable[Document]) -> list[Document]:
    """Of a child's, those that the next meeting begins with; `commitments` are in the order in which they are due."""
    by_state: dict[bool, list[Document]] = {True: [], False: []}
    for commitment in commitments:
        by_state[commitment["state"] == "open"].append(commitment)
    settled = sorted(by_state[False], key=lambda each: each["settled_at"], reverse=True)
    return by_state[True][:MOST_OPEN] + settled[:MOST_SETTLED]


def named(store: Store, scope: Scope, found: Sequence[Document]) -> list[Document]:
    """With the names of those in them."""
    whom = ("student", "guardian", "teacher")
    people = store.people_by_id(scope, {each[f"{who}_id"] for each in found for who in whom})
    return [{**each, **{f"{who}_name": views.full_name(people.get(each[f"{who}_id"])) for who in whom}} for each in found]
