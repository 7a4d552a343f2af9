"""Who and what a machine names by id. What it does not reach is not found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from schoolbus import audit
from schoolbus.caller import Caller
from schoolbus.problems import Invalid, NotFound
from schoolbus.scope import Scope, branch
from schoolbus.store import Document, Documents
from services.reports.gradebook.collections import ACTIVE
from services.reports.oneroster.reach import Client

if TYPE_CHECKING:
    from services.reports.store import Store


def record(kept: Documents, scope: Scope, id: str, where: Mapping[str, Any] = ACTIVE) -> Document:
    """As `known`. Raises NotFound."""
    found = known(kept, scope, id, where)
    if found is None:
        raise NotFound(kept.what)
    return found


def known(kept: Documents, scope: Scope, id: str, where: Mapping[str, Any] = ACTIVE) -> Document | None:
    """By what other systems call it, else by the id that we gave. Raises Invalid where several branches have one."""
    found = kept.find(scope, {"sourced_id": id, **where}, limit=2) or kept.find(scope, {"_id": id, **where}, limit=1)
    if len(found) > 1:
        raise Invalid({"sourcedId": ["Several schools have one of this id: use a client of one of them."]})
    return found[0] if found else None


def ids(kept: Documents, scope: Scope, id: str) -> list[str]:
    """Our ids of all that are called so."""
    return [found["_id"] for found in kept.find(scope, {"$or": [{"sourced_id": id}, {"_id": id}]}, limit=100)]


def class_(store: Store, client: Client, class_id: str, school_id: str | None = None) -> Document:
    """Raises NotFound, and Invalid where several branches have one: none that an import made."""
    branches = [id for id in client.branches if school_id in (None, id)]
    where = {"_id": {"$in": [f"{id}:{class_id}" for id in branches]}, "active": True}
    found = store.classes.find(client.scope, where, limit=2)
    if not found:
        raise NotFound("Class")
    if len(found) > 1:
        raise Invalid({"class": ["Several schools have a class of this id: name the school."]})
    return found[0]


def school(client: Client, school_id: str) -> str:
    if school_id not in client.branches:
        raise NotFound("School")
    return school_id


def student(store: Store, caller: Caller, school_class: Mapping[str, Any], student_id: str) -> str:
    """Of the class's branch: also one who has left the class, whose results stay. Raises NotFound."""
    branch_id = school_class["branch_id"]
    found = store.is_student(branch(branch_id), student_id)
    audit.note(store, caller, branch_id, [student_id], refused=not found)
    if not found:
        raise NotFound("Student")
    return student_id


def sourced(kept: Documents, scope: Scope, ids: Iterable[str]) -> dict[str, str]:
    """What other systems call these, by our ids."""
    found = kept.collection.find(scope.filter({"_id": {"$in": sorted(set(ids))}}), {"sourced_id": True})
    return {row["_id"]: row.get("sourced_id") or row["_id"] for row in found}
