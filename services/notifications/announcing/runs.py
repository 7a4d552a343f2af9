"""A send of an announcement: planned into parts of some branches each, which workers take one by one.

A part remembers how far it is, so that it goes on where a killed worker left it; ids keep anybody from being told twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from schoolbus.clock import now
from schoolbus.logs import log
from schoolbus.scope import WHOLE_CHAIN
from services.notifications.announcing.branches import only_people
from services.notifications.announcing.choosing import named_people

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store

ALL, REACHED, NOT_REACHED = "all", "reached", "not_reached"  # whom a send tells
PLANNING, RUNNING, DONE, CANCELED = "planning", "running", "done", "canceled"
SPAN = 25  # branches of a part: a chain's announcement has about a hundred parts
LEASE = 30  # seconds; a chunk takes a fraction of one
COUNTS = ("seen", "planned", "doubled", "stored")


def add(store: Store, announcement: Mapping[str, Any], of: str = ALL, day: date | None = None) -> None:
    """Within the write that gave the announcement its version. `day`: branches with a holiday on it are passed over."""
    store.runs.add(
        {
            "_id": f"{announcement['_id']}.{announcement['version']}",
            "branch_id": announcement["branch_id"],
            "announcement_id": announcement["_id"],
            "version": announcement["version"],
            "of": of,
            "day": day.isoformat() if day else None,
            "state": PLANNING,
            "created_at": now(),
            "ended_at": None,
            "parts": None,
            "people": None,
            "leased_until": None,
        }
    )


def claim(store: Store) -> Document | None:
    """One to be planned, or one whose parts may all be done."""
    where = {"state": {"$in": [PLANNING, RUNNING]}}
    return store.runs.claim(where, lease=LEASE, sort="leased_until created_at", counting=False)


def attend(store: Store, run: Document) -> None:
    if run["state"] == PLANNING:
        plan(store, run)
    finish(store, run["_id"])


def plan(store: Store, run: Document) -> None:
    """Parts by branches, in the order of their ids. Twice is once: a part's id is its number."""
    announcement = store.announcements.one(WHOLE_CHAIN, run["announcement_id"])
    audience = announcement["audience"]
    if run["of"] == ALL:
        ids = branch_ids(store, announcement, run["day"])
        spans = [ids[start : start + SPAN] for start in range(0, len(ids), SPAN)]
    else:
        ids, spans = [], [[]]
    people = sorted(named_people(store, ids, audience["person_ids"])) if ids and only_people(audience) else None
    parts = [_part(run, number, span) for number, span in enumerate(spans)]
    known = {"parts": len(parts), "branch_ids": ids, "people": people}  # before anybody takes a part
    if store.runs.change(WHOLE_CHAIN, run["_id"], to=known, when={"state": PLANNING}) is None:
        return
    store.parts.add_new(parts)
    store.runs.change(WHOLE_CHAIN, run["_id"], to={"state": RUNNING}, when={"state": PLANNING})
    log().info("announcement_planned", run=run["_id"], parts=len(parts), branches=len(ids))


def branch_ids(store: Store, announcement: Mapping[str, Any], day: str | None = None) -> list[str]:
    """The branches that an announcement goes to, sorted: those of the audience that subscribe to messages."""
    wanted = [announcement["branch_id"]] if announcement["branch_id"] else announcement["audience"]["branch_ids"]
    where: dict[str, Any] = {"active": True, "services": store.service}
    if wanted:
        where["branch_id"] = {"$in": wanted}
    found = {row["branch_id"] for row in store.branches.collection.find(WHOLE_CHAIN.filter(where), {"branch_id": True})}
    if day:
        closed = {"holidays": {"$elemMatch": {"starts_on": {"$lte": day}, "ends_on": {"$gte": day}}}}
        rows = store.calendars.collection.find(WHOLE_CHAIN.filter(closed), {"branch_id": True})
        found -= {row["branch_id"] for row in rows}
    return sorted(found)


def finish(store: Store, run_id: str) -> None:
    """Says that a send is over, once all its parts are; and so the announcement, unless its schedule goes on."""
    if store.parts.first(WHOLE_CHAIN, {"run_id": run_id, "state": "waiting"}):
        return
    to = {"state": DONE, "ended_at": now(), "leased_until": None}
    run = store.runs.change(WHOLE_CHAIN, run_id, to=to, when={"state": RUNNING})
    if run is None and (run := store.runs.first(WHOLE_CHAIN, {"_id": run_id, "state": DONE})) is None:
        return
    others = {"announcement_id": run["announcement_id"], "state": {"$in": [PLANNING, RUNNING]}}
    if store.runs.first(WHOLE_CHAIN, others) is None:
        store.announcements.change(WHOLE_CHAIN, run["announcement_id"], to={"state": "sent"}, when={"state": "sending"})
    log().info("announcement_fanned_out", run=run_id)


def counts(store: Store, announcement_id: str) -> dict[str, int]:
    """Of all its sends together: people looked at, told (`planned`, `stored`), told by another way of theirs (`doubled`); and
    parts."""
    totals = {name: {"$sum": f"$counts.{name}"} for name in COUNTS}
    parts = {"parts": {"$sum": 1}, "parts_done": {"$sum": {"$cond": [{"$eq": ["$state", "done"]}, 1, 0]}}}
    stages: list[dict[str, Any]] = [
        {"$match": {"announcement_id": announcement_id}},
        {"$group": {"_id": None, **totals, **parts}},
    ]
    found = next(iter(store.parts.collection.aggregate(stages)), {})
    return {name: int(found.get(name, 0)) for name in (*COUNTS, "parts", "parts_done")}


def _part(run: Mapping[str, Any], number: int, span: list[str]) -> dict[str, Any]:
    return {
        "_id": f"{run['_id']}.{number:05}",
        "branch_id": run["branch_id"],
        "announcement_id": run["announcement_id"],
        "run_id": run["_id"],
        "span": span,
        "state": "waiting",
        "cursor": "",
        "counts": dict.fromkeys(COUNTS, 0),
        "attempts": 0,
        "leased_until": None,
        "created_at": now(),
    }
