"""What a booking by a guardian asks the database first, in one round trip: in a storm it is the round trips that count."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from schoolbus import clock
from schoolbus.problems import NotFound
from schoolbus.scope import WHOLE_CHAIN, Scope
from schoolbus.store import Asked
from services.meetings.booking import slots
from services.meetings.booking.live import near

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]


class Known(NamedTuple):
    """`people`: the rows of guardian, child and teacher, by id. `relations`: of this guardian to this child, those that are
    active. `told`: whether the child's family was told of the day. `held`: what guardian and child hold near that time."""

    slot: Document
    day: Document
    people: Mapping[str, Document]
    relations: list[Document]
    told: bool
    held: list[Document]


def look(store: Store, scope: Scope, slot_id: str, guardian_id: str, student_id: str) -> Known:
    """Raises NotFound for a slot that is not offered, by now."""
    slot = store.remembered.one(slot_id)
    if slot is None or slot["branch_id"] != scope.branch_id:
        slot = store.slots.one(scope, slot_id)
    day_id, teacher_id = slot["meeting_day_id"], slot["teacher_id"]
    days, people, relations, told, held = store.together(
        Asked(store.meeting_days, scope, {"_id": day_id}),
        Asked(store.people, scope, {"person_id": {"$in": [guardian_id, student_id, teacher_id]}}),
        Asked(store.relations, scope, {"guardian_id": guardian_id, "student_id": student_id, "active": True}),
        Asked(store.invitations, scope, {"meeting_day_id": day_id, "student_id": student_id}),
        Asked(store.bookings, WHOLE_CHAIN, near([slot], guardian_id, [student_id], clock.now())),
    )
    if not days:
        raise NotFound("Slot")
    offered = slots.still_offered(store, scope, days[0], slot)
    return Known(offered, days[0], {row["person_id"]: row for row in people}, relations, bool(told), held)
