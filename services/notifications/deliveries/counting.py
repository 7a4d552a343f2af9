"""Counts of the chain's messages. Nobody's name and no text is in them.

A day of half a million messages is counted from an index alone. Carriers stand in the messages themselves: so of the newest
of the day only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from schoolbus.clock import BRANCH_ZONE, now, today
from schoolbus.scope import WHOLE_CHAIN
from services.notifications.announcing import prices
from services.notifications.sending.channels import SMS
from services.notifications.states import State

if TYPE_CHECKING:
    from services.notifications.store import Store

Row = Mapping[str, Any]
NEWEST = 20_000  # messages whose attempts are looked at
_PATIENCE = 20_000  # milliseconds
_UNREACHED = (State.FAILED.value, State.SKIPPED.value)
_TAKEN = (State.SENT.value, State.DELIVERED.value, State.READ.value)


def of_day(store: Store, day: date | None) -> dict[str, Any]:
    day = day or today()
    where = WHOLE_CHAIN.filter({"created_at": _bounds(day)})
    rows = _by_state(store, where)
    paid = prices.shown(store)["paisa"]
    channels = [_channel(name, rows, paid) for name in _sorted({row["channel"] for row in rows})]
    carriers, seen = _carriers(store, where)
    paisa = sum(each["paisa"] for each in channels)
    return {
        "day": day,
        "total": sum(row["count"] for row in rows),
        "channels": channels,
        "reasons": _reasons(rows),
        "carriers": carriers,
        "carriers_of": seen,
        "waiting": _waiting(store, now()),
        "paisa": paisa,
        "pkr": f"{paisa // 100}.{paisa % 100:02}",
    }


def _bounds(day: date) -> dict[str, datetime]:
    begin = datetime.combine(day, time(), BRANCH_ZONE)
    return {"$gte": begin.astimezone(UTC), "$lt": (begin + timedelta(days=1)).astimezone(UTC)}


def _by_state(store: Store, where: Row) -> list[dict[str, Any]]:
    keys = ("channel", "state", "reason")
    group = {"_id": {key: f"${key}" for key in keys}, "count": {"$sum": 1}, "parts": {"$sum": "$parts"}}
    found = store.messages.collection.aggregate([{"$match": where}, {"$group": group}], maxTimeMS=_PATIENCE)
    return [{**{key: row["_id"].get(key) for key in keys}, "count": row["count"], "parts": row["parts"]} for row in found]


def _channel(name: str | None, rows: Iterable[Row], paid: Mapping[str, int]) -> dict[str, Any]:
    own = [row for row in rows if row["channel"] == name]
    states = {state.value: sum(row["count"] for row in own if row["state"] == state.value) for state in State}
    parts = sum(row["parts"] for row in own if row["state"] in _TAKEN) if name == SMS else 0
    units = parts if name == SMS else sum(states[state] for state in _TAKEN)
    return {
        "channel": name,
        "total": sum(states.values()),
        "states": states,
        "parts": parts,
        "paisa": units * paid.get(name or "", 0),
    }


def _reasons(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """The most first."""
    found = [{**row, "reason": row["reason"] or "unknown"} for row in rows if row["state"] in _UNREACHED]
    return sorted(found, key=lambda row: (-row["count"], str(row["channel"]), row["reason"]))


def _carriers(store: Store, where: Row) -> tuple[list[dict[str, Any]], int]:
    newest: list[dict[str, Any]] = [{"$match": where}, {"$sort": {"created_at": -1}}, {"$limit": NEWEST}]
    made = {key: f"$attempts.{key}" for key in ("carrier", "channel", "outcome")}
    group = {"_id": made, "count": {"$sum": 1}}
    stages = [*newest, {"$project": {"attempts": 1}}, {"$unwind": "$attempts"}, {"$group": group}]
    found: dict[tuple[str, str], Counter[str]] = {}
    for row in store.messages.collection.aggregate(stages, maxTimeMS=_PATIENCE):
        of = row["_id"]
        found.setdefault((of["carrier"], of["channel"]), Counter())[of["outcome"]] += row["count"]
    items = [{"carrier": name, "channel": by, "outcomes": dict(outcomes)} for (name, by), outcomes in sorted(found.items())]
    return items, store.messages.collection.count_documents(where, limit=NEWEST)


def _waiting(store: Store, at: datetime) -> list[dict[str, Any]]:
    is_due = {"$lte": ["$send_at", at]}
    group = {
        "_id": "$channel",
        "due": {"$sum": {"$cond": [is_due, 1, 0]}},
        "later": {"$sum": {"$cond": [is_due, 0, 1]}},
        "oldest_at": {"$min": {"$cond": [is_due, "$send_at", None]}},
    }
    stages = [{"$match": WHOLE_CHAIN.filter({"state": State.QUEUED.value})}, {"$group": group}]
    found = {row.pop("_id"): row for row in store.messages.collection.aggregate(stages, maxTimeMS=_PATIENCE)}
    return [{"channel": name, **found[name]} for name in _sorted(set(found))]


def _sorted(channels: set[str | None]) -> list[str | None]:
    return sorted(channels, key=lambda name: name or "~")
