"""What waits to be printed, class by class."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from schoolbus import access
from schoolbus.caller import Caller
from schoolbus.problems import NotAllowed
from schoolbus.scope import Scope
from services.notifications.sending.channels import PAPER
from services.notifications.states import State

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store

WAITING = {"channel": PAPER, "state": State.QUEUED.value, "print_run": None}
NO_CLASS: Document = {"class_id": None, "title": "", "section": None}


def by_class(store: Store, caller: Caller, branch_id: str) -> list[Document]:
    """A row for each class in reach for which something waits; a last one for children who are in no class."""
    scope = caller.branch(branch_id)
    found = store.messages.collection.find(scope.filter(WAITING), {"student_ids": True, "created_at": True, "person_id": True})
    messages = list(found)
    homes = _homes(store, scope, {id for message in messages for id in message["student_ids"]})
    rows: dict[str | None, Document] = {}
    for message in messages:
        for class_id in {homes.get(id) for id in message["student_ids"]} or {None}:
            row = rows.setdefault(class_id, {"waiting": 0, "people": set(), "oldest": message["created_at"]})
            row["waiting"] += 1
            row["people"].add(message["person_id"])
            row["oldest"] = min(row["oldest"], message["created_at"])
    classes = {row["class_id"]: row for row in store.classes.find(scope, {"class_id": {"$in": [id for id in rows if id]}})}
    within = [id for id in rows if _reaches(store, caller, scope, id)]
    shown = [{**(classes.get(id or "") or NO_CLASS), **rows[id], "families": len(rows[id]["people"])} for id in within]
    return sorted(shown, key=lambda row: (row["class_id"] is None, row["title"], row["class_id"] or ""))


def reach(store: Store, caller: Caller, branch_id: str, class_id: str | None) -> tuple[Scope, Document]:
    """The scope and the class: of the office any, of a class teacher their own. Raises NotFound, NotAllowed."""
    if class_id is None:
        if not caller.reaches_all(branch_id):
            raise NotAllowed("not-your-class", "These children are in no class", "The office and the head print for them.")
        return caller.branch(branch_id), NO_CLASS
    scope, group = access.led_class(store, caller, branch_id, class_id)
    if not caller.reaches_all(branch_id) and group.get("homeroom") is False:
        raise NotAllowed("not-your-class", "You are not the class teacher of this class", "Its class teacher may do this.")
    return scope, dict(group)


def students(store: Store, scope: Scope, class_id: str | None) -> list[str]:
    """Of the class; of none, nobody: then whoever is in no class."""
    return store.students_of_class(scope, class_id) if class_id else []


def message_ids(store: Store, scope: Scope, class_id: str | None, most: int) -> list[str]:
    """What waits for a class, the oldest first."""
    where: dict[str, Any] = dict(WAITING)
    if class_id:
        where["student_ids"] = {"$in": students(store, scope, class_id)}
    found = store.messages.collection.find(scope.filter(where), {"student_ids": True}, sort=[("created_at", 1), ("_id", 1)])
    rows = list(found)
    if not class_id:
        homes = _homes(store, scope, {id for row in rows for id in row["student_ids"]})
        rows = [row for row in rows if all(homes.get(id) is None for id in row["student_ids"])]
    return [row["_id"] for row in rows][:most]


def _homes(store: Store, scope: Scope, student_ids: Iterable[str]) -> dict[str, str]:
    """The class in which each child sits: the homeroom, or else the first of their classes."""
    where = {"person_id": {"$in": list(student_ids)}, "role": "student", "active": True}
    enrolled = store.enrollments.find(scope, where)
    ids = list({row["class_id"] for row in enrolled})
    classes = {row["class_id"]: row for row in store.classes.find(scope, {"class_id": {"$in": ids}, "active": True})}
    homes: dict[str, str] = {}
    for row in sorted(enrolled, key=lambda row: _rank(classes.get(row["class_id"]))):
        if row["class_id"] in classes:
            homes.setdefault(row["person_id"], row["class_id"])
    return homes


def _rank(group: Document | None) -> tuple[bool, str]:
    return (not (group or {}).get("homeroom"), str((group or {}).get("class_id", "")))


def _reaches(store: Store, caller: Caller, scope: Scope, class_id: str | None) -> bool:
    if caller.reaches_all(scope.branch_id or ""):
        return True
    return class_id is not None and store.teaches_class(scope, caller.person_id, class_id)
