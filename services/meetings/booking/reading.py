"""Whose bookings somebody sees."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any, NamedTuple

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


class Own(NamedTuple):
    """What is somebody's own: a guardian's, about a child that is theirs to book for now; a teacher's, where they meet."""

    same: list[str]  # the ids of the person
    children: list[str]
    teaches: bool

    @property
    def where(self) -> Document:
        """Of documents that name the guardian, the child and the teacher."""
        theirs = {"$in": self.same}
        as_guardian = {"guardian_id": theirs, "student_id": {"$in": self.children}}
        return {"$or": [as_guardian, *([{"teacher_id": theirs}] if self.teaches else [])]}

    def taught(self, thing: Mapping[str, Any]) -> bool:
        return self.teaches and thing["teacher_id"] in self.same

    def has(self, thing: Mapping[str, Any]) -> bool:
        as_guardian = thing["guardian_id"] in self.same and thing["student_id"] in self.children
        return as_guardian or self.taught(thing)


def own(store: Store, caller: Caller, branch_id: str) -> Own:
    children = store.students_of_guardian(caller.branch(branch_id), caller.person_id, "may_book")
    return Own(store.same_person(caller.person_id), children, teaches(caller, branch_id))


def mine(store: Store, caller: Caller, branch_id: str, query: Mapping[str, Any]) -> Paged:
    """A guardian's or a teacher's own bookings in time order; those that were cancelled, when asked for."""
    scope = caller.branch(branch_id)
    since = datetime.combine(query["since"] or clock.today(), time(), clock.BRANCH_ZONE).astimezone(UTC)
    theirs = own(store, caller, branch_id)
    states = [state for state in MADE if query["cancelled"] or state != CANCELLED]
    when: Document = {"attended_by": {"$in": theirs.same}, "starts_at": {"$gte": since}, "state": {"$in": states}}
    found = store.bookings.page(scope, {**when, **theirs.where}, sort="starts_at", page=query["page"])
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
    """The teacher, staff, and the child's guardians who may book for it: not who was one of them, whoever booked."""
    return (
        caller.reaches_all(branch_id)
        or (teaches(caller, branch_id) and booking["teacher_id"] in store.same_person(caller.person_id))
        or store.is_guardian_of(scope, caller.person_id, booking["student_id"], may="may_book")
    )
