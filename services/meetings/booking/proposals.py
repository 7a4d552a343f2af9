"""Sets of free slots back to back: for all children and all teachers that a family wants, whatever the order. Plain values.

For each time at which a set could begin, the others are put behind it one by one, each with the slot that is free soonest; of
the orders those that end earliest are kept (`_beam`). Up to four meetings every order is tried, so that none is better.
"""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from services.meetings.booking.rules import VISIT
from services.meetings.timetable import Period

Pair = tuple[str, str]  # student, teacher
_EXACT = 4  # meetings up to which every order is tried
_NARROW = 8  # orders that are followed for more than those


class Free(NamedTuple):
    """A slot that is free: how the family would meet there, and where."""

    slot_id: str
    period: Period
    way: str
    place: str


class Meeting(NamedTuple):
    """A time that the family has already."""

    period: Period
    way: str
    place: str


class Proposal(NamedTuple):
    """In time order: each pair with its slot. `waiting`: between the meetings."""

    meetings: tuple[tuple[Pair, Free], ...]
    waiting: timedelta

    @property
    def starts_at(self) -> datetime:
        return self.meetings[0][1].period.starts_at


def best(
    wanted: Mapping[Pair, Sequence[Free]],
    busy: Sequence[Meeting] = (),
    travel: timedelta = timedelta(),
    *,
    rather: Callable[[datetime], bool] | None = None,
    limit: int = 5,
) -> list[Proposal]:
    """Up to `limit` sets that begin at different times: the least waiting first, then the earliest. None where a pair has no
    slot.

    Each pair's slots are in time order, and don't overlap. `rather`: beginnings for which this holds come first.
    """
    free = {
        pair: [slot for slot in slots if not any(_clash(slot, each, travel) for each in busy)] for pair, slots in wanted.items()
    }
    if not free or not all(free.values()):
        return []
    found: list[Proposal] = []
    worst: timedelta | None = None  # the waiting of the last that would be shown
    for begins in sorted({slot.period.starts_at for slots in free.values() for slot in slots}):
        proposal = _beginning(begins, free, travel, worst)
        if proposal is not None:
            found.append(proposal)
            if rather is None and len(found) >= limit:
                worst = sorted(each.waiting for each in found)[limit - 1]
    found.sort(key=lambda each: (rather is not None and not rather(each.starts_at), each.waiting, each.starts_at))
    return found[:limit]


def between(first: Free | Meeting, second: Free | Meeting, travel: timedelta) -> timedelta:
    """How long it takes from one to the other: nobody walks within a room, nor from or to a telephone."""
    return travel if first.way == second.way == VISIT and first.place != second.place else timedelta()


def waiting(slots: Sequence[Free]) -> timedelta:
    """Between slots in time order."""
    return sum((after.period.starts_at - before.period.ends_at for before, after in pairwise(slots)), timedelta())


class _Order(NamedTuple):
    ends_at: datetime
    meetings: tuple[tuple[Pair, Free], ...]
    left: frozenset[Pair]


def _beginning(
    begins: datetime, free: Mapping[Pair, Sequence[Free]], travel: timedelta, worst: timedelta | None
) -> Proposal | None:
    """The set that begins then and ends first; None where there is none, or where all would wait longer than `worst`."""
    pairs = frozenset(free)
    wide = 24 if len(pairs) <= _EXACT else _NARROW
    length = {pair: slots[0].period.ends_at - slots[0].period.starts_at for pair, slots in free.items()}
    latest = None if worst is None else begins + sum(length.values(), timedelta()) + worst
    orders = [
        _Order(slot.period.ends_at, ((pair, slot),), pairs - {pair})
        for pair, slots in free.items()
        if (slot := _first(slots, begins)) is not None and slot.period.starts_at == begins
    ]
    for _ in range(len(pairs) - 1):
        orders = _beam([longer for order in orders for longer in _longer(order, free, travel)], latest, wide)
    if not orders:
        return None
    meetings = min(orders).meetings
    return Proposal(meetings, waiting([slot for _, slot in meetings]))


def _longer(order: _Order, free: Mapping[Pair, Sequence[Free]], travel: timedelta) -> list[_Order]:
    last = order.meetings[-1][1]
    found = []
    for pair in order.left:
        slot = _soonest(free[pair], last, travel)
        if slot is not None:
            found.append(_Order(slot.period.ends_at, (*order.meetings, (pair, slot)), order.left - {pair}))
    return found


def _soonest(slots: Sequence[Free], last: Free, travel: timedelta) -> Free | None:
    """The first slot that can be reached from the last one."""
    place = bisect_left(slots, last.period.ends_at, key=_starts)
    while place < len(slots):
        if slots[place].period.starts_at >= last.period.ends_at + between(last, slots[place], travel):
            return slots[place]
        place += 1
    return None


def _beam(orders: list[_Order], latest: datetime | None, wide: int) -> list[_Order]:
    """The orders that end earliest. Of those that have met the same people and were last in the same slot, one is enough."""
    kept: dict[tuple[frozenset[Pair], str], _Order] = {}
    for order in sorted(orders, key=lambda each: each.ends_at):
        if latest is None or order.ends_at <= latest:
            kept.setdefault((order.left, order.meetings[-1][1].slot_id), order)
    return list(kept.values())[:wide]


def _first(slots: Sequence[Free], begins: datetime) -> Free | None:
    place = bisect_left(slots, begins, key=_starts)
    return slots[place] if place < len(slots) else None


def _starts(slot: Free) -> datetime:
    return slot.period.starts_at


def _clash(slot: Free, held: Meeting, travel: timedelta) -> bool:
    pad = between(slot, held, travel)
    return slot.period.starts_at < held.period.ends_at + pad and held.period.starts_at < slot.period.ends_at + pad
