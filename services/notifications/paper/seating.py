"""How a class sits: the order in which its letters are printed and handed out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.ids import effect_id
from schoolbus.problems import Invalid
from schoolbus.scope import Scope
from services.notifications.paper import waiting

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store


def of(store: Store, caller: Caller, branch_id: str, class_id: str) -> Document:
    """As it was said; nobody, where it never was."""
    scope, _ = waiting.reach(store, caller, branch_id, class_id)
    return {"class_id": class_id, "student_ids": order(store, scope, class_id)}


def put(store: Store, caller: Caller, branch_id: str, class_id: str, student_ids: Sequence[str]) -> Document:
    """Children who are not named come after those who are, by name. Raises Invalid for one of another class, or named twice."""
    scope, _ = waiting.reach(store, caller, branch_id, class_id)
    known, seen = set(waiting.students(store, scope, class_id)), set()
    errors: dict[str, list[str]] = {}
    for place, student_id in enumerate(student_ids):
        if student_id not in known:
            errors[str(place)] = ["Not in this class."]
        elif student_id in seen:
            errors[str(place)] = ["Named twice."]
        seen.add(student_id)
    if errors:
        raise Invalid({"student_ids": errors})
    kept = {"branch_id": branch_id, "class_id": class_id, "student_ids": list(student_ids), "set_at": now()}
    kept["set_by"] = caller.person_id
    store.seatings.collection.update_one({"_id": _id(scope, class_id)}, {"$set": kept}, upsert=True)
    return {"class_id": class_id, "student_ids": list(student_ids)}


def order(store: Store, scope: Scope, class_id: str | None) -> list[str]:
    found = store.seatings.first(scope, {"_id": _id(scope, class_id)}) if class_id else None
    return list(found["student_ids"]) if found else []


def _id(scope: Scope, class_id: str) -> str:
    return effect_id("seating", scope.branch_id or "", class_id)
