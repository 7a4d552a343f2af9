"""A run in the hands of a worker: by its `attempts`, which another that claims it counts on."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from schoolbus import metrics
from schoolbus.clock import now
from schoolbus.logs import log
from schoolbus.scope import branch
from services.reports.printruns.states import FAILED, UNDER_WAY

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
LEASE = 30.0  # seconds; renewed after each few, so that it is longer than whatever one sheet takes
RENEWED = 5.0
REST = 1.0  # as long as it has worked: half of the time the disk and the database are for others
LONGEST_REST = 0.25  # seconds


class Lost(Exception):
    """Another worker has the run, or it was cancelled."""


class Holding:
    """What is done to a run is done by who holds it."""

    def __init__(self, store: Store, run: Document) -> None:
        self.store, self.run = store, run
        self.scope = branch(run["branch_id"])
        self._renewed = self._rested = time.monotonic()

    def change(self, to: Document) -> Document:
        """Raises Lost."""
        when = {"attempts": self.run["attempts"], "state": {"$in": list(UNDER_WAY)}}
        changed = self.store.print_runs.change(self.scope, self.run["_id"], to=to, when=when)
        if changed is None:
            raise Lost
        return changed

    def renew(self) -> None:
        self.change({"leased_until": now() + timedelta(seconds=LEASE)})
        self._renewed = time.monotonic()

    def pace(self) -> None:
        """Between one sheet and the next, one piece of a file and the next. Raises Lost."""
        self.keep()
        time.sleep(min((time.monotonic() - self._rested) * REST, LONGEST_REST))
        self._rested = time.monotonic()

    def keep(self) -> None:
        """Raises Lost."""
        if time.monotonic() - self._renewed > RENEWED:
            self.renew()

    def wanted(self) -> bool:
        """Whether anybody still waits for the run, whoever holds it."""
        where = {"_id": self.run["_id"], "state": {"$in": list(UNDER_WAY)}}
        return self.store.print_runs.first(self.scope, where) is not None

    def release(self) -> None:
        """Other runs come first, then this one's next piece. A small run does not wait for the branch's."""
        with suppress(Lost):  # it is made, or failed
            self.change({"leased_until": None, "turn_at": now()})

    def fail(self, reason: str) -> None:
        self.change({"state": FAILED, "reason": reason, "untidy": True})
        metrics.runs_ended.labels("print_run", "failed").inc()
        log().warning("print_run_failed", run=self.run["_id"], reason=reason)
