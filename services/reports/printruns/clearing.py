"""What goes after a while: files of runs, then the runs. And what goes at once: whatever a run has left beside its file."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from schoolbus.clock import now
from schoolbus.logs import log
from schoolbus.scope import WHOLE_CHAIN, Scope, branch
from services.reports.printruns.states import CANCELLED, MADE, REGISTERS, REMOVED, UNDER_WAY

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
KEPT = timedelta(days=7)  # a file, since it was made
FORGOTTEN = timedelta(days=60)  # a run without a file
_SOME = 100


def clear(store: Store) -> None:
    """Every now and then, in each replica: twice is once."""
    over = {"kept_until": {"$lt": now()}}
    for run in store.print_runs.find(WHOLE_CHAIN, over, sort="kept_until", limit=_SOME):
        if run["state"] == MADE:
            if removed := remove(store, branch(run["branch_id"]), run["_id"], when=over):
                tidy(store, removed)
        else:
            _forget(store, run)
    for run in store.print_runs.find(WHOLE_CHAIN, {"untidy": True}, limit=_SOME):  # of who died before it was tidy
        tidy(store, run)


def remove(store: Store, scope: Scope, run_id: str, when: Document | None = None) -> Document | None:
    """The file of a run that is made; None where there is none."""
    to = {"state": REMOVED, "file_id": None, "size": 0, "untidy": True, "kept_until": now() + FORGOTTEN}
    return store.print_runs.change(scope, run_id, to=to, when={**(when or {}), "state": MADE})


def tidy(store: Store, run: Document) -> None:
    """Nothing is left but the run's own file, where it has one. Of a run that nobody works on any more."""
    scope = branch(run["branch_id"])
    store.metered.touch(run["branch_id"])
    store.print_parts.change_all(scope, {"run_id": run["_id"]}, {"file_id": None, "size": 0, "entries": []})
    store.drop_group(run["_id"], but=run["file_id"])
    store.print_runs.change(scope, run["_id"], to={"untidy": False}, when={"state": run["state"]})


def _forget(store: Store, run: Document) -> None:
    scope = branch(run["branch_id"])
    store.drop_group(run["_id"])
    store.print_parts.remove_all(scope, {"run_id": run["_id"]})
    store.print_runs.remove(scope, run["_id"])
    log().info("print_run_forgotten", run=run["_id"], state=run["state"])


def erase(store: Store, person_id: str, branch_ids: Iterable[str]) -> None:
    """Files with a paper of this child: what was made goes, what is under way is made once more by who asks again. Before the
    rest of an erasure, which takes the ids by which they are found."""
    parts = store.print_parts.find(WHOLE_CHAIN, {"sheets.student_id": person_id})
    found = {part["run_id"]: part["branch_id"] for part in parts}
    for branch_id in branch_ids:
        found |= dict.fromkeys(_with_registers(store, branch(branch_id), person_id), branch_id)
    for run_id, branch_id in found.items():
        scope = branch(branch_id)
        to = {"state": CANCELLED, "reason": "Somebody was erased who may be in it. Ask for it once more.", "untidy": True}
        changed = store.print_runs.change(scope, run_id, to=to, when={"state": {"$in": list(UNDER_WAY)}})
        changed = changed or remove(store, scope, run_id)
        if changed is not None:
            tidy(store, changed)


def _with_registers(store: Store, scope: Scope, person_id: str) -> list[str]:
    """Runs of registers: of all months and classes, where the person was ever in a class. A register's sheet names a class, and
    what it says of whom may be corrected after it is made; so which of them have the child, or its teacher, nobody knows."""
    if store.enrollments.first(scope, {"person_id": person_id}) is None:
        return []
    live = {"what": REGISTERS, "state": {"$in": [*UNDER_WAY, MADE]}}
    return [run["_id"] for run in store.print_runs.find(scope, live)]
