"""Which bookings hold their time: dict conditions, for the store and for whoever asks it."""

from datetime import UTC, datetime
from typing import Any

Document = dict[str, Any]
LIVE: Document = {"live": True}  # in the unique indexes
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
# Makes an index partial, of documents that have a moment there; a query that says so too is answered from it
MOMENT: Document = {"$gt": LONG_AGO}


def holding(now: datetime) -> Document:
    """Those that hold their time. What was held until some moment holds it no longer, though it stays in the indexes until
    somebody releases it; what was offered does, until the next in the list is asked."""
    return {**LIVE, "$nor": [{"state": "held", "held_until": {"$lte": now}}]}


def run_out(state: str, now: datetime) -> Document:
    """What was held, or offered, until now."""
    return {**LIVE, "state": state, "held_until": {**MOMENT, "$lte": now}}
