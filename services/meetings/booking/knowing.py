"""What a booking by a guardian asks the database first: in a storm one round trip for all who ask at the same time, since it is
the round trips that count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from schoolbus import clock
from schoolbus.problems import NotFound
from schoolbus.scope import WHOLE_CHAIN, Scope
from schoolbus.store import Asked
from services.meetings.booking import slots
from services.meetings.booking.live import holding, is_near, near

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]


class Sought(NamedTuple):
    """Of one request."""

    scope: Scope
    slot: Document
    guardian_id: str
    student_id: str


class Known(NamedTuple):
    """`people`: the rows of guardian, child and teacher, by id. `relations`: of this guardian to this child, those that are
    active. `told`: whether the child's family was told of the day. `held`: what guardian and child hold near that time.
    `taken`: whether somebody holds the slot."""

    slot: Document
    day: Document
    people: Mapping[str, Document]
    relations: list[Document]
    told: bool
    held: list[Document]
    taken: bool


def look(store: Store, scope: Scope, slot_id: str, guardian_id: str, student_id: str) -> Known:
    """Raises NotFound for a slot that is not offered, by now."""
    slot = store.remembered.one(slot_id)
    if slot is None or slot["branch_id"] != scope.branch_id:
        slot = store.slots.one(scope, slot_id)
    known = store.sought.add(Sought(scope, slot, guardian_id, student_id))
    return known._replace(slot=slots.still_offered(store, scope, known.day, slot))


def look_together(store: Store, batch: Sequence[Sought]) -> list[Known | Exception]:
    """What is known of each, or NotFound for a slot whose day is gone."""
    of_branch: dict[Scope, list[Sought]] = {}
    for each in batch:
        of_branch.setdefault(each.scope, []).append(each)
    found = {id(each): known for scope, some in of_branch.items() for each, known in _of_branch(store, scope, some)}
    return [found[id(each)] for each in batch]


def _of_branch(store: Store, scope: Scope, batch: Sequence[Sought]) -> list[tuple[Sought, Known | Exception]]:
    now, sought = clock.now(), [each.slot for each in batch]
    day_ids, slot_ids = _in({slot["meeting_day_id"] for slot in sought}), _in({slot["_id"] for slot in sought})
    guardians, students = {each.guardian_id for each in batch}, {each.student_id for each in batch}
    of_these = {"guardian_id": _in(guardians), "student_id": _in(students)}
    days, people, relations, invitations, held, taken = store.together(
        Asked(store.meeting_days, scope, {"_id": day_ids}),
        Asked(store.people, scope, {"person_id": _in(guardians | students | {slot["teacher_id"] for slot in sought})}),
        Asked(store.relations, scope, {**of_these, "active": True}),
        Asked(store.invitations, scope, {"meeting_day_id": day_ids, "student_id": of_these["student_id"]}),
        Asked(store.bookings, WHOLE_CHAIN, near(sought, guardians, students, now)),
        Asked(store.bookings, scope, {**holding(now), "meeting_day_id": day_ids, "slot_id": slot_ids}, ("slot_id",)),
    )
    day_of, person = {day["_id"]: day for day in days}, {row["person_id"]: row for row in people}
    told = {(each["meeting_day_id"], each["student_id"]) for each in invitations}
    gone = {each["slot_id"] for each in taken}

    def known(each: Sought) -> Known | Exception:
        slot, guardian_id, student_id = each.slot, each.guardian_id, each.student_id
        if slot["meeting_day_id"] not in day_of:
            return NotFound("Slot")
        return Known(
            slot,
            day_of[slot["meeting_day_id"]],
            {id: person[id] for id in (guardian_id, student_id, slot["teacher_id"]) if id in person},
            [row for row in relations if (row["guardian_id"], row["student_id"]) == (guardian_id, student_id)],
            (slot["meeting_day_id"], student_id) in told,
            [booking for booking in held if is_near(booking, slot, guardian_id, student_id)],
            slot["_id"] in gone,
        )

    return [(each, known(each)) for each in batch]


def _in(ids: set[str]) -> Document:
    return {"$in": sorted(ids)}
