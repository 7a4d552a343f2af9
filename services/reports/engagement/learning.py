"""What notifications and meetings have counted. Of who was erased meanwhile nothing is kept, and of anybody not for ever."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from schoolbus.events import Event
from schoolbus.privacy import LAST
from schoolbus.projection import Projection
from schoolbus.scope import Scope
from services.reports.engagement import due, months

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
WHOSE = {"reach": "guardian_id", "participation": "person_id"}  # the field that names whose each is


def keep(store: Store, counted: Projection, event: Event) -> None:
    """A chunk of counts."""
    items = event.data["items"]
    counted.project(event.branch_id, items)
    _drop_erased(store, counted, event.scope, {item[WHOSE[counted.name]] for item in items})
    due.touch(store, event.branch_id, {item["month"] for item in items})


def mended(store: Store, counted: Projection, scope: Scope, rows: Sequence[Document]) -> None:
    """As `keep`, of rows that became others by a replay; one that it found damaged may lack anything."""
    whose = WHOSE[counted.name]
    _drop_erased(store, counted, scope, {row[whose] for row in rows if whose in row})
    if of_months := {row["month"] for row in rows if months.is_month(row.get("month"))}:
        due.touch(store, scope.branch_id or "", of_months)


def _drop_erased(store: Store, counted: Projection, scope: Scope, ids: Iterable[str]) -> None:
    whose = WHOSE[counted.name]
    erased = store.people.find(scope, {"person_id": {"$in": sorted(ids)}, "version": LAST})
    if erased:
        counted.remove_all(scope, {whose: {"$in": [row["person_id"] for row in erased]}})
