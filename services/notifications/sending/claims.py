"""What is next on a lane of a channel: claimed from the database in batches, handed out to the lane's threads one by one."""

from __future__ import annotations

import random
import threading
import time
from collections import deque
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from schoolbus.clock import now
from services.notifications.states import State

if TYPE_CHECKING:
    from schoolbus.store import Document, Documents

BATCH = 50
LEASE = 60  # seconds; longer than a carrier's time limits together
SPARE = timedelta(seconds=35)  # of the lease must be left for a call; else it comes again
OUT_OF_ORDER = 1.0  # seconds between two batches while no carrier works
EMPTY = 0.2  # seconds after which an empty lane is looked at again


class Lane:
    """The messages of a lane that wait for a channel, the most urgent first. One for all its threads in a process."""

    def __init__(self, lane: str, channel: str, works: Callable[[], bool], batch: int = BATCH) -> None:
        """`works`: whether any carrier does. Otherwise only now and then some are looked at: they may go on to another
        channel."""
        self.lane, self.channel, self.batch = lane, channel, batch
        self.works = works
        self._ready: deque[Document] = deque()
        self._lock = threading.Lock()
        self._look_again = 0.0
        self._skip = 0

    def next(self, documents: Documents) -> Document | None:
        with self._lock:
            if not self._ready and time.monotonic() >= self._look_again:
                self._ready.extend(self._claim(documents))
                if not self.works():
                    self._look_again = time.monotonic() + OUT_OF_ORDER
            while self._ready:
                message = self._ready.popleft()
                if message["leased_until"] - now() > SPARE:
                    return message
        return None

    def _claim(self, documents: Documents) -> list[Document]:
        waiting = {"lane": self.lane, "channel": self.channel, "state": State.QUEUED.value, "send_at": {"$lte": now()}}
        found = documents.claim_some(waiting, lease=LEASE, limit=self.batch, sort="urgency send_at", skip=self._skip)
        if found:
            crowded = len(found) < self.batch // 2  # few are left, or another worker looks at the same
            self._skip = random.randrange(4) * self.batch if crowded and not self._skip else 0  # noqa: S311 - no secret
        else:
            self._look_again = time.monotonic() + (0 if self._skip else EMPTY)
            self._skip = 0
        return found
