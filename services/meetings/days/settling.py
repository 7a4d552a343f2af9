"""What is booked is brought in line with its day: cancelled with it, called off where the teacher is away, moved to the room
where the teacher is.

A change of a day is one transaction; its bookings follow at once, in steps of which each leaves everything true. Should the
process die in between, or should somebody have booked in that very moment by what was before, a timer comes to it: `settle_at`
of the day is when. Done twice, it is done once: bookings are changed as they were seen, and each edition says its event once.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from schoolbus import clock, due
from schoolbus.logs import log
from schoolbus.scope import Scope, branch
from services.meetings.booking.rules import BOOKED
from services.meetings.booking.telling import meeting_called_off, meeting_moved
from services.meetings.days import ending
from services.meetings.days.planning import CANCELLED
from services.meetings.timetable import Period, period

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
AGAIN = timedelta(seconds=15)  # after a change: longer than a request that is under way
WATCHED = timedelta(minutes=1)  # between looks at a cancelled day, until it would be over
LATER = timedelta(hours=1)  # until a branch that does not subscribe is looked at again
LEASE = 60  # seconds for one day; should it take longer, another process may begin with it too
INLINE = 200  # meetings that a request brings in line before it answers


def settle_due(store: Store) -> None:
    """The days that were changed and are to be looked at, by now."""
    while day := store.meeting_days.claim({"settle_at": {"$lte": clock.now()}}, lease=LEASE, sort="settle_at", counting=False):
        due.each(store.meeting_days, [day], "settle_at", partial(_look_at, store))


def _look_at(store: Store, day: Document) -> None:
    now = clock.now()
    if store.subscribing([day["branch_id"]]):
        settle(store, day)
        to = {"settle_at": next_look(day, now), "leased_until": None}
    else:  # nobody would be told: it waits
        to = {"settle_at": now + LATER, "leased_until": None}
    store.meeting_days.change(branch(day["branch_id"]), day["_id"], to, when={"settle_at": day["settle_at"]})


def settle(store: Store, day: Document, most: int | None = None) -> None:
    """`day`: as it is now. `most`: meetings to bring in line at once; the others are left to the timer."""
    scope = branch(day["branch_id"])
    if day["state"] == CANCELLED:
        ending.end(store, scope, day)
        return
    wrong = ((booking, to) for booking in standing(store, scope, day) if (to := _in_line(day, booking)) is not None)
    for booking, to in islice(wrong, most):
        if to:
            _move(store, scope, booking, to)
        else:
            ending.end_one(store, scope, booking, ending.TEACHER_AWAY, meeting_called_off)


def standing(store: Store, scope: Scope, day: Document) -> list[Document]:
    """The live bookings of a day that are still to come, and calls after it."""
    return store.bookings.find(scope, ending.standing(day), sort="starts_at _id")


def next_look(day: Document, now: datetime) -> datetime | None:
    over = max((each["on"] for each in day["dates"]), default="") < now.astimezone(clock.BRANCH_ZONE).date().isoformat()
    return now + WATCHED if day["state"] == CANCELLED and not over else None


def away(day: Document, thing: Document) -> bool:
    """Whether the teacher of a slot or a booking is away then."""
    absent = (
        Period(each["starts_at"], each["ends_at"]) for each in day["absences"] if each["teacher_id"] == thing["teacher_id"]
    )
    return any(period(thing).overlaps(each) for each in absent)


def _in_line(day: Document, booking: Document) -> Document | None:
    """Where the meeting is now; empty: nowhere. None when it is as it should be, as a call is wherever the teacher is."""
    if away(day, booking):
        return {}
    return None if booking.get("call") else _elsewhere(day, booking)


def _elsewhere(day: Document, booking: Document) -> Document | None:
    """Where the meeting is now, when that has changed; by the first of the teacher's ways when its own is no more."""
    ways: Document = next((each["ways"] for each in day["teachers"] if each["teacher_id"] == booking["teacher_id"]), {})
    if not ways or ways.get(booking["way"]) == booking["place"]:
        return None
    way = booking["way"] if booking["way"] in ways else next(iter(ways))
    return {"way": way, "place": ways[way]}


def _move(store: Store, scope: Scope, booking: Document, to: Document) -> None:
    to = {**to, "edition": booking["edition"] + 1, "changed_at": clock.now()}
    says = [meeting_moved({**booking, **to})] if booking["state"] == BOOKED else []
    seen = {name: booking[name] for name in ("state", "edition")}
    if store.bookings.change(scope, booking["_id"], to, when=seen, saying=says):
        log().info("booking_moved", booking=booking["_id"], branch=booking["branch_id"])
