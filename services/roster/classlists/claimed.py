"""A class list that a worker has claimed: its sheet, and how it gets on."""

from datetime import timedelta
from typing import Any

from schoolbus import metrics
from schoolbus.clock import now
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import Document, run_again_while_busy
from services.roster.classlists import lists
from services.roster.classlists.sheet import Finding
from services.roster.store import Store

LEASE = 30.0  # seconds


class Lost(Exception):
    """The list is no longer this worker's: another has it, or somebody left it."""


def content(store: Store, id: str) -> bytes:
    return bytes(store.class_list_sheets.one(WHOLE_CHAIN, id)["content"])


def told(finding: Finding) -> dict[str, Any]:
    return {
        "kind": finding.kind,
        "line": finding.line,
        "column": finding.column,
        "reason": finding.reason,
        "text": finding.text,
        "values": finding.values,
    }


def go_on(store: Store, document: Document, **to: Any) -> None:
    """Raises Lost."""
    to = {"leased_until": now() + timedelta(seconds=LEASE), **to}
    when = {"open": True, "attempts": document["attempts"]}
    if store.class_lists.change(WHOLE_CHAIN, document["_id"], to=to, when=when) is None:
        raise Lost


def close(store: Store, document: Document, state: str, **more: Any) -> None:
    """Raises Lost."""

    def closed() -> None:
        with store.transaction():
            go_on(store, document, state=state, open=False, progress=1.0, finished_at=now(), **more)
            lists.forget(store, document["_id"])

    run_again_while_busy(closed)
    metrics.runs_ended.labels("class_list", state).inc()
