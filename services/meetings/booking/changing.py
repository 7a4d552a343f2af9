"""A booking is moved to another time of the same teacher, or cancelled: one guarded write each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schoolbus import clock
from schoolbus.caller import Caller
from schoolbus.logs import log
from schoolbus.problems import AlreadyThere, Conflict, Invalid
from schoolbus.scope import Scope
from services.meetings import views
from services.meetings.booking import rules
from services.meetings.booking.booking import check_way
from services.meetings.booking.reading import seen
from services.meetings.booking.rules import BOOKED, CANCELLED
from services.meetings.booking.telling import meeting_cancelled, meeting_moved
from services.meetings.timetable import period

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]


def move(store: Store, caller: Caller, branch_id: str, booking_id: str, slot_id: str, way: str | None) -> Document:
    """The booking at its new time, or by another way; sent again, as it is. Raises NotFound, Conflict, Invalid."""
    scope = caller.branch(branch_id)
    booking = seen(store, caller, branch_id, booking_id)
    slot = store.slots.one(scope, slot_id)
    wanted = check_way(slot, way) or (booking["way"] if booking["way"] in slot["ways"] else next(iter(slot["ways"])))
    if (booking["state"], booking["slot_id"], booking["way"]) != (BOOKED, slot_id, wanted):
        booking = _moved(store, scope, booking, slot, wanted)
    return views.bookings(store, scope, [booking])[0]


def cancel(store: Store, caller: Caller, branch_id: str, booking_id: str) -> Document:
    """The booking, cancelled; sent again, as it is. Raises NotFound, Conflict."""
    scope = caller.branch(branch_id)
    booking = seen(store, caller, branch_id, booking_id)
    if booking["state"] != CANCELLED:
        check_is_to_come(booking)
        booking = cancelled(store, scope, booking, by=caller.person_id) or store.bookings.one(scope, booking_id)
    return views.bookings(store, scope, [booking])[0]


def cancelled(store: Store, scope: Scope, booking: Document, *, by: str) -> Document | None:
    """None when somebody was faster."""
    to = {"state": CANCELLED, "live": False, "minutes": [], "cancelled_by": by, **_next_edition(booking)}
    said = [meeting_cancelled({**booking, **to})]
    log().info("booking_cancelled", booking=booking["_id"], branch=booking["branch_id"])
    return store.bookings.change(scope, booking["_id"], to, when=_as_seen(booking), saying=said)


def check_is_to_come(booking: Document) -> None:
    """Raises Conflict for a meeting that is cancelled, was, or has begun."""
    if booking["state"] != BOOKED:
        raise Conflict("not-booked", "This meeting is not booked", f"It is {booking['state']}.", state=booking["state"])
    if booking["starts_at"] <= clock.now():
        raise Conflict("time-passed", "The meeting has begun", "The teacher or the office can note who came.")


def _moved(store: Store, scope: Scope, booking: Document, slot: Document, way: str) -> Document:
    check_is_to_come(booking)
    if any(slot[name] != booking[name] for name in ("meeting_day_id", "teacher_id")):
        raise Invalid({"slot_id": ["Wants another time of the same teacher on the same day."]})
    held = store.held_around(slot, booking["guardian_id"], booking["student_id"])
    others = [each for each in held if each["_id"] != booking["_id"]]
    if clash := rules.wrong_time(None, slot, clock.now()) or rules.family_clash(slot, others, booking["student_id"]):
        raise clash
    to = {
        **{name: slot[name] for name in ("starts_at", "ends_at")},
        "slot_id": slot["_id"],
        "way": way,
        "place": slot["ways"][way],
        "minutes": period(slot).minutes(),
        **_next_edition(booking),
    }
    try:
        moved = store.bookings.change(
            scope, booking["_id"], to, when=_as_seen(booking), saying=[meeting_moved({**booking, **to})]
        )
    except AlreadyThere:
        of_teacher = store.free_of_teacher(scope, slot, clock.now())
        raise rules.slot_taken(slot, of_teacher, store.free_of_others(scope, slot, clock.now()), others) from None
    if moved is None:
        raise Conflict("gone-on", "Somebody has changed this booking meanwhile", "Look at it again.")
    log().info("booking_moved", booking=booking["_id"], branch=booking["branch_id"])
    return moved


def _next_edition(booking: Document) -> Document:
    return {"edition": booking["edition"] + 1, "changed_at": clock.now()}


def _as_seen(booking: Document) -> Document:
    return {"state": booking["state"], "edition": booking["edition"]}
