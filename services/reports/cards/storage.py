"""The room for PDFs that a branch's plans give it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schoolbus.problems import Conflict
from schoolbus.scope import Scope

if TYPE_CHECKING:
    from services.reports.store import Store

LIMIT, MB = "storage_mb", 1_000_000


def check_room(store: Store, scope: Scope) -> None:
    """Raises Conflict when the branch has used up its storage. What was asked for before is still made."""
    limit = store.limit(scope.branch_id or "", LIMIT)
    if limit is None:
        return
    used = store.stored_bytes(scope)
    if used >= limit * MB:
        raise Conflict(
            "storage-full",
            "The branch's storage is full",
            "A plan with more storage makes room: the head or the office can ask the chain for one. Nothing is lost.",
            storage_mb=limit,
            used_bytes=used,
        )
