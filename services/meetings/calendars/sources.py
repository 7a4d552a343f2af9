"""What stands in a person's calendar: one function for each kind of thing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from schoolbus.scope import WHOLE_CHAIN
from services.meetings.activities import own_calendar
from services.meetings.booking.rules import MADE
from services.meetings.booking.telling import entry_of
from services.meetings.pta import saying as pta

if TYPE_CHECKING:
    from services.meetings.store import Store

PAST = timedelta(days=30)  # how long what was stays in it
MOST = 1000  # entries of a kind


def entries(store: Store, person_id: str, *, as_staff: bool, now: datetime) -> Iterator[Any]:
    """Of all branches. What was cancelled stands in it as cancelled: a program that had it takes it out."""
    same = store.same_person(person_id)
    for source in (_bookings, own_calendar.activities, own_calendar.volunteering, _pta_meetings):
        yield from source(store, same, as_staff, now - PAST)


def _bookings(store: Store, same: Sequence[str], as_staff: bool, since: datetime) -> Iterator[Any]:
    """A guardian's as long as the child is theirs to book for."""
    of_branches = {row["branch_id"] for row in store.people.find(WHOLE_CHAIN, {"person_id": {"$in": same}})}
    theirs = {"branch_id": {"$in": sorted(of_branches)}, "guardian_id": {"$in": same}, "active": True, "may_book": True}
    relations = store.relations.find(WHOLE_CHAIN, theirs)
    children = [
        {"branch_id": row["branch_id"], "guardian_id": {"$in": same}, "student_id": row["student_id"]} for row in relations
    ]
    whose = [*children, *([{"teacher_id": {"$in": same}}] if as_staff else [])]
    where = {"attended_by": {"$in": same}, "$or": whose, "starts_at": {"$gte": since}}
    for booking in store.bookings.find(WHOLE_CHAIN, where, sort="starts_at _id", limit=MOST) if whose else ():
        if booking["state"] in MADE:  # not what was only held, or offered
            yield entry_of(booking)


def _pta_meetings(store: Store, same: Sequence[str], as_staff: bool, since: datetime) -> Iterator[Any]:
    """Of the associations whose member one is."""
    roles = ["guardian", *(["teacher"] if as_staff else [])]
    members = store.pta_members.find(WHOLE_CHAIN, {"person_id": {"$in": same}, "active": True, "role": {"$in": roles}})
    where = {"branch_id": {"$in": sorted({member["branch_id"] for member in members})}, "starts_at": {"$gte": since}}
    for meeting in store.pta_meetings.find(WHOLE_CHAIN, where, sort="starts_at _id", limit=MOST) if members else ():
        yield pta.entry_of(meeting)
