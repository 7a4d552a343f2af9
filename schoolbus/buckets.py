"""Token buckets that all replicas share: so much a second, by the database's clock, taken in grants of many."""

from collections.abc import Sequence
from typing import Any

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from schoolbus.store import Documents, Index


class Buckets(Documents):
    """A document a bucket. One that nobody asked for a day is full, and forgotten."""

    def __init__(self, name: str = "buckets") -> None:
        super().__init__(name, [Index("at", expires=86_400)])

    def grant(self, key: str, wanted: int, *, rate: float, burst: float, reserve: float = 0) -> int:
        """Up to `wanted` tokens of a bucket that gets `rate` a second and holds `burst`; how many.

        `reserve`: so many are left to others. Below zero it is a debt that may be made.
        """
        seconds = {"$divide": [{"$subtract": ["$$NOW", {"$ifNull": ["$at", "$$NOW"]}]}, 1000]}
        filled = {"$add": [{"$ifNull": ["$tokens", burst]}, {"$multiply": [rate, seconds]}]}
        free = {"$floor": {"$subtract": ["$tokens", reserve]}}
        steps: Sequence[dict[str, Any]] = (
            {"$set": {"tokens": {"$min": [burst, filled]}, "at": "$$NOW", "branch_id": []}},
            {"$set": {"granted": {"$max": [0, {"$min": [wanted, free]}]}}},
            {"$set": {"tokens": {"$subtract": ["$tokens", "$granted"]}}},
        )
        try:
            bucket = self._update(key, steps)
        except DuplicateKeyError:  # two made it at once
            bucket = self._update(key, steps)
        return int(bucket["granted"])

    def _update(self, key: str, steps: Sequence[dict[str, Any]]) -> dict[str, Any]:
        after = ReturnDocument.AFTER
        return self.collection.find_one_and_update({"_id": key}, list(steps), upsert=True, return_document=after)
