"""Booking a slot: one insert, whoever else wants it at the same time; unique indexes decide (store.py)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from schoolbus import clock
from schoolbus.caller import Caller
from schoolbus.ids import effect_id
from schoolbus.logs import log
from schoolbus.once import alike, key_used_before
from schoolbus.problems import AlreadyThere, Conflict, Invalid
from schoolbus.scope import Scope
from services.meetings import views
from services.meetings.booking import rules
from services.meetings.booking.rules import BOOKED
from services.meetings.booking.telling import slot_booked
from services.meetings.booking.who import Family, family_of
from services.meetings.invitation import of_meeting
from services.meetings.timetable import period

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
SAME = ("slot_id", "guardian_id", "student_id")


class Wanted(NamedTuple):
    """`id` is the booking's, by the request's key. `way`: None, the first that the teacher has."""

    id: str
    slot: Document
    family: Family
    way: str | None
    booked_by: str

    @property
    def same(self) -> Document:
        return {"slot_id": self.slot["_id"], "guardian_id": self.family.guardian_id, "student_id": self.family.student_id}


def book(store: Store, caller: Caller, branch_id: str, slot_id: str, request: Mapping[str, Any], key: str) -> Document:
    """The booking; the same one when it is sent again, by its key or for the same child. Raises NotFound, NotAllowed, Conflict.

    `request`: student_id, guardian_id (staff only: on whose behalf), way.
    """
    scope = caller.branch(branch_id)
    slot = store.slots.one(scope, slot_id)
    family = family_of(store, caller, branch_id, request, slot["teacher_id"])
    wanted = Wanted(effect_id(key, slot_id), slot, family, check_way(slot, request["way"]), caller.person_id)
    try:
        booking = _take(store, scope, wanted)
    except Conflict:
        before = _made_before(store, scope, wanted)
        if before is None:
            raise
        booking = before
    return views.bookings(store, scope, [booking])[0]


def check_way(slot: Document, way: str | None) -> str | None:
    """Raises Invalid when the teacher doesn't meet that way."""
    if way is not None and way not in slot["ways"]:
        raise Invalid({"way": [f"This teacher meets by {' or '.join(slot['ways'])}."]})
    return way


def new_booking(wanted: Wanted, *, title: str, teacher: str) -> Document:
    """The document of a booking. Its times are the slot's, and so is the place by its way."""
    slot, family = wanted.slot, wanted.family
    now = clock.now()
    way = wanted.way or next(iter(slot["ways"]), "visit")
    return {
        "_id": wanted.id,
        "branch_id": slot["branch_id"],
        **wanted.same,
        **{name: slot[name] for name in ("meeting_day_id", "teacher_id", "starts_at", "ends_at")},
        "attended_by": [family.guardian_id, slot["teacher_id"]],
        "way": way,
        "place": slot["ways"].get(way, ""),
        "state": BOOKED,
        "live": True,
        "minutes": period(slot).minutes(),
        "edition": 0,
        "summary": of_meeting(family.child["given_name"], title, teacher),
        "booked_at": now,
        "changed_at": now,
        "booked_by": wanted.booked_by,
    }


def _take(store: Store, scope: Scope, wanted: Wanted) -> Document:
    """The rules are asked first, for their words; in a race the indexes decide."""
    slot, family = wanted.slot, wanted.family
    day = store.meeting_days.one(scope, slot["meeting_day_id"])
    held = store.held_around(slot, family.guardian_id, family.student_id)
    clash = rules.wrong_time(day["booking_opens_at"], slot, clock.now()) or rules.family_clash(slot, held, family.student_id)
    if clash:
        raise clash
    teacher = views.full_name(store.person(scope, slot["teacher_id"]))
    booking = new_booking(wanted, title=day["title"], teacher=teacher)
    try:
        store.bookings.add(booking, saying=[slot_booked(booking)])
    except AlreadyThere:  # somebody has the slot, or the family or the teacher was booked elsewhere meanwhile
        raise _lost(store, scope, wanted) from None
    log().info("slot_booked", slot=slot["_id"], branch=slot["branch_id"])
    return booking


def _lost(store: Store, scope: Scope, wanted: Wanted) -> Conflict:
    """Why, and what is free instead."""
    slot, family = wanted.slot, wanted.family
    held = store.held_around(slot, family.guardian_id, family.student_id)
    if clash := rules.family_clash(slot, held, family.student_id):
        return clash
    lost = rules.teacher_busy if store.teacher_is_busy(slot) else rules.slot_taken
    of_teacher = store.free_of_teacher(scope, slot, clock.now())
    return lost(slot, of_teacher, store.free_of_others(scope, slot, clock.now()), held)


def _made_before(store: Store, scope: Scope, wanted: Wanted) -> Document | None:
    """What the same request has made: by its key, or what the family holds there. Raises Invalid for another one's key."""
    there = store.bookings.first(scope, {"_id": wanted.id})
    if there is None:
        return store.bookings.first(scope, {**wanted.same, "live": True})
    if not alike(there, wanted.same, SAME):
        raise key_used_before()
    return there
