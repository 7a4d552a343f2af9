"""What a branch's report cards count."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from schoolbus.contracts.reports import UsageMetered
from schoolbus.metering import bounds
from schoolbus.scope import branch
from services.reports.cards.states import WITH_VERSION

if TYPE_CHECKING:
    from services.reports.store import Store


def count(store: Store, branch_id: str, month: str) -> dict[str, int]:
    begins, ends = bounds(month)
    issued = {"state": {"$in": list(WITH_VERSION)}, "issued_at": {"$gte": begins, "$lt": ends}}
    scope = branch(branch_id)
    return {"report_cards": store.report_cards.count(scope, issued), "storage_bytes": store.stored_bytes(scope)}


def meter(store: Store) -> None:
    store.metered.tell(UsageMetered, partial(count, store))
