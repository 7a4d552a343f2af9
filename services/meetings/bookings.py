"""Booking a slot: one guarded write, whoever else wants it at the same time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any

from schoolbus import audit, clock
from schoolbus.caller import Caller
from schoolbus.contracts.meetings import SlotBooked
from schoolbus.ids import effect_id
from schoolbus.logs import log
from schoolbus.paging import Paged
from schoolbus.problems import AlreadyThere, NotAllowed, NotFound
from schoolbus.scope import Scope
from services.meetings import rules, views
from services.meetings.invitation import of_meeting, published
from services.meetings.rules import BOOKED, FREE

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]


def book(store: Store, caller: Caller, branch_id: str, slot_id: str, student_id: str) -> Document:
    """The booking; the same one when a guardian sends it again for the same child. Raises NotFound, NotAllowed or Conflict."""
    scope = caller.branch(branch_id)
    slot = store.slots.one(scope, slot_id)
    child = _child(store, caller, branch_id, student_id)
    if not rules.is_booked_for(slot, caller.person_id, student_id):
        slot = _take(store, scope, slot, caller.person_id, child)
    return views.bookings(store, scope, [slot])[0]


def mine(store: Store, caller: Caller, branch_id: str, query: Mapping[str, Any]) -> Paged:
    """A guardian's or a teacher's own bookings in time order."""
    scope = caller.branch(branch_id)
    since = datetime.combine(query["since"] or clock.today(), time(), clock.BRANCH_ZONE).astimezone(UTC)
    theirs = {"$in": store.same_person(caller.person_id)}
    own = {"state": BOOKED, "attended_by": theirs, "starts_at": {"$gte": since}}
    if not _teaches(caller, branch_id):
        own["guardian_id"] = theirs
    found = store.slots.page(scope, own, sort="starts_at", page=query["page"])
    for student_id in {slot["student_id"] for slot in found.items}:
        audit.note(store, caller, branch_id, [student_id])
    return Paged(views.bookings(store, scope, found.items), found.next)


def one(store: Store, caller: Caller, branch_id: str, booking_id: str) -> Document:
    """A booking, for those whom it concerns. Raises NotFound for everybody else."""
    return views.bookings(store, caller.branch(branch_id), [_seen(store, caller, branch_id, booking_id)])[0]


def calendar(store: Store, caller: Caller, branch_id: str, booking_id: str) -> str:
    """The booking's calendar file, for those whom it concerns. Raises NotFound for everybody else."""
    return str(_seen(store, caller, branch_id, booking_id)["calendar"])


def _child(store: Store, caller: Caller, branch_id: str, student_id: str) -> Document:
    """The child, when it is of the branch, the guardian's own, and theirs to book for."""
    scope, guardian_id = caller.branch(branch_id), caller.person_id
    child = store.person(scope, student_id)
    permits = store.is_guardian_of(scope, guardian_id, student_id, may="may_book")
    known = child is not None and child["active"]
    audit.note(store, caller, branch_id, [student_id], refused=not (known and permits))
    if child is None or not known or not (permits or store.is_guardian_of(scope, guardian_id, student_id)):
        raise NotFound("This child")
    if not permits:
        raise NotAllowed("may-not-book", "You may not book for this child", "The branch's office can change that.")
    return child


def _take(store: Store, scope: Scope, slot: Document, guardian_id: str, child: Document) -> Document:
    """The slot as booked. The rules are asked first, for their words; in a race the write's guard and the indexes decide."""
    student_id, now = child["person_id"], clock.now()
    day = store.meeting_days.one(scope, slot["meeting_day_id"])
    held = store.held_around(slot, guardian_id, student_id)
    clash = rules.wrong_time(day["booking_opens_at"], slot, now) or rules.family_clash(slot, held, guardian_id, student_id)
    if clash:
        raise clash
    teacher = views.full_name(store.person(scope, slot["teacher_id"]))
    booking = as_booked(slot, guardian_id, child, title=day["title"], teacher=teacher, now=now)
    told = slot_booked({**slot, **booking})
    try:
        booked = store.slots.change(scope, slot["_id"], to=booking, when={"state": FREE}, saying=[told])
    except AlreadyThere:  # a unique index: the family or the teacher was booked elsewhere meanwhile
        booked = None
    if booked is None:
        return _lost(store, scope, slot["_id"], guardian_id, student_id)
    log().info("slot_booked", slot=slot["_id"], branch=slot["branch_id"])
    return booked


def _lost(store: Store, scope: Scope, slot_id: str, guardian_id: str, student_id: str) -> Document:
    """The booking, when it was the same request that was faster. Raises Conflict otherwise."""
    slot = store.slots.one(scope, slot_id)
    if rules.is_booked_for(slot, guardian_id, student_id):
        return slot
    held = store.held_around(slot, guardian_id, student_id)
    if clash := rules.family_clash(slot, held, guardian_id, student_id):
        raise clash
    lost = rules.teacher_busy if store.teacher_is_busy(slot) else rules.slot_taken
    of_teacher = store.free_of_teacher(scope, slot, clock.now())
    raise lost(slot, of_teacher, store.free_of_others(scope, slot, clock.now()), held)


def as_booked(slot: Document, guardian_id: str, child: Document, *, title: str, teacher: str, now: datetime) -> Document:
    """What a booking changes in its slot."""
    booking_id = effect_id(slot["_id"], guardian_id, child["person_id"])
    meeting = rules.period(slot)
    return {
        "state": BOOKED,
        "booking_id": booking_id,
        "guardian_id": guardian_id,
        "student_id": child["person_id"],
        "attended_by": [guardian_id, slot["teacher_id"]],
        "booked_at": now,
        "minutes": meeting.minutes(),
        "calendar": published(
            booking_id, 0, meeting, summary=of_meeting(child["given_name"], title, teacher), place=slot["place"], at=now
        ),
    }


def slot_booked(slot: Document) -> SlotBooked:
    said = [name for name, field in SlotBooked.schema.fields.items() if field.required and name != "slot_id"]
    return SlotBooked(
        id=effect_id(slot["booking_id"], "booked"),
        branch_id=slot["branch_id"],
        subject=slot["_id"],
        slot_id=slot["_id"],
        edition=0,
        **{name: slot[name] for name in said},
    )


def _seen(store: Store, caller: Caller, branch_id: str, booking_id: str) -> Document:
    """The booked slot."""
    scope = caller.branch(branch_id)
    slot = store.booking(scope, booking_id)
    if slot is None:
        raise NotFound("Booking")
    concerned = _concerns(store, scope, slot, caller, branch_id)
    audit.note(store, caller, branch_id, [slot["student_id"]], refused=not concerned)
    if not concerned:
        raise NotFound("Booking")
    return slot


def _concerns(store: Store, scope: Scope, slot: Document, caller: Caller, branch_id: str) -> bool:
    same = store.same_person(caller.person_id)
    return (
        slot["guardian_id"] in same
        or (slot["teacher_id"] in same and _teaches(caller, branch_id))
        or caller.reaches_all(branch_id)
        or store.is_guardian_of(scope, caller.person_id, slot["student_id"], may="may_book")
    )


def _teaches(caller: Caller, branch_id: str) -> bool:
    """By what the caller is signed in as: a teacher who came by a code to a phone is a guardian alone."""
    return caller.has(branch_id, "teacher")
