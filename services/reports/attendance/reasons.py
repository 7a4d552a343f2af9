"""Why a child was away: what a guardian says of it, or the school for them, and whether the school accepts it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schoolbus import access, clock
from schoolbus.caller import Caller
from schoolbus.problems import Conflict, NotFound
from schoolbus.rights import BRANCH, CHAIN, CLASSES
from schoolbus.scope import Scope
from services.reports import briefs
from services.reports.attendance import absences, registers, seen
from services.reports.attendance.states import ABSENT, EXCUSED, of_entries
from services.reports.today import overviews

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]


def give(store: Store, caller: Caller, branch_id: str, absence_id: str, draft: Document) -> Document:
    """The reason of an absence. A guardian changes their own, not what another one said, and none that the school accepted."""
    scope, absence = seen.reached(store, caller, branch_id, absence_id)
    same = (absence["reason_kind"], absence["reason_text"]) == (draft["kind"], draft["text"])
    if same and _own(store, caller, absence):
        return seen.shown(store, caller, branch_id, [absence])[0]
    _check(store, caller, branch_id, absence)
    reason = {"reason_kind": draft["kind"], "reason_text": draft["text"]}
    reason |= {"reason_by": caller.person_id, "reason_at": clock.now(), "planned_absence_id": None}
    with overviews.changing(store, branch_id, [absence["student_id"]]), store.transaction():
        changed = absences.put(store, scope, absence, {**absence, **reason})
    return seen.shown(store, caller, branch_id, [changed])[0]


def _check(store: Store, caller: Caller, branch_id: str, absence: Document) -> None:
    """Raises Conflict."""
    if absence["accepted"]:
        raise Conflict("already-accepted", "The school has accepted a reason", "Write to the class teacher if it was wrong.")
    if absence["reason_kind"] is None or _own(store, caller, absence) or as_school(store, caller, branch_id, absence):
        return
    raise Conflict("reason-given", "Somebody else has told the reason", "Talk with the school if it was wrong.")


def _own(store: Store, caller: Caller, absence: Document) -> bool:
    return absence["reason_by"] in store.same_person(caller.person_id)


def as_school(store: Store, caller: Caller, branch_id: str, absence: Document) -> bool:
    """Whether the caller acts as one of the school's for this child, and not as a guardian."""
    return caller.reaches(branch_id, BRANCH, CHAIN) or (
        caller.reaches(branch_id, CLASSES)
        and store.teaches_student(caller.branch(branch_id), caller.person_id, absence["student_id"])
    )


def accept(store: Store, caller: Caller, branch_id: str, absence_id: str, accepted: bool) -> Document:
    """The school's word on the reason: with it the child was excused, in all registers of that day. It can be taken back."""
    scope = caller.branch(branch_id)
    absence = store.absences.one(scope, absence_id)
    try:
        access.student(store, caller, branch_id, absence["student_id"])
    except NotFound:
        raise NotFound("Absence") from None
    if accepted and absence["reason_kind"] is None:
        raise Conflict(
            "no-reason", "Nobody has told a reason yet", "Put the reason first: the school may do so for the family."
        )
    whose = (store, branch_id, [absence["student_id"]])
    with overviews.changing(*whose), briefs.changing(*whose), store.transaction():
        kept = _settle(store, scope, caller.person_id, absence, accepted)
    return seen.shown(store, caller, branch_id, [kept])[0]


def _settle(store: Store, scope: Scope, by: str, absence: Document, accepted: bool) -> Document:
    if absence["accepted"] is accepted:
        return absence
    was, becomes = (ABSENT, EXCUSED) if accepted else (EXCUSED, ABSENT)
    entries = [{**entry, "status": becomes} if entry["status"] == was else entry for entry in absence["entries"]]
    for entry in (entry for entry in absence["entries"] if entry["status"] == was):
        register = store.registers.one(scope, entry["register_id"])
        why = "The reason was accepted." if accepted else "The reason was not accepted."
        registers.again(store, scope, by, register, {absence["student_id"]: becomes}, why)
    said = {"accepted": accepted, "accepted_by": by, "accepted_at": clock.now()}
    return absences.put(store, scope, absence, {**absence, **said, "entries": entries, "status": of_entries(entries)})
