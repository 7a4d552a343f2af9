"""Which months of which branches are to be counted anew.

Whoever changes what they are made of says `touch`, before or after; the worker counts a branch's month once the branch has been
quiet, and the month that goes on each night as well: that nobody opens anything is no change, and counts. What can't be counted
(a fault, or a worker that dies of it each time) is given up for the day, and tried once in each night.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from schoolbus import clock
from schoolbus.ids import fingerprint
from schoolbus.logs import log
from schoolbus.scope import branch
from services.reports.engagement import months

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
LEASE = 300  # seconds; the largest branch takes some
TRIES = 5  # claims of which none came to an end
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
    """By the id alone, which names the branch: of two that put it there at once, MongoDB lets one try again only then."""
    new = {"branch_id": branch_id, "month": month}
    update = {"$inc": {"changes": 1}, "$set": {"due": True, "touched_at": at}, "$setOnInsert": new}
    store.engagement_due.collection.update_one({"_id": f"{branch_id}:{month}"}, update, upsert=True)


def claiming(quiet: float) -> Callable[[Store], Document | None]:
    """What claims the month of a branch that has waited longest."""

    def claim(store: Store) -> Document | None:
        now = clock.now()
        waiting = {"touched_at": {"$lte": now - timedelta(seconds=quiet)}, "rests_until": {"$not": {"$gt": now}}}
        while piece := store.engagement_due.claim({"due": True, **waiting}, lease=LEASE, sort="touched_at"):
            if piece["attempts"] <= TRIES:
                return piece
            _give_up(store, piece, now)
        return None

    return claim


def _give_up(store: Store, piece: Document, at: datetime) -> None:
    """Until the night, for one more attempt, whatever is touched meanwhile."""
    log().error("engagement_given_up", id=piece["_id"], attempts=piece["attempts"] - 1)
    rest = {"rests_until": _at_night(piece["branch_id"], at), "leased_until": None, "attempts": TRIES - 1}
    store.engagement_due.change(branch(piece["branch_id"]), piece["_id"], to=rest, when={"attempts": piece["attempts"]})


def counted(store: Store, piece: Document) -> None:
    """It waits no longer, but the month that goes on, until the night. What was touched meanwhile, or claimed by another, stays
    as it is."""
    scope, now = branch(piece["branch_id"]), clock.now()
    ours = {"changes": piece["changes"], "attempts": piece["attempts"]}
    free: Document = {"leased_until": None, "attempts": 0, "rests_until": None}
    to: Document = {"due": False, **free}
    if piece["month"] in months.open_ones(now)[-1:]:
        to |= {"due": True, "touched_at": _at_night(piece["branch_id"], now), "changes": piece["changes"] + 1}
    if store.engagement_due.change(scope, piece["_id"], to=to, when=ours) is None:
        still = {"attempts": piece["attempts"]}
        store.engagement_due.change(scope, piece["_id"], to=free, when=still)


def _at_night(branch_id: str, now: datetime) -> datetime:
    """Between two and five, each branch at a minute of its own."""
    return months.tomorrow(now) + timedelta(minutes=int(fingerprint(branch_id), 16) % 180)
