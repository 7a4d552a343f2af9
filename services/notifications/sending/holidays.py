"""Is there school? The branches' calendars, as a process remembers them for a minute: it is asked for each message."""

from __future__ import annotations

import threading
import time
from datetime import date
from typing import TYPE_CHECKING

from schoolbus.scope import branch

if TYPE_CHECKING:
    from services.notifications.store import Store

KEPT = 60.0  # seconds


class Holidays:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[str, tuple[float, list[tuple[str, str]]]] = {}
        self._lock = threading.Lock()

    def on(self, branch_id: str, day: date) -> bool:
        return any(first <= day.isoformat() <= last for first, last in self._of(branch_id))

    def _of(self, branch_id: str) -> list[tuple[str, str]]:
        with self._lock:
            known = self._known.get(branch_id)
        if known is None or time.monotonic() - known[0] > KEPT:
            calendar = self._store.calendars.first(branch(branch_id)) or {"holidays": []}
            known = time.monotonic(), [(each["starts_on"], each["ends_on"]) for each in calendar["holidays"]]
            with self._lock:
                self._known[branch_id] = known
        return known[1]
