"""A booking is moved to another time of the same teacher, or cancelled: one guarded write each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from schoolbus import clock
from schoolbus.caller import Caller
from schoolbus.logs import log
from schoolbus.problems import AlreadyThere, Conflict, GoneOn, Invalid
from schoolbus.scope import Scope
from services.meetings import views
from services.meetings.booking import admission, alternatives, freeing, offering, rules, slots
from services.meetings.booking.booking import check_way
from services.meetings.booking.making import remind_at
from services.meetings.booking.reading import seen, teaches
from services.meetings.booking.rules import BOOKED, CANCELLED
from services.meetings.booking.telling import meeting_cancelled, meeting_moved
from services.meetings.booking.who import sees_needs
from services.meetings.timetable import period

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]


def move(store: Store, caller: Caller, branch_id: str, booking_id: str, slot_id: str, way: str | None) -> Document:
    """The booking at its new time, or by another way; sent again, as it is. Raises NotFound, Conflict, Invalid."""
    scope = caller.branch(branch_id)
    booking = seen(store, caller, branch_id, booking_id)
    slot, day = slots.with_day(store, scope, slot_id)
    wanted = check_way(slot, way) or (booking["way"] if booking["way"] in slot["ways"] else next(iter(slot["ways"])))
    if (booking["state"], booking["slot_id"], booking["way"]) != (BOOKED, slot_id, wanted):
        check_is_to_come(booking)
        check_deadline(store, caller, branch_id, day, booking, slot)
        booking = _moved(store, scope, day, booking, slot, wanted)
    return views.bookings(store, scope, [booking], needs=sees_needs(caller, branch_id), day=day)[0]


def cancel(store: Store, caller: Caller, branch_id: str, booking_id: str) -> Document:
    """The booking, cancelled; sent again, as it is. Raises NotFound, Conflict."""
    scope = caller.branch(branch_id)
    booking = seen(store, caller, branch_id, booking_id)
    if booking["state"] != CANCELLED:
        check_is_to_come(booking)
        check_deadline(store, caller, branch_id, store.meeting_days.one(scope, booking["meeting_day_id"]), booking)
        booking = cancelled(store, scope, booking, by=caller.person_id) or store.bookings.one(scope, booking_id)
    return views.bookings(store, scope, [booking], needs=sees_needs(caller, branch_id))[0]


def cancelled(store: Store, scope: Scope, booking: Document, *, by: str, offering_it: bool = True) -> Document | None:
    """None when somebody was faster. Its time is offered to who waits for it."""
    to = {"state": CANCELLED, "live": False, "minutes": [], "cancelled_by": by, "remind_at": None, **_next_edition(booking)}
    said = [meeting_cancelled({**booking, **to})]
    log().info("booking_cancelled", booking=booking["_id"], branch=booking["branch_id"])
    done = store.bookings.change(scope, booking["_id"], to, when=_as_seen(booking), saying=said)
    if done is not None and offering_it:
        offering.freed(store, [done])
    return done


def check_is_to_come(booking: Document) -> None:
    """Raises Conflict for a meeting that is cancelled, was, or has begun."""
    if booking["state"] != BOOKED:
        raise rules.not_booked(booking)
    if booking["starts_at"] <= clock.now():
        raise Conflict("time-passed", "The meeting has begun", "The teacher or the office can note who came.")


def by_staff(store: Store, caller: Caller, branch_id: str, booking: Document) -> bool:
    """Whether the caller changes it as the branch's staff or as its teacher, whom no deadline binds."""
    own = teaches(caller, branch_id) and booking["teacher_id"] in store.same_person(caller.person_id)
    return own or caller.reaches_all(branch_id)


def check_deadline(
    store: Store, caller: Caller, branch_id: str, day: Mapping[str, Any], booking: Document, *others: Document
) -> None:
    """Raises Conflict for the family past the day's deadline, of the booking's time or of one of the `others`."""
    late = next((late for each in (booking, *others) if (late := rules.too_late(day, each, clock.now()))), None)
    if late and not by_staff(store, caller, branch_id, booking):
        raise late


def _moved(store: Store, scope: Scope, day: Document, booking: Document, slot: Document, way: str) -> Document:
    if any(slot[name] != booking[name] for name in ("meeting_day_id", "teacher_id")):
        raise Invalid({"slot_id": ["Wants another time of the same teacher on the same day."]})
    to = {
        **{name: slot[name] for name in ("starts_at", "ends_at")},
        "slot_id": slot["_id"],
        "way": way,
        "place": slot["ways"][way],
        "call": False,  # what was one has a time of the day now
        "minutes": period(slot).minutes(),
        "remind_at": remind_at(slot["starts_at"], clock.now()),
        **_next_edition(booking),
    }
    said = [meeting_moved({**booking, **to})]
    held = _check_fits(store, day, booking, slot, way)
    try:
        moved = store.bookings.change(scope, booking["_id"], to, when=_as_seen(booking), saying=said)
    except AlreadyThere:
        if freeing.out_of_the_way(store, [{**booking, **to}]):
            return _moved(store, scope, day, booking, slot, way)
        busy = slot["_id"] not in store.taken_among(day["_id"], [slot["_id"]])
        raise alternatives.gone(store, scope, day, slot, held, busy=busy) from None
    if moved is None:
        raise GoneOn()
    log().info("booking_moved", booking=booking["_id"], branch=booking["branch_id"])
    offering.freed(store, [booking])
    return moved


def _check_fits(store: Store, day: Document, booking: Document, slot: Document, way: str) -> list[Document]:
    """What else the family holds. Raises Conflict where the new time doesn't fit it."""
    near = store.held_around(slot, booking["guardian_id"], booking["student_id"])
    held = [each for each in near if each["_id"] != booking["_id"]]
    clash = (
        admission.closed(day)
        or rules.wrong_time(None, slot, clock.now())
        or rules.family_clash(slot, held, booking["student_id"])
        or rules.too_close(slot, slot["ways"][way], way, held, day["travel_minutes"])
    )
    if clash:
        raise clash
    return held


def _next_edition(booking: Document) -> Document:
    return {"edition": booking["edition"] + 1, "changed_at": clock.now()}


def _as_seen(booking: Document) -> Document:
    return {"state": booking["state"], "edition": booking["edition"]}
