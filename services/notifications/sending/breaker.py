"""A carrier that does not answer is left alone for a while, then tried with one message.

Each process finds out by itself: what is out of reach for one may be well for another.
"""

import threading

OPENS_AFTER = 5  # failures on end
REST = (5.0, 300.0)  # seconds, doubled from the first to the last
TRIAL = 30.0  # seconds after which a trial of which nothing was heard counts as none
LONGEST_ASKED = 60.0  # seconds that a carrier may ask of all its messages


class Breaker:
    """Times are seconds of a clock that only goes forward."""

    def __init__(self) -> None:
        self._failures = 0
        self._rest = REST[0]
        self._until = 0.0  # it is left alone
        self._trial: float | None = None  # when one was let through
        self._lock = threading.Lock()

    @property
    def is_open(self) -> bool:
        return self._failures >= OPENS_AFTER

    def lets_through(self, at: float) -> bool:
        """Says yes to one message at a time while it is open and its rest is over."""
        with self._lock:
            if at < self._until:
                return False
            if not self.is_open:
                return True
            if self._trial is not None and at - self._trial < TRIAL:
                return False
            self._trial = at
            return True

    def rests(self, at: float) -> float:
        """Seconds left."""
        return max(0.0, self._until - at)

    def worked(self) -> None:
        with self._lock:
            if self.is_open:
                self._until = 0.0
            self._failures, self._rest, self._trial = 0, REST[0], None

    def failed(self, at: float) -> None:
        with self._lock:
            self._failures += 1
            if not self.is_open:
                return
            if self._trial is not None or self._failures == OPENS_AFTER:
                self._until = at + self._rest
                self._rest = min(self._rest * 2, REST[1])
            self._trial = None

    def asked_to_wait(self, at: float, seconds: float) -> None:
        """The carrier is well, and wants no more for so long."""
        with self._lock:
            self._trial = None
            self._until = max(self._until, at + min(seconds, LONGEST_ASKED))
