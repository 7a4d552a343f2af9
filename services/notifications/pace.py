"""How fast a carrier may be asked."""

import threading
import time


class Pace:
    """At most `per_second` turns, evenly spaced, shared by all threads of this process."""

    def __init__(self, per_second: float) -> None:
        self._gap = 1 / per_second
        self._next = 0.0
        self._lock = threading.Lock()

    def wait(self) -> None:
        """Until it is this thread's turn."""
        with self._lock:
            moment = time.monotonic()
            turn = max(moment, self._next)
            self._next = turn + self._gap
        time.sleep(turn - moment)
