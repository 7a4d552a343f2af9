"""Whose bookings somebody sees."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any

from schoolbus import audit, clock
from schoolbus.caller import Caller
from schoolbus.paging import Paged
from schoolbus.problems import NotFound
from schoolbus.scope import Scope
from services.meetings import views
from services.meetings.booking import telling
from services.meetings.booking.rules import CANCELLED, MADE
from services.meetings.booking.who import sees_needs

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]


def mine(store: Store, caller: Caller, branch_id: str, query: Mapping[str, Any]) -> Paged:
    """A guardian's or a teacher's own bookings in time order; those that were cancelled, when asked for."""
    scope = caller.branch(branch_id)
    since = datetime.combine(query["since"] or clock.today(), time(), clock.BRANCH_ZONE).astimezone(UTC)
    theirs = {"$in": store.same_person(caller.person_id)}
    states = [state for state in MADE if query["cancelled"] or state != CANCELLED]
    own: Document = {"attended_by": theirs, "starts_at": {"$gte": since}, "state": {"$in": states}}
    if not teaches(caller, branch_id):
        own["guardian_id"] = theirs
    found = store.bookings.page(scope, own, sort="starts_at", page=query["page"])
    for student_id in {booking["student_id"] for booking in found.items}:
        audit.note(store, caller, branch_id, [student_id])
    return Paged(views.bookings(store, scope, found.items, needs=sees_needs(caller, branch_id)), found.next)


def one(store: Store, caller: Caller, branch_id: str, booking_id: str) -> Document:
    """A booking, for those whom it concerns. Raises NotFound for everybody else."""
    booking = seen(store, caller, branch_id, booking_id)
    return views.bookings(store, caller.branch(branch_id), [booking], needs=sees_needs(caller, branch_id))[0]


def calendar(store: Store, caller: Caller, branch_id: str, booking_id: str) -> str:
    """The booking's calendar file, for those whom it concerns. Raises NotFound for everybody else."""
    booking = seen(store, caller, branch_id, booking_id)
    if booking["state"] not in MADE:  # only held, or offered: nothing to put into a calendar yet
        raise NotFound("Booking")
    return telling.calendar(booking)


def seen(store: Store, caller: Caller, branch_id: str, booking_id: str) -> Document:
    """The booking's document. Raises NotFound for those whom it doesn't concern."""
    scope = caller.branch(branch_id)
    booking = store.bookings.one(scope, booking_id)
    concerned = concerns(store, scope, booking, caller, branch_id)
    audit.note(store, caller, branch_id, [booking["student_id"]], refused=not concerned)
    if not concerned:
        raise NotFound("Booking")
    return booking


def teaches(caller: Caller, branch_id: str) -> bool:
    """By what the caller is signed in as: a teacher who came by a code to a phone is a guardian alone."""
    return caller.has(branch_id, "teacher")


def concerns(store: Store, scope: Scope, booking: Document, caller: Caller, branch_id: str) -> bool:
    same = store.same_person(caller.person_id)
    return (
        booking["guardian_id"] in same
        or (booking["teacher_id"] in same and teaches(caller, branch_id))
        or caller.reaches_all(branch_id)
        or store.is_guardian_of(scope, caller.person_id, booking["student_id"], may="may_book")
    )
