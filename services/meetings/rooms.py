"""Rooms: who uses which, and when. A unique index keeps two from being in one, whatever races (docs/meetings.md).

A room is somebody's for whole steps of five minutes: a week of a large school has 140,000 minutes of rooms, and the index would
take most of a minute for them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from schoolbus.ids import effect_id
from schoolbus.problems import AlreadyThere, Conflict, Sentence
from schoolbus.scope import branch
from services.meetings.timetable import Period, period

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
STEP = 5 * 60  # seconds
LONGEST = timedelta(days=1)  # no use is longer


def folded(place: str) -> str:
    """A room's name without what people write differently: "Room  4" is "room 4"."""
    return re.sub(r"\s+", " ", place).strip().casefold()


def steps(use: Period) -> range:
    """The steps in which it lies, counted from the epoch: two uses of a room meet exactly when they share one."""
    return range(int(use.starts_at.timestamp()) // STEP, -(-int(use.ends_at.timestamp()) // STEP))


def meet(one: Period, other: Period) -> bool:
    return max(steps(one).start, steps(other).start) < min(steps(one).stop, steps(other).stop)


def reserve(store: Store, branch_id: str, used_by: str, title: str, uses: Iterable[tuple[str, Period]]) -> None:
    """Within the transaction in which they are arranged: these rooms are `used_by`'s, at these times.

    `used_by` is the id of a meeting day, an activity; `title` is what others are told who want the room. Raises Conflict
    with who has it.
    """
    rows = _rows(branch_id, used_by, title, uses)
    if not rows:
        return
    if refused := _refused(store, branch_id, rows):
        raise refused
    # From the last to the first: a unique index looks for the next entry that is there, past all that were deleted of late,
    # and so finds it at once. The other way round 180 rooms took 22 s after a day like that was cancelled.
    rows.sort(key=lambda row: (row["room"], row["starts_at"]), reverse=True)
    try:
        store.room_uses.put_all(rows)
    except AlreadyThere:  # somebody was faster; which, is known when this is asked again
        raise Conflict("room-taken", "A room was just taken", "Look again which rooms are free.") from None


def rearrange(store: Store, branch_id: str, used_by: str, title: str, uses: Iterable[tuple[str, Period]]) -> None:
    """As `reserve`, in place of what `used_by` has reserved: only what differs is written."""
    rows = _rows(branch_id, used_by, title, uses)
    if refused := _crowded(rows):
        raise refused
    wanted = {row["_id"]: row for row in rows}
    before = {row["_id"]: row for row in store.room_uses.find(branch(branch_id), {"used_by": used_by})}
    stays = {id for id, row in wanted.items() if id in before and before[id]["ends_at"] == row["ends_at"]}
    store.room_uses.remove_all(branch(branch_id), {"used_by": used_by, "_id": {"$nin": sorted(stays)}})
    others = (row for id, row in wanted.items() if id not in stays)
    reserve(store, branch_id, used_by, title, [(row["place"], period(row)) for row in others])


def taken(store: Store, branch_id: str, uses: Iterable[tuple[str, Period]]) -> Conflict | None:
    """What `reserve` would raise now."""
    rows = _rows(branch_id, "", "", uses)
    return _refused(store, branch_id, rows) if rows else None


def release(store: Store, branch_id: str, used_by: str) -> None:
    """What `used_by` has reserved is free again."""
    store.room_uses.remove_all(branch(branch_id), {"used_by": used_by})


def _rows(branch_id: str, used_by: str, title: str, uses: Iterable[tuple[str, Period]]) -> list[Document]:
    return [_use(branch_id, used_by, title, room, period) for room, period in uses]


def _crowded(rows: list[Document]) -> Conflict | None:
    """When two of them would be in one room at once."""
    ordered = sorted(rows, key=lambda row: (row["room"], row["starts_at"]))
    met = ((row, other) for row, other in pairwise(ordered) if row["room"] == other["room"])
    return next((_room_taken(row, other) for row, other in met if meet(period(row), period(other))), None)


def _refused(store: Store, branch_id: str, rows: list[Document]) -> Conflict | None:
    return next((_room_taken(row, by) for row, by in _taken(store, branch_id, rows)), None)


def _use(branch_id: str, used_by: str, title: str, room: str, period: Period) -> Document:
    return {
        "_id": effect_id(used_by, folded(room), period.starts_at.isoformat()),
        "branch_id": branch_id,
        "used_by": used_by,
        "title": title,
        "room": folded(room),
        "place": room,
        "steps": list(steps(period)),
        "starts_at": period.starts_at,
        "ends_at": period.ends_at,
    }


def _taken(store: Store, branch_id: str, rows: list[Document]) -> Iterator[tuple[Document, Document]]:
    """Of these uses, those that meet others, each with the one that it meets."""
    begins = min(row["starts_at"] for row in rows) - timedelta(seconds=STEP)
    ends = max(row["ends_at"] for row in rows) + timedelta(seconds=STEP)
    where = {
        "room": {"$in": sorted({row["room"] for row in rows})},
        "starts_at": {"$gte": begins - LONGEST, "$lt": ends},
        "ends_at": {"$gt": begins},
    }
    others = store.room_uses.find(branch(branch_id), where, sort="starts_at _id")
    for row in rows:
        for other in others:
            if row["room"] == other["room"] and meet(period(row), period(other)):
                yield row, other


def _room_taken(row: Document, taken: Document) -> Conflict:
    return Conflict(
        "room-taken",
        Sentence("%(place)s is taken then", place=row["place"]),
        Sentence(
            "By “%(title)s”, from %(starts_at)s: choose another room or time.",
            title=taken["title"],
            starts_at=taken["starts_at"],
        ),
        place=row["place"],
        starts_at=taken["starts_at"].isoformat(),
        ends_at=taken["ends_at"].isoformat(),
    )
