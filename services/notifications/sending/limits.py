"""How fast a carrier may be asked, and how much of that is one branch's: shared by all threads and all workers of the chain."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from typing import TYPE_CHECKING

from services.notifications import metrics
from services.notifications.sending.lanes import BULK, CODE

if TYPE_CHECKING:
    from schoolbus.buckets import Buckets

GRANT = 0.05  # seconds of a carrier's rate that a process takes at once
GRANT_OF_BRANCH = 1.0  # of a branch's: the longer, the fewer writes
KEPT = 5.0  # seconds after which an unused grant is worth nothing
BURST = 1.0  # seconds of the rate that a bucket holds; of a branch's, five
LEFT_BY_BULK = 0.2  # of a bucket: so that messages to one family do not wait behind those to all
PATIENCE = 5.0  # seconds for which a thread waits; then the message comes again
BRANCHES = 5_000  # that a process remembers


class Tap:
    """A bucket as one process sees it."""

    def __init__(self, key: str, rate: float, *, burst: float, grant: float, left: float = 0) -> None:
        self.key, self.rate = key, rate
        self.burst = max(1.0, rate * burst)
        self.wanted = max(1, int(rate * grant))
        self.reserve = left * self.burst if self.burst > 1 or left < 0 else 0
        self._held, self._until, self._turn = 0, 0.0, 0.0
        self._lock = threading.Lock()

    def take(self, buckets: Buckets) -> bool:
        with self._lock:
            if self._held and time.monotonic() < self._until:
                self._held -= 1
                return True
            granted = buckets.grant(self.key, self.wanted, rate=self.rate, burst=self.burst, reserve=self.reserve)
            self._held, self._until = max(0, granted - 1), time.monotonic() + KEPT
            return granted > 0

    def turn(self) -> float:
        """Seconds until it is the turn of one that got nothing: each the next place in the row."""
        with self._lock:
            at = time.monotonic()
            self._turn = max(at + 0.5, self._turn) + 1 / self.rate
            return self._turn - at


class Limits:
    """Of one channel. `rate` and `of_branch` in messages per second of each carrier."""

    def __init__(self, rate: float, of_branch: float) -> None:
        self.rate, self.of_branch = rate, min(rate, of_branch)
        self._lanes: dict[tuple[str, str], Tap] = {}
        self._branches: OrderedDict[tuple[str, str], Tap] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, buckets: Buckets, carrier: str, lane: str, branch_id: str) -> float:
        """Returns when it is the message's turn: 0. Or else the seconds for which to put it off."""
        if lane != CODE:
            tap = self._of_branch(carrier, branch_id)
            if not tap.take(buckets):
                metrics.bucket_waits.labels(carrier, "branch").inc()
                return tap.turn()
        tap, began = self._of_lane(carrier, lane), time.monotonic()
        while not tap.take(buckets):
            if time.monotonic() - began > PATIENCE:
                return tap.turn()
            time.sleep(min(1.0, max(0.02, 1 / self.rate)))
        waited = time.monotonic() - began
        if waited > GRANT:
            metrics.bucket_waits.labels(carrier, lane).inc()
        return 0

    def _of_lane(self, carrier: str, lane: str) -> Tap:
        """Bulk leaves some to others; a one-time code may make a debt."""
        with self._lock:
            left = LEFT_BY_BULK if lane == BULK else -1.0 if lane == CODE else 0.0
            return self._lanes.setdefault((carrier, lane), Tap(carrier, self.rate, burst=BURST, grant=GRANT, left=left))

    def _of_branch(self, carrier: str, branch_id: str) -> Tap:
        with self._lock:
            key = (carrier, branch_id)
            tap = self._branches.get(key)
            if tap is None:
                tap = Tap(f"{carrier}:{branch_id}", self.of_branch, burst=5 * BURST, grant=GRANT_OF_BRANCH)
                self._branches[key] = tap
            self._branches.move_to_end(key)
            while len(self._branches) > BRANCHES:
                self._branches.popitem(last=False)
            return tap
