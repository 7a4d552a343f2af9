"""What a family can choose instead of a meeting that they have, or that was called off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schoolbus import clock
from schoolbus.caller import Caller
from services.meetings import views
from services.meetings.booking import alternatives, reading, rules
from services.meetings.booking.who import is_staff
from services.meetings.days.planning import OPEN
from services.meetings.timetable import period

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]


def instead(store: Store, caller: Caller, branch_id: str, booking_id: str) -> Document:
    """Up to six free times nearest to the booking's, at which the family is free: the same teacher's first, then others' of
    the day. None when the day is cancelled. Raises NotFound for those whom the booking doesn't concern.
    """
    scope = caller.branch(branch_id)
    booking = reading.seen(store, caller, branch_id, booking_id)
    day = store.meeting_days.one(scope, booking["meeting_day_id"])
    if day["state"] != OPEN:
        return {"free_slots": []}
    wanted = {**booking, "_id": booking["slot_id"]}
    near = store.held_around(wanted, booking["guardian_id"], booking["student_id"])
    others = [each for each in near if each["_id"] != booking_id]
    free = alternatives.free(store, scope, day, wanted, others)
    found = rules.beside(wanted, *free, [period(each) for each in others])
    ahead = [dict(slot) for slot in found if slot["starts_at"] > clock.now()]
    return {"free_slots": views.slots(store, scope, ahead, views.NOTHING, staff=is_staff(caller, branch_id))}
