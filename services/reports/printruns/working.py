"""The worker's part: whoever claims a run does its next piece, and gives it back. docs/printing.md."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from schoolbus.logs import log
from services.reports.printruns import binding, making, planning
from services.reports.printruns.holding import LEASE, Holding, Lost
from services.reports.printruns.states import ASKED, UNDER_WAY, WAITING

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.reports.store import Store

NICE = 15  # of 19: everything else comes first
MOST_TRIES = 3


def claim(store: Store) -> Document | None:
    """The run whose turn it is."""
    return store.print_runs.claim({"state": {"$in": list(UNDER_WAY)}}, lease=LEASE, sort="turn_at")


def work(store: Store, run: Document) -> None:
    be_nice()
    holding = Holding(store, run)
    try:
        _next(holding)
        holding.release()
    except Lost:  # cancelled, made, failed, or another worker's
        log().info("print_run_not_ours", run=run["_id"], attempts=run["attempts"])


def _next(holding: Holding) -> None:
    store, scope, run = holding.store, holding.scope, holding.run
    if run["state"] == ASKED:
        if run["tried"] >= MOST_TRIES:
            return holding.fail(f"It could not be planned in {MOST_TRIES} attempts.")
        holding.change({"tried": run["tried"] + 1})
        return planning.plan(holding)
    part = store.print_parts.first(scope, {"run_id": run["_id"], "state": WAITING}, sort="number")
    return making.make(holding, part) if part else binding.bind(holding)


def be_nice() -> None:
    """On Linux niceness is a thread's own, and that of the processes that it starts."""
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
