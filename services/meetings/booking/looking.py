"""What is free with a teacher: what a whole branch asks in the minute in which booking opens. Those who ask at the same time
are answered by one round trip."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from schoolbus import clock
from schoolbus.problems import NotFound
from schoolbus.scope import WHOLE_CHAIN, Scope
from schoolbus.store import Asked
from services.meetings.booking import slots
from services.meetings.booking.live import with_teachers

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]


class Looked(NamedTuple):
    """Of one request."""

    scope: Scope
    meeting_day_id: str
    teacher_id: str


class Free(NamedTuple):
    """`slots`: those ahead that nobody holds, in time order. `teacher`: None while the roster has not told us who it is."""

    slots: list[Document]
    teacher: Document | None


def free(store: Store, scope: Scope, meeting_day_id: str, teacher_id: str) -> Free:
    """Raises NotFound."""
    return store.looked.add(Looked(scope, meeting_day_id, teacher_id))


def look_together(store: Store, batch: Sequence[Looked]) -> list[Free | Exception]:
    """What is free for each, or NotFound for a day that is not there."""
    of_branch: dict[Scope, set[Looked]] = {}
    for each in batch:
        of_branch.setdefault(each.scope, set()).add(each)
    found = {each: free for scope, some in of_branch.items() for each, free in _of_branch(store, scope, some).items()}
    return [found[each] for each in batch]


def _of_branch(store: Store, scope: Scope, batch: set[Looked]) -> dict[Looked, Free | Exception]:
    now, teacher_ids = clock.now(), {each.teacher_id for each in batch}
    days, held, people = store.together(
        Asked(store.meeting_days, scope, {"_id": {"$in": sorted({each.meeting_day_id for each in batch})}}, ("edition",)),
        Asked(store.bookings, WHOLE_CHAIN, with_teachers(teacher_ids, now), ("slot_id", "teacher_id", "starts_at", "ends_at")),
        Asked(store.people, scope, {"person_id": {"$in": sorted(teacher_ids)}}),
    )
    day_of, person = {day["_id"]: day for day in days}, {row["person_id"]: row for row in people}
    held_of: dict[str, list[Document]] = {}
    for booking in held:
        held_of.setdefault(booking["teacher_id"], []).append(booking)

    def free(each: Looked) -> Free | Exception:
        day = day_of.get(each.meeting_day_id)
        if day is None:
            return NotFound("Meeting day")
        offered = slots.of_teacher(store, scope, day, each.teacher_id)
        left = slots.without(offered, held_of.get(each.teacher_id, ()))
        return Free([slot for slot in left if slot["starts_at"] > now], person.get(each.teacher_id))

    return {each: free(each) for each in batch}
