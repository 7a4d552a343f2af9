"""What a family says beforehand: the child will not come on these days. Then it is excused, and nobody is alarmed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schoolbus import access, clock
from schoolbus.caller import Caller
from schoolbus.ids import new_id
from schoolbus.once import once
from schoolbus.paging import Paged
from schoolbus.problems import Conflict, NotFound
from schoolbus.rights import CHILDREN
from schoolbus.scope import Scope
from services.reports.attendance import absences
from services.reports.attendance.states import ABSENT
from services.reports.today import overviews

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
_SAME = ("student_id", "since", "until", "reason_kind", "reason_text", "said_by")


def plan(store: Store, caller: Caller, branch_id: str, draft: Document) -> Document:
    """The planned absence; the one that is there when it was sent before. Where today's register already says absent, it has
    this reason, which the school then accepts or not."""
    scope = access.student(store, caller, branch_id, draft["student_id"])
    made = {
        "_id": draft.get("planned_absence_id") or new_id(),
        "branch_id": branch_id,
        "student_id": draft["student_id"],
        "since": draft["since"].isoformat(),
        "until": draft["until"].isoformat(),
        "reason_kind": draft["reason"]["kind"],
        "reason_text": draft["reason"]["text"],
        "said_by": caller.person_id,
        "said_at": clock.now(),
        "withdrawn_at": None,
    }
    with overviews.changing(store, branch_id, [made["student_id"]]):
        there = once(store.planned_absences, scope, made, lambda: store.planned_absences.add(made), _SAME)
        _said_today(store, scope, there)
    return there


def _said_today(store: Store, scope: Scope, made: Document) -> None:
    today = clock.today().isoformat()
    if not made["since"] <= today <= made["until"]:
        return
    id = absences.absence_id(made["branch_id"], today, made["student_id"])
    with store.transaction():
        absence = store.absences.first(scope, {"_id": id, "status": ABSENT, "reason_kind": None})
        if absence:
            absences.put(store, scope, absence, {**absence, **absences.of_plan(made)})


def of_student(store: Store, caller: Caller, branch_id: str, query: Document) -> Paged:
    """The latest first. What a guardian wrote is for them and the school."""
    scope = access.student(store, caller, branch_id, query["student_id"])
    found = store.planned_absences.page(scope, {"student_id": query["student_id"]}, sort="-until", page=query["page"])
    if not _as_guardian(store, caller, branch_id, query["student_id"]):
        return found
    oneself = store.same_person(caller.person_id)
    return Paged([row if row["said_by"] in oneself else {**row, "reason_text": None} for row in found.items], found.next)


def withdraw(store: Store, caller: Caller, branch_id: str, planned_absence_id: str) -> Document:
    """By who said it, or the school: registers that are still to come are as ever. Days that are over stay as they are."""
    scope = caller.branch(branch_id)
    made = store.planned_absences.one(scope, planned_absence_id)
    try:
        access.student(store, caller, branch_id, made["student_id"])
    except NotFound:
        raise NotFound("Planned absence") from None
    if _as_guardian(store, caller, branch_id, made["student_id"]) and made["said_by"] not in store.same_person(
        caller.person_id
    ):
        raise Conflict("not-yours", "Another has told the school of this", "Whoever did, or the school, can take it back.")
    to = {"withdrawn_at": clock.now()}
    changed = store.planned_absences.change(scope, made["_id"], when={"withdrawn_at": None}, to=to)
    return changed or store.planned_absences.one(scope, made["_id"])


def _as_guardian(store: Store, caller: Caller, branch_id: str, student_id: str) -> bool:
    """Whether nothing but being a guardian lets the caller see the child."""
    if caller.reaches_all(branch_id) or not caller.reaches(branch_id, CHILDREN):
        return False
    return not store.teaches_student(caller.branch(branch_id), caller.person_id, student_id)
