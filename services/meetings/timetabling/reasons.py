"""Why a wish has no place, and what would give it one. What is named really does: each change alone, with all else as it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from services.meetings.timetabling.problem import Board, Slot, Wish, choice_at, fits

NO_SLOTS = "no_slots"  # whatever the teacher offers is taken by bookings that stay
NO_WAY = "no_way"  # they don't meet by the ways that the family wants
NO_COMMON_TIME = "no_common_time"  # the family's times, and what stands in its way, leave none of the teacher's slots
TEACHER_FULL = "teacher_full"  # others have all slots that would do
FAMILY_BUSY = "family_busy"  # a slot is free, but the family's own meetings of the timetable stand there
TEACHER_CAP, FAMILY_CAP = "teacher_cap", "family_cap"  # as many meetings as the day allows
PIN_TAKEN = "pin_taken"  # the slot that the office wants for it is not free

OTHER_TIME, MORE_SLOTS = "other_time", "more_slots"  # what would free a place
TIMES_SHOWN = 3
STEPS = 24  # how many slots before a teacher's first and after the last are looked at


@dataclass(frozen=True)
class Remedy:
    """`other_time`: the family comes then, `slot` is free. `more_slots`: the teacher offers this time as well; `count` wishes
    for the teacher have no place."""

    kind: str
    start: int
    end: int
    slot: str | None = None
    count: int = 0


@dataclass(frozen=True)
class Reason:
    """`others`: wishes of the same family whose meetings stand in the way."""

    kind: str
    remedies: tuple[Remedy, ...] = ()
    others: tuple[str, ...] = ()


def reason(board: Board, place: int) -> Reason:
    """Of a wish that has no place."""
    instance, wish = board.instance, board.instance.wishes[place]
    if wish.pin:
        return Reason(PIN_TAKEN)
    if (full := board.full(place)) is not None:
        return Reason(TEACHER_CAP if full == wish.teacher else FAMILY_CAP)
    remedies = (*_other_times(board, place), *_more_slots(board, place))
    open_slots = [at for at in instance.of_teacher.get(wish.teacher, ()) if instance.slots[at].id not in instance.taken]
    if not open_slots:
        return Reason(NO_SLOTS, remedies)
    if all(instance.choice_of(wish, at) is None for at in open_slots):
        return Reason(NO_WAY)
    choices = instance.choices[place]
    if not choices:
        return Reason(NO_COMMON_TIME, remedies)
    free = [choice for choice in choices if choice.slot not in board.holder]
    clashes = {board.clash(place, choice) for choice in free} - {None}
    if clashes:
        return Reason(FAMILY_BUSY, remedies, tuple(sorted(instance.wishes[other].id for other in clashes if other is not None)))
    return Reason(TEACHER_FULL, remedies)


def _other_times(board: Board, place: int) -> list[Remedy]:
    """Free slots of the teacher at times that the family has not named, the nearest to those that it has first."""
    instance, wish = board.instance, board.instance.wishes[place]
    found = []
    for at in instance.of_teacher.get(wish.teacher, ()):
        choice = instance.choice_of(wish, at)
        if choice is None or at in board.holder or fits(wish, choice.start, choice.end):
            continue
        if (
            instance.slots[at].id not in instance.taken
            and instance.is_free_for(wish, choice)
            and board.clash(place, choice) is None
        ):
            found.append(Remedy(OTHER_TIME, choice.start, choice.end, instance.slots[at].id))
    found.sort(key=lambda each: (_distance(wish, each), each.start))
    return found[:TIMES_SHOWN]


def _more_slots(board: Board, place: int) -> list[Remedy]:
    """One more slot beside those that the teacher has, when the family can come then."""
    instance, wish = board.instance, board.instance.wishes[place]
    without = sum(board.at[other] is None for other in instance.wishes_of[wish.teacher])
    for slot in _beside([instance.slots[at] for at in instance.of_teacher.get(wish.teacher, ())]):
        if not fits(wish, slot.start, slot.end):
            continue
        choice = choice_at(wish, slot, len(instance.slots))
        if choice is not None and instance.is_free_for(wish, choice) and board.clash(place, choice) is None:
            return [Remedy(MORE_SLOTS, slot.start, slot.end, count=without)]
    return []


def _beside(slots: list[Slot]) -> Iterator[Slot]:
    """Times just after a teacher's last slot of an evening and just before the first, the nearest first; as long as those."""
    evenings: dict[str, list[Slot]] = {}
    for slot in slots:
        evenings.setdefault(slot.evening, []).append(slot)
    for step in range(1, STEPS + 1):
        for evening, each in evenings.items():
            for slot, ahead in ((each[-1], step), (each[0], -step)):
                length = slot.end - slot.start
                yield Slot("", slot.teacher, slot.start + ahead * length, slot.end + ahead * length, evening, slot.ways)


def _distance(wish: Wish, remedy: Remedy) -> int:
    return min((max(begins - remedy.start, remedy.end - ends, 0) for begins, ends in wish.fits), default=0)
