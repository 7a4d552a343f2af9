"""What notifications and meetings have counted. Of who was erased meanwhile nothing is kept, and of anybody not for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schoolbus.events import Event
from schoolbus.privacy import LAST
from schoolbus.projection import Projection
from services.reports.engagement import due, months

if TYPE_CHECKING:
    from services.reports.store import Store


def keep(store: Store, counted: Projection, event: Event, person: str) -> None:
    """A chunk of counts. `person`: the field that names whose each is."""
    items = [{**item, "gone_at": months.gone_at(item["month"])} for item in event.data["items"]]
    counted.project(event.branch_id, items)
    ids = {item[person] for item in event.data["items"]}
    erased = store.people.find(event.scope, {"person_id": {"$in": sorted(ids)}, "version": LAST})
    if erased:
        counted.remove_all(event.scope, {person: {"$in": [row["person_id"] for row in erased]}})
    due.touch(store, event.branch_id, {item["month"] for item in event.data["items"]})
