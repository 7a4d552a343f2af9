"""Which months of which branches are to be counted anew.

Whoever changes what they are made of says `touch`, before or after; the worker counts a branch's month once the branch has been
quiet, and the month that goes on each night as well: that nobody opens anything is no change, and counts.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from schoolbus import clock
from schoolbus.ids import fingerprint
from schoolbus.scope import branch
from services.reports.engagement import months

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
LEASE = 300  # seconds; the largest branch takes some
APART = 0.5  # seconds between two touches by one process: a branch has to be quiet for longer
_touched: dict[tuple[str, str, str], float] = {}  # by database, branch and month; of this process


def touch(store: Store, branch_id: str, of_months: Iterable[str] = ()) -> None:
    """Something of these months changes; without any, of now. Within a transaction too it is written at once, and by itself:
    two who change different things of a branch do not wait for each other. Of a month whose families are gone nothing can be
    counted again."""
    now, at = clock.now(), time.monotonic()
    for month in sorted(of_months) or months.open_ones(now):
        if months.gone_at(month) <= now:
            continue
        key = (store.database.name, branch_id, month)
        if at - _touched.get(key, -APART) >= APART:
            _touched[key] = at
            _write(store, branch_id, month, now)


def _write(store: Store, branch_id: str, month: str, at: datetime) -> None:
    update = {"$inc": {"changes": 1}, "$set": {"due": True, "touched_at": at}, "$setOnInsert": {"month": month}}
    where = branch(branch_id).filter({"_id": f"{branch_id}:{month}"})
    store.engagement_due.collection.update_one(where, update, upsert=True)


def claiming(quiet: float) -> Callable[[Store], Document | None]:
    """What claims the month of a branch that has waited longest."""

    def claim(store: Store) -> Document | None:
        waiting = {"due": True, "touched_at": {"$lte": clock.now() - timedelta(seconds=quiet)}}
        return store.engagement_due.claim(waiting, lease=LEASE, sort="touched_at")

    return claim


def counted(store: Store, piece: Document) -> None:
    """It waits no longer, but the month that goes on, until the night. What was touched meanwhile, or claimed by another, stays
    as it is."""
    scope, now = branch(piece["branch_id"]), clock.now()
    ours = {"changes": piece["changes"], "attempts": piece["attempts"]}
    to: Document = {"due": False, "leased_until": None, "attempts": 0}
    if piece["month"] in months.open_ones(now)[-1:]:
        to |= {"due": True, "touched_at": _at_night(piece["branch_id"], now), "changes": piece["changes"] + 1}
    if store.engagement_due.change(scope, piece["_id"], to=to, when=ours) is None:
        still = {"attempts": piece["attempts"]}
        store.engagement_due.change(scope, piece["_id"], to={"leased_until": None}, when=still)


def _at_night(branch_id: str, now: datetime) -> datetime:
    """Between two and five, each branch at a minute of its own."""
    return months.tomorrow(now) + timedelta(minutes=int(fingerprint(branch_id), 16) % 180)
