"""Booking a slot: one insert, whoever else wants it at the same time; unique indexes decide (store.py)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from schoolbus.caller import Caller
from schoolbus.ids import effect_id
from schoolbus.once import alike, key_used_before
from schoolbus.problems import Conflict, Invalid, Sentence
from schoolbus.scope import Scope
from services.meetings import views
from services.meetings.booking.knowing import look
from services.meetings.booking.making import Wanted
from services.meetings.booking.rules import MADE
from services.meetings.booking.taking import take
from services.meetings.booking.who import family_of, sees_needs

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
SAME = ("slot_id", "guardian_id", "student_id")


def book(store: Store, caller: Caller, branch_id: str, slot_id: str, request: Mapping[str, Any], key: str) -> Document:
    """The booking; the same one when it is sent again, by its key or for the same child. Raises NotFound, NotAllowed, Conflict.

    `request`: student_id, guardian_id (staff only: on whose behalf), way.
    """
    scope = caller.branch(branch_id)
    guardian_id = request["guardian_id"] or caller.person_id
    known = look(store, scope, slot_id, guardian_id, request["student_id"])
    slot, day = known.slot, known.day
    family = family_of(store, caller, branch_id, request, slot["teacher_id"], known)
    wanted = Wanted(effect_id(key, slot_id), slot, family, check_way(slot, request["way"]), caller.person_id)
    try:
        [booking] = take(store, scope, day, [wanted], known=known if family.guardian_id == guardian_id else None)
    except Conflict:
        before = _made_before(store, scope, wanted)
        if before is None:
            raise
        booking = before
    return views.bookings(store, scope, [booking], needs=sees_needs(caller, branch_id), day=day, people=family.people)[0]


def check_way(slot: Document, way: str | None) -> str | None:
    """Raises Invalid when the teacher doesn't meet that way."""
    if way is not None and way not in slot["ways"]:
        raise Invalid({"way": [Sentence("This teacher meets by %(ways)s.", ways=list(slot["ways"]))]})
    return way


def _made_before(store: Store, scope: Scope, wanted: Wanted) -> Document | None:
    """What the same request has made: by its key, or what the family has booked there. Raises Invalid for another one's key."""
    of_family = {"meeting_day_id": wanted.slot["meeting_day_id"], **wanted.same, "live": True, "state": {"$in": list(MADE)}}
    found = {each["_id"]: each for each in store.bookings.find(scope, {"$or": [{"_id": wanted.id}, of_family]})}
    there = found.get(wanted.id)
    if there is not None and not alike(there, wanted.same, SAME):
        raise key_used_before()
    return there or next(iter(found.values()), None)
