"""How far a run is: counted from its parts, never kept beside them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from schoolbus.scope import Scope
from services.reports.printruns.states import WAITING

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
_SHOWN = {"run_id": 1, "state": 1, "made": 1, "failed": 1}


def with_progress(store: Store, scope: Scope, runs: Sequence[Document]) -> list[Document]:
    """`asked` is, once all parts are done, always `done` and the number of `failed`."""
    where = scope.filter({"run_id": {"$in": [run["_id"] for run in runs]}})
    parts: dict[str, list[Document]] = defaultdict(list)
    for part in store.print_parts.collection.find(where, _SHOWN).sort("number"):
        parts[part["run_id"]].append(part)
    return [{**run, **_progress(run, parts[run["_id"]])} for run in runs]


def _progress(run: Document, parts: Sequence[Document]) -> Document:
    return {
        "asked": run["asked"] or 0,
        "done": sum(part["made"] for part in parts),
        "failed": [each for part in parts for each in part["failed"]],
        "parts": run["parts"] or 0,
        "parts_done": sum(part["state"] != WAITING for part in parts),
    }
