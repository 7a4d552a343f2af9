"""Notes of a meeting. The shared ones are for the family too, once the meeting was held; the private ones for that teacher and
the head alone, neither for the office nor the family."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from schoolbus import access, audit, clock
from schoolbus.caller import Caller
from schoolbus.problems import AlreadyThere, Conflict, GoneOn, NotFound
from schoolbus.rights import BRANCH, SELF
from services.meetings.booking import rules
from services.meetings.booking.rules import ATTENDED, BOOKED, MISSED
from services.meetings.theday.who import is_teacher, run_by

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
NOTHING = {"shared": "", "private": "", "edition": 0, "written_at": None}


def write(store: Store, caller: Caller, branch_id: str, booking_id: str, said: Mapping[str, Any]) -> Document:
    """What is not given stays. `edition`: the one that was seen; raises Conflict when it is another by now."""
    scope, booking = caller.branch(branch_id), run_by(store, caller, branch_id, booking_id)
    if booking["state"] not in (BOOKED, ATTENDED, MISSED):
        raise rules.not_booked(booking)
    there = store.notes.first(scope, {"_id": booking_id})
    texts = {name: said[name] for name in ("shared", "private") if name in said}
    if there and all(there[name] == text for name, text in texts.items()):
        return _shown(booking, there, private=True)
    edition = there["edition"] if there else 0
    if said.get("edition", edition) != edition:
        raise _gone_on()
    to = {**texts, "edition": edition + 1, "written_at": clock.now()}
    if there:
        changed = store.notes.change(scope, booking_id, to, when={"edition": edition})
        if changed is None:
            raise _gone_on()
        return _shown(booking, changed, private=True)
    names = ("branch_id", "student_id", "guardian_id", "teacher_id")
    made = {"_id": booking_id, **{name: booking[name] for name in names}, **NOTHING, **to}
    try:
        return _shown(booking, store.notes.add(made), private=True)
    except AlreadyThere:
        raise _gone_on() from None


def read(store: Store, caller: Caller, branch_id: str, booking_id: str) -> Document:
    """Both for the teacher and the head; the shared ones for guardians who may receive reports. Raises NotFound."""
    scope = caller.branch(branch_id)
    booking = store.bookings.one(scope, booking_id)
    private = caller.reaches_all(branch_id) or is_teacher(store, caller, branch_id, booking["teacher_id"])
    if private:
        audit.note(store, caller, branch_id, [booking["student_id"]], by=(SELF, BRANCH))
    elif caller.has(branch_id, "guardian"):
        _check_guardian(store, caller, branch_id, booking)
    else:
        audit.note(store, caller, branch_id, [booking["student_id"]], refused=True)
        raise NotFound("Booking")
    return _shown(booking, store.notes.first(scope, {"_id": booking_id}), private=private)


def _check_guardian(store: Store, caller: Caller, branch_id: str, booking: Document) -> None:
    try:
        access.student(store, caller, branch_id, booking["student_id"])
    except NotFound:
        raise NotFound("Booking") from None


def _shown(booking: Document, notes: Document | None, *, private: bool) -> Document:
    notes = notes or NOTHING
    shared = notes["shared"] if private or booking["state"] == ATTENDED else ""
    return {
        "booking_id": booking["_id"],
        "shared": shared,
        "written_at": notes["written_at"] if shared or private else None,
        **({"private": notes["private"], "edition": notes["edition"]} if private else {}),
    }


def _gone_on() -> Conflict:
    return GoneOn("These notes were written elsewhere meanwhile", "Look at them again: nothing was overwritten.")
