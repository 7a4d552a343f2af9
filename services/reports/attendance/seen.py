"""Reading absences: whose they are, and which part of a reason who sees."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from schoolbus import access, audit
from schoolbus.caller import Caller
from schoolbus.paging import Paged
from schoolbus.problems import NotFound
from schoolbus.rights import CHILDREN, CLASSES
from schoolbus.scope import Scope
from services.reports.attendance.states import ABSENT, PRESENT

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]


def reached(store: Store, caller: Caller, branch_id: str, absence_id: str) -> tuple[Scope, Document]:
    """The branch's scope and the absence. Raises NotFound: a stranger's and an unknown one look the same."""
    scope = caller.branch(branch_id)
    absence = store.absences.one(scope, absence_id)
    try:
        access.student(store, caller, branch_id, absence["student_id"])
    except NotFound:
        raise NotFound("Absence") from None
    return scope, absence


def one(store: Store, caller: Caller, branch_id: str, absence_id: str) -> Document:
    return shown(store, caller, branch_id, [reached(store, caller, branch_id, absence_id)[1]])[0]


def several(store: Store, caller: Caller, branch_id: str, query: Document) -> Paged:
    """Of a child, of a class, or of all within reach, the latest first."""
    where = {**_whose(store, caller, branch_id, query), "status": {"$ne": PRESENT}}
    if days := {name: query[key].isoformat() for name, key in (("$gte", "since"), ("$lte", "until")) if query[key]}:
        where["held_on"] = days
    if query["reason"] == "wanted":
        where |= {"status": ABSENT, "reason_kind": None}
    if query["reason"] == "given":
        where["reason_kind"] = {"$ne": None}
    found = store.absences.page(caller.branch(branch_id), where, sort="-held_on", page=query["page"])
    audit.note(store, caller, branch_id, {absence["student_id"] for absence in found.items})
    return Paged(shown(store, caller, branch_id, found.items), found.next)


def _whose(store: Store, caller: Caller, branch_id: str, query: Document) -> Document:
    """The condition that says whose. Raises NotFound, NotAllowed."""
    if query["student_id"]:
        access.student(store, caller, branch_id, query["student_id"])
        return {"student_id": query["student_id"]}
    if query["class_id"]:
        access.led_class(store, caller, branch_id, query["class_id"])
        return {"entries.class_id": query["class_id"]}
    if caller.reaches_all(branch_id):
        return {}
    scope = caller.branch(branch_id)
    children: set[str] = set()
    if caller.reaches(branch_id, CLASSES):
        children |= set(store.students_of_teacher(scope, caller.person_id))
    if caller.reaches(branch_id, CHILDREN):
        children |= set(store.students_of_guardian(scope, caller.person_id, caller.right.needs if caller.right else None))
    return {"student_id": {"$in": sorted(children)}}


def shown(store: Store, caller: Caller, branch_id: str, found: Sequence[Document]) -> list[Document]:
    """What a guardian wrote is for them and the school: guardians may live apart."""
    if caller.reaches_all(branch_id) or not found:
        return list(found)
    oneself, scope = store.same_person(caller.person_id), caller.branch(branch_id)
    taught: set[str] = set()
    if caller.reaches(branch_id, CLASSES):
        taught = set(store.students_of_teacher(scope, caller.person_id))
    return [
        row if row["student_id"] in taught or row["reason_by"] in oneself else {**row, "reason_text": None, "reason_by": None}
        for row in found
    ]
