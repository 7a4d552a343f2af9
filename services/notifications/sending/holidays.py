"""Is there school? The branches' calendars, as a process remembers them for a minute: it is asked for each message."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from schoolbus.scope import WHOLE_CHAIN, branch

if TYPE_CHECKING:
    from services.notifications.store import Store

KEPT = 60.0  # seconds


class Holidays:
    def __init__(self, store: Store, branch_ids: Sequence[str] = ()) -> None:
        """`branch_ids`: those that are sure to be asked for, read at once."""
        self._store = store
        self._known: dict[str, tuple[float, list[tuple[str, str]]]] = {}
        self._lock = threading.Lock()
        if branch_ids:
            found = {
                row["branch_id"]: row for row in store.calendars.find(WHOLE_CHAIN, {"branch_id": {"$in": list(branch_ids)}})
            }
            self._known = {id: (time.monotonic(), _spans(found.get(id))) for id in branch_ids}

    def on(self, branch_id: str, day: date) -> bool:
        return any(first <= day.isoformat() <= last for first, last in self._of(branch_id))

    def _of(self, branch_id: str) -> list[tuple[str, str]]:
        with self._lock:
            known = self._known.get(branch_id)
        if known is None or time.monotonic() - known[0] > KEPT:
            known = time.monotonic(), _spans(self._store.calendars.first(branch(branch_id)))
            with self._lock:
                self._known[branch_id] = known
        return known[1]


def _spans(calendar: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    return [(each["starts_on"], each["ends_on"]) for each in (calendar or {"holidays": []})["holidays"]]
