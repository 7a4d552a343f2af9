"""Workers: heavy or slow work, claimed from the database under a lease, done by plain threads.

A worker that dies leaves its lease to run out, and the work comes again: `do` must bear a second time.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pymongo.errors import PyMongoError

from schoolbus import metrics, tracing
from schoolbus.logs import log
from schoolbus.problems import NotYet
from schoolbus.store import Document

IDLE = (0.05, 0.5)  # seconds between looks for work


@dataclass(frozen=True)
class Work:
    """`claim(store)` leases the next piece or gives None; `do(store, piece)` does it."""

    name: str
    claim: Callable[[Any], Document | None]
    do: Callable[[Any, Document], None]
    threads: int = 1


class Worker:
    """Runs all `work` of one store until `stopped` is set; a piece under way is finished first."""

    def __init__(self, store: Any, work: list[Work], stopped: threading.Event) -> None:
        self.store = store
        self.stopped = stopped
        looking = {kind.name: threading.Lock() for kind in work}
        self.threads = [
            threading.Thread(target=self._loop, args=(kind, looking[kind.name]), name=f"{kind.name} {number}")
            for kind in work
            for number in range(kind.threads)
        ]

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def wait(self) -> None:
        for thread in self.threads:
            thread.join()

    def healthy(self) -> bool:
        return all(thread.is_alive() for thread in self.threads)

    def _loop(self, kind: Work, looking: threading.Lock) -> None:
        while not self.stopped.is_set():
            with looking:  # one thread for all of its kind: where nothing waits, many would ask for nothing
                piece = self._next(kind)
            if piece is not None:
                self._one(kind, piece)

    def _next(self, kind: Work) -> Document | None:
        """Waits until there is a piece; None at the end."""
        pause = IDLE[0]
        while not self.stopped.is_set():
            piece = self._claim(kind)
            if piece is not None:
                return piece
            pause = min(pause * 1.5, IDLE[1])
            self.stopped.wait(pause)
        return None

    def _claim(self, kind: Work) -> Document | None:
        try:
            return kind.claim(self.store)
        except PyMongoError as fault:
            log().warning("no_claim", work=kind.name, fault=type(fault).__name__)
            return None

    def _one(self, kind: Work, piece: Document) -> None:
        started = time.monotonic()
        with tracing.span(f"work {kind.name}", "CONSUMER", after=piece.get("traceparent"), piece=str(piece["_id"])) as step:
            outcome = self._do(kind, piece)
            if outcome == "failed":
                step.failed(outcome)
        metrics.work_time.labels(self.store.service, kind.name).observe(time.monotonic() - started)
        metrics.work_done.labels(self.store.service, kind.name, outcome).inc()

    def _do(self, kind: Work, piece: Document) -> str:
        try:
            kind.do(self.store, piece)
        except NotYet as reason:  # expected: what it needs is on its way, and the piece comes again too
            log().info("work_not_yet", work=kind.name, id=piece["_id"], attempts=piece.get("attempts"), reason=str(reason))
            return "not_yet"
        except Exception:  # the piece comes again when its lease ends
            log().exception("work_failed", work=kind.name, id=piece["_id"], attempts=piece.get("attempts"))
            return "failed"
        return "done"
