"""Rooms: who uses which, and when. A unique index keeps two from being in one, whatever races (docs/meetings.md)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from schoolbus.ids import effect_id
from schoolbus.problems import AlreadyThere, Conflict
from schoolbus.scope import branch
from services.meetings.timetable import Period, in_words, period

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]


def folded(place: str) -> str:
    """A room's name without what people write differently: "Room  4" is "room 4"."""
    return re.sub(r"\s+", " ", place).strip().casefold()


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
    try:
        store.room_uses.put_all(rows)
    except AlreadyThere:  # somebody was faster; which, is known when this is asked again
        raise Conflict("room-taken", "A room was just taken", "Look again which rooms are free.") from None


def rearrange(store: Store, branch_id: str, used_by: str, title: str, uses: Iterable[tuple[str, Period]]) -> None:
    """As `reserve`, in place of what `used_by` has reserved: only what differs is written."""
    wanted = {row["_id"]: row for row in _rows(branch_id, used_by, title, uses)}
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
        "minutes": period.minutes(),
        "starts_at": period.starts_at,
        "ends_at": period.ends_at,
    }


def _taken(store: Store, branch_id: str, rows: list[Document]) -> Iterator[tuple[Document, Document]]:
    """Of these uses, those that meet others, each with the one that it meets."""
    where = {
        "room": {"$in": sorted({row["room"] for row in rows})},
        "starts_at": {"$lt": max(row["ends_at"] for row in rows)},
        "ends_at": {"$gt": min(row["starts_at"] for row in rows)},
    }
    others = store.room_uses.find(branch(branch_id), where, sort="starts_at _id")
    for row in rows:
        for other in others:
            if row["room"] == other["room"] and period(row).overlaps(period(other)):
                yield row, other


def _room_taken(row: Document, taken: Document) -> Conflict:
    return Conflict(
        "room-taken",
        f"{row['place']} is taken then",
        f"By “{taken['title']}”, from {in_words(taken['starts_at'])}: choose another room or time.",
        place=row["place"],
        starts_at=taken["starts_at"].isoformat(),
        ends_at=taken["ends_at"].isoformat(),
    )
