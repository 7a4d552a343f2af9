"""Whether a booking may be made, by the day's rules and by what the family holds: asked before the write, for the words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from schoolbus.problems import Conflict
from schoolbus.scope import Scope
from services.meetings.booking import rules
from services.meetings.booking.making import Wanted

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]


def against(
    store: Store, scope: Scope, day: Mapping[str, Any], wanted: Wanted, held: Sequence[Document], now: datetime
) -> Conflict | None:
    """What stands against it. `held`: the live bookings of the guardian and of the child near that time."""
    return (
        closed(day)
        or rules.wrong_time(_opens_at(store, scope, day, wanted, now), wanted.slot, now)
        or (None if wanted.family.by_staff else rules.too_late(day, wanted.slot, now))
        or of_family(day, wanted, held)
    )


def of_family(day: Mapping[str, Any], wanted: Wanted, held: Sequence[Document]) -> Conflict | None:
    """What the family holds already: this meeting, another at that time, or one too far away."""
    way = wanted.chosen_way
    place = wanted.slot["ways"].get(way, "")
    return rules.family_clash(wanted.slot, held, wanted.family.student_id) or rules.too_close(
        wanted.slot, place, way, held, day.get("travel_minutes") or 0
    )


def closed(day: Mapping[str, Any]) -> Conflict | None:
    if day.get("state", "open") == "open":
        return None
    return Conflict("day-cancelled", f"“{day['title']}” was cancelled", "Look which other days there are.")


def _opens_at(store: Store, scope: Scope, day: Mapping[str, Any], wanted: Wanted, now: datetime) -> datetime | None:
    """When it opens for this family; who may book early is asked only while that makes a difference."""
    opens, earlier = day.get("booking_opens_at"), day.get("early_opens_at")
    if opens is None or earlier is None or not earlier <= now < opens:
        return rules.opens_at(day, early=False)
    return rules.opens_at(day, early=books_early(store, scope, day, wanted.family.student_id))


def books_early(store: Store, scope: Scope, day: Mapping[str, Any], student_id: str) -> bool:
    """Families with several children who are invited, and those that a teacher marked."""
    children = store.household_of(scope, student_id)
    if store.is_priority(scope, day["_id"], children):
        return True
    teachers = [teacher["teacher_id"] for teacher in day["teachers"]]
    return len(set(children) & set(store.students_taught_by(scope, teachers))) > 1
