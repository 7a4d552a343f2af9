"""The chain's view: how many families are reached this month, and in how many branches any takes part. As the worker has
counted them, at least each night; docs/engagement.md says what each measure is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from schoolbus.looked_up import LookedUp, Sample
from services.reports.engagement import months
from services.reports.engagement.measures import MEASURES

if TYPE_CHECKING:
    from services.reports.store import Store

KEPT = 300.0  # seconds: what is counted each night need not be asked for each time
TAKES_PART = ("answered", "met", "home_notes", "signed", "acknowledged", "activities", "helped", "pta")


def gauges(store: Store) -> list[LookedUp]:
    return [
        LookedUp(
            "rabta_chain_families",
            "Families of the chain for whom a measure of engagement holds this month",
            ["measure"],
            lambda: _families(store, 0),
            KEPT,
        ),
        LookedUp(
            "rabta_chain_families_asked",
            "Families among whom that was counted",
            ["measure"],
            lambda: _families(store, 1),
            KEPT,
        ),
        LookedUp(
            "rabta_chain_branches",
            "Branches that subscribe to reports, that were counted this month, and in which any family took part",
            ["that"],
            lambda: _branches(store),
            KEPT,
        ),
    ]


def _families(store: Store, place: int) -> Iterator[Sample]:
    sums = {each.key: {"$sum": {"$arrayElemAt": [f"$shares.{each.key}", place]}} for each in MEASURES}
    for row in _of_this_month(store, sums):
        yield from (((key,), float(row[key])) for key in sums)


def _branches(store: Store) -> Iterator[Sample]:
    subscribing = store.branches.collection.count_documents({"active": True, "services": "reports"})
    some: dict[str, Any] = {"$or": [{"$gt": [{"$arrayElemAt": [f"$shares.{key}", 0]}, 0]} for key in TAKES_PART]}
    sums = {"counted": {"$sum": 1}, "take_part": {"$sum": {"$cond": [some, 1, 0]}}}
    row = next(_of_this_month(store, sums), dict.fromkeys(sums, 0))
    yield from ((("subscribe",), subscribing), (("counted",), row["counted"]), (("take_part",), row["take_part"]))


def _of_this_month(store: Store, sums: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """One row, or none: a document of a few kilobytes for each branch is read."""
    month = {"$match": {"month": months.current()}}
    return iter(store.branch_months.collection.aggregate([month, {"$group": {"_id": None, **sums}}]))
