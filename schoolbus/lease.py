"""A lease in the database: of several replicas one works, and another takes over when it falls silent."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Self

from pymongo import ReturnDocument
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from schoolbus.ids import new_id

_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class LeaseLost(Exception):
    """Somebody else does it now."""


class Lease:
    """Holds for `seconds` after each `hold()`, by the database's clock. A holder that was held up may still finish what it
    had begun: that costs doubled deliveries and no more."""

    def __init__(self, database: Database[Any], name: str, seconds: float = 10) -> None:
        self.leases = database["leases"]
        self.name = name
        self.seconds = seconds
        self.holder = new_id()

    def hold(self) -> bool:
        """Takes or renews the lease; False while somebody else has it."""
        over = {"$lt": [{"$ifNull": ["$until", _LONG_AGO]}, "$$NOW"]}
        ours = {"$or": [{"$eq": ["$holder", self.holder]}, over]}
        until = {"$add": ["$$NOW", int(self.seconds * 1000)]}
        taken = {"holder": {"$cond": [ours, self.holder, "$holder"]}, "until": {"$cond": [ours, until, "$until"]}}
        try:
            lease = self.leases.find_one_and_update(
                {"_id": self.name}, [{"$set": taken}], upsert=True, return_document=ReturnDocument.AFTER
            )
        except DuplicateKeyError:  # two made the first lease at once
            return False
        return bool(lease["holder"] == self.holder)

    def keep(self) -> None:
        """Raises LeaseLost when it ran out and somebody else has it."""
        if not self.hold():
            raise LeaseLost(f"another process has taken over {self.name}: this one was held up for too long")

    @contextmanager
    def held(self) -> Iterator[Self]:
        """Waits until nobody else has it."""
        while not self.hold():
            time.sleep(0.2)
        try:
            yield self
        finally:
            self.release()

    def release(self) -> None:
        self.leases.delete_one({"_id": self.name, "holder": self.holder})
