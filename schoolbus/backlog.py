"""How much work waits, and since when: asked by the very question by which a worker last claimed some of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from schoolbus.clock import now

if TYPE_CHECKING:
    from pymongo.collection import Collection

MOST = 10_000  # pieces that are counted: more is many
LEVELS = 10  # of what comes before the moment in the order, such as an urgency


class Look(NamedTuple):
    """A claim's question, and when it was asked. Whatever a worker has in hand fits it too: a piece that fails is in hand
    nearly all of the time."""

    collection: Collection[Any]
    where: Mapping[str, Any]
    order: list[tuple[str, int]]
    at: datetime

    def again(self) -> Any:
        """The question as it is now: a worker that has been at one piece for an hour asked an hour ago. Moments in a claim's
        question are all so long before or after the one at which it is asked."""
        return _later(self.where, now() - self.at)


def _later(value: Any, by: timedelta) -> Any:
    if isinstance(value, datetime):
        return value + by
    if isinstance(value, Mapping):
        return {name: _later(each, by) for name, each in value.items()}
    return [_later(each, by) for each in value] if isinstance(value, list | tuple) else value


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
        looks.append(Look(collection, where, order, now()))


def count(look: Look) -> int:
    return look.collection.count_documents(look.again(), limit=MOST)


def waited(look: Look) -> float | None:
    """For how many seconds the oldest piece has been due: 0 when none waits, None when nobody knows, for the order says nothing
    of moments.

    A few reads in the order of the claim's index: where urgent pieces go first, the oldest of each urgency.
    """
    order = [(key, way) for key, way in look.order if key != "leased_until"]
    where, keys = look.again(), [key for key, _ in order]
    found: list[datetime] = []
    level: dict[str, Any] = {}
    for _ in range(LEVELS):
        row = look.collection.find_one({**where, **level}, dict.fromkeys(keys, True), sort=order)
        moments = [row[key] for key in keys if isinstance(row.get(key), datetime)] if row else []
        if row is None and not found:
            return 0.0
        if row is None or not moments:
            break
        found.append(moments[0])
        if row[keys[0]] is moments[0]:
            break
        level = {keys[0]: {"$gt": row[keys[0]]}}
    return max(0.0, (now() - min(found)).total_seconds()) if found else None
