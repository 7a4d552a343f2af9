"""Owners are reminded two days before a commitment is due, and on the day. Plain rules, and the timer."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from schoolbus import clock, due
from schoolbus.scope import WHOLE_CHAIN
from services.meetings.promising import telling

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
BEFORE = (timedelta(days=2), timedelta(0))  # the due day
AT_ONCE = 500


def next_reminder(due_on: date, after: date) -> date | None:
    """The first day of reminding that comes after this one; None when there is none any more."""
    days = (due_on - before for before in BEFORE)
    return next((day for day in days if day > after), None)


def remind(store: Store) -> None:
    """Of all whose day has come, each once a day, whatever replicas ask; in silence where the branch subscribes no more."""
    today = clock.today()
    where = {"state": "open", "remind_on": {"$lte": today.isoformat()}}
    waiting = store.commitments.find(WHOLE_CHAIN, where, sort="remind_on", limit=AT_ONCE)
    subscribing = store.subscribing(found["branch_id"] for found in waiting)

    def tell(found: Document) -> None:
        following = next_reminder(date.fromisoformat(found["due_on"]), today)
        to = {"remind_on": following.isoformat() if following else None}
        as_seen = {name: found[name] for name in ("state", "remind_on", "edition")}
        said = telling.due(found) if found["branch_id"] in subscribing else []
        store.commitments.change(WHOLE_CHAIN, found["_id"], to, when=as_seen, saying=said)

    due.each(store.commitments, waiting, "remind_on", tell)
