"""What is free instead of a time that is gone. In a storm many ask for this: it comes from the slots that are remembered, with
one look at which of the nearest are held."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from schoolbus import clock
from schoolbus.problems import Conflict
from schoolbus.scope import Scope
from services.meetings.booking import rules, slots
from services.meetings.timetable import period

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
_LOOK = 60  # others' slots looked at first, the nearest; then four times as many, and so on


def gone(
    store: Store,
    scope: Scope,
    day: Mapping[str, Any],
    slot: Document,
    held: Sequence[Document],
    taken: set[str] | None = None,
    *,
    busy: bool = False,
) -> Conflict:
    """Somebody was faster; `busy`: the teacher is in a meeting of another day then. `held`: what the family has already."""
    own, others = free(store, scope, day, slot, held, taken)
    if busy:
        free_now = {each["_id"] for each in slots.free(store, scope, day, slot["teacher_id"])}
        return rules.teacher_busy(slot, [each for each in own if each["_id"] in free_now], others, held)
    return rules.slot_taken(slot, own, others, held)


def taken(store: Store, scope: Scope, day: Mapping[str, Any], teacher_id: str) -> set[str]:
    """Which of the teacher's slots of this day somebody holds."""
    return store.taken_among(day["_id"], [each["_id"] for each in slots.of_teacher(store, scope, day, teacher_id)])


def free(
    store: Store,
    scope: Scope,
    day: Mapping[str, Any],
    slot: Document,
    held: Sequence[Document] = (),
    gone: set[str] | None = None,
) -> tuple[list[Document], list[Document]]:
    """Of the slot's teacher, and of others where theirs are too few to choose from: the nearest that the family could take.

    `gone`: which of the teacher's are held, where that is known.
    """
    now = clock.now()
    gone = taken(store, scope, day, slot["teacher_id"]) if gone is None else gone
    theirs = slots.of_teacher(store, scope, day, slot["teacher_id"])
    own = [each for each in theirs if each["starts_at"] > now and each["_id"] not in gone]
    if len(rules.beside(slot, own, [], [period(each) for each in held])) >= rules.SHOWN:
        return own, []
    return own, of_others(store, scope, day, slot, held, now)


def of_others(
    store: Store, scope: Scope, day: Mapping[str, Any], slot: Document, held: Sequence[Document], now: datetime
) -> list[Document]:
    busy = [period(each) for each in held]
    ahead = [
        each
        for each in slots.of_day(store, scope, day)
        if each["teacher_id"] != slot["teacher_id"]
        and each["starts_at"] > now
        and not any(period(each).overlaps(other) for other in busy)
    ]
    ahead.sort(key=lambda each: (abs(each["starts_at"] - slot["starts_at"]), each["starts_at"], each["_id"]))
    found: list[Document] = []
    size = _LOOK
    while ahead and len(found) < rules.SHOWN:
        near, ahead, size = ahead[:size], ahead[size:], size * 4
        gone = store.taken_among(day["_id"], [each["_id"] for each in near])
        found += [each for each in near if each["_id"] not in gone]
    return found
