"""How much work waits, and since when: asked by the very question by which a worker last claimed some of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from pymongo.collection import Collection

MOST = 10_000  # pieces that are counted: more is many
LEVELS = 10  # of what comes before the moment in the order, such as an urgency


class Look(NamedTuple):
    """A claim's question. Whatever a worker has in hand fits it too: a piece that fails is in hand nearly all of the time."""

    collection: Collection[Any]
    where: Mapping[str, Any]
    order: list[tuple[str, int]]


_seen: ContextVar[list[Look] | None] = ContextVar("seen", default=None)


@contextmanager
def watched() -> Iterator[list[Look]]:
    """The questions of all claims that are made meanwhile."""
    looks: list[Look] = []
    token = _seen.set(looks)
    try:
        yield looks
    finally:
        _seen.reset(token)


def note(collection: Collection[Any], where: Mapping[str, Any], order: list[tuple[str, int]]) -> None:
    looks = _seen.get()
    if looks is not None:
        looks.append(Look(collection, where, order))


def count(look: Look) -> int:
    return look.collection.count_documents(look.where, limit=MOST)


def oldest(look: Look) -> datetime | None:
    """Since when the oldest piece has waited; None when none waits, or when the order says nothing of moments.

    A few reads in the order of the claim's index: where urgent pieces go first, the oldest of each urgency.
    """
    keys = [key for key, _ in look.order if key != "leased_until"]
    found: list[datetime] = []
    level: dict[str, Any] = {}
    for _ in range(LEVELS):
        row = look.collection.find_one({**look.where, **level}, dict.fromkeys(keys, True), sort=look.order)
        moments = [row[key] for key in keys if isinstance(row.get(key), datetime)] if row else []
        if row is None or not moments:
            break
        found.append(moments[0])
        if row[keys[0]] is moments[0]:
            break
        level = {keys[0]: {"$gt": row[keys[0]]}}
    return min(found, default=None)
