"""Workers: heavy or slow work, claimed from the database under a lease, done by plain threads.

A worker that dies leaves its lease to run out, and the work comes again: `do` must bear a second time.
"""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from pymongo.errors import PyMongoError

from schoolbus import backlog, metrics, tracing
from schoolbus.backlog import Look
from schoolbus.logs import log
from schoolbus.looked_up import LookedUp, Sample
from schoolbus.metrics import exemplar
from schoolbus.problems import NotYet
from schoolbus.settings import CannotStart, Names
from schoolbus.store import Document

IDLE = (0.05, 0.5)  # seconds between looks for work
LONGEST = 30.0  # seconds, of a kind that declares nothing else


@dataclass(frozen=True)
class Work:
    """`claim(store)` leases the next piece or gives None; `do(store, piece)` does it.

    `longest`: seconds that a piece may take. Whoever ends a worker waits for so long before it is killed (k8s-check compares
    grace periods), and a piece that took longer is told of.
    """

    name: str
    claim: Callable[[Any], Document | None]
    do: Callable[[Any, Document], None]
    threads: int = 1
    longest: float = LONGEST


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """Which of a service's kinds of work a worker does, by name: these alone, or all but those.

    So what takes a core for minutes can have processes of its own, and what is done in a moment does not wait for it.
    """

    work: Names = Names()
    work_except: Names = Names()

    def of(self, kinds: list[Work]) -> list[Work]:
        """Raises CannotStart when there is no such work, or none is left."""
        unknown = {*self.work, *self.work_except} - {kind.name for kind in kinds}
        if unknown:
            known = ", ".join(sorted({kind.name for kind in kinds}))
            raise CannotStart(f"WORK or WORK_EXCEPT names {', '.join(sorted(unknown))}; there are {known}")
        found = [kind for kind in kinds if kind.name not in self.work_except and (not self.work or kind.name in self.work)]
        if not found:
            raise CannotStart("WORK and WORK_EXCEPT leave nothing to do")
        return found


class Worker:
    """Runs all `work` of one store until `stopped` is set; a piece under way is finished first."""

    def __init__(self, store: Any, work: list[Work], stopped: threading.Event) -> None:
        self.store = store
        self.stopped = stopped
        self._looks: dict[str, Look] = {}  # how each kind was last asked for
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

    def gauges(self) -> list[LookedUp]:
        """What waits of each kind: the same in each replica."""
        named = ("service", "work")
        return [
            LookedUp("rabta_work_waiting", f"Pieces that wait or are in hand, up to {backlog.MOST}", named, self._waiting),
            LookedUp("rabta_work_oldest_seconds", "Since when the oldest of them has been due", named, self._ages),
        ]

    def _waiting(self) -> Iterator[Sample]:
        for name, look in list(self._looks.items()):
            yield (self.store.service, name), backlog.count(look)

    def _ages(self) -> Iterator[Sample]:
        for name, look in list(self._looks.items()):
            seconds = backlog.waited(look)
            if seconds is not None:  # nought would say that nothing waits
                yield (self.store.service, name), seconds

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
            with backlog.watched() as looks:
                piece = kind.claim(self.store)
            if looks:
                self._looks[kind.name] = looks[-1]
            return piece
        except PyMongoError as fault:
            log().warning("no_claim", work=kind.name, fault=type(fault).__name__)
            return None

    def _one(self, kind: Work, piece: Document) -> None:
        started = time.monotonic()
        with tracing.span(f"work {kind.name}", "CONSUMER", after=piece.get("traceparent"), piece=str(piece["_id"])) as step:
            outcome = self._do(kind, piece)
            if outcome == "failed":
                step.failed(outcome)
            seconds, found_by = time.monotonic() - started, exemplar(id=piece["_id"])
        metrics.work_time.labels(self.store.service, kind.name).observe(seconds, found_by)
        if seconds > kind.longest:
            metrics.work_overrun.labels(self.store.service, kind.name).inc()
            took = {"seconds": round(seconds, 1), "longest": kind.longest}
            log().warning("work_overrun", work=kind.name, id=piece["_id"], **took)
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
