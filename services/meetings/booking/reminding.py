"""Reminders of meetings: a day before, and two hours before (REMIND_HOURS). Each booking knows the moment of its next one.

One guarded write moves that moment on and carries the event: whatever replicas do, each reminder is said once. Who books, or
moves, after a moment is not reminded of it.
"""

from __future__ import annotations

from collections.abc import Container
from functools import partial
from typing import TYPE_CHECKING, Any

from schoolbus import clock, due
from schoolbus.logs import log
from schoolbus.scope import WHOLE_CHAIN, branch
from services.meetings.booking.live import LIVE, MOMENT
from services.meetings.booking.making import remind_at
from services.meetings.booking.rules import BOOKED
from services.meetings.booking.telling import meeting_reminder

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
_AT_ONCE = 500
_ROUNDS = 20  # of one run; what is more comes with the next


def remind(store: Store) -> int:
    """Says what is due, of the whole chain; how many. What is late by more than the next moment is said once, as that one."""
    said = 0
    for _ in range(_ROUNDS):
        where = {"remind_at": {**MOMENT, "$lte": clock.now()}}
        found = store.bookings.find(WHOLE_CHAIN, where, sort="remind_at", limit=_AT_ONCE)
        subscribing = store.subscribing(booking["branch_id"] for booking in found)
        said += due.each(store.bookings, found, "remind_at", partial(_remind, store, subscribing))
        if len(found) < _AT_ONCE:
            break
    if said:
        log().info("reminded_of_meetings", count=said)
    return said


def _remind(store: Store, subscribing: Container[str], booking: Document) -> bool:
    """In silence where the branch subscribes no more."""
    now = clock.now()
    to_come = booking["starts_at"] > now and booking["state"] == BOOKED
    is_told = to_come and booking["branch_id"] in subscribing
    moment: Any = booking["remind_at"]
    events = [meeting_reminder(booking, moment.isoformat())] if is_told else []
    seen = {"remind_at": moment, "edition": booking["edition"], **(LIVE if to_come else {})}
    to = {"remind_at": remind_at(booking["starts_at"], now) if to_come else None}
    done = store.bookings.change(branch(booking["branch_id"]), booking["_id"], to, when=seen, saying=events)
    return done is not None and is_told
