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
    had begun: that costs doubled deliveries and no more. Whoever needs it for a while asks for it: the holder finishes, and
    releases it."""

    def __init__(self, database: Database[Any], name: str, seconds: float = 10) -> None:
        self.leases = database["leases"]
        self.name = name
        self.seconds = seconds
        self.holder = new_id()

    def hold(self) -> bool:
        """Takes or renews the lease; False while somebody else has it, or has asked for it."""
        return self._take([])

    def ask(self) -> bool:
        """As `hold`, and nobody else gets or renews it from now on. False until the one who has it has released it."""
        wish = {"by": self.holder, "until": {"$add": ["$$NOW", int(3 * self.seconds * 1000)]}}
        free = {"$eq": [{"$ifNull": ["$wanted.by", self.holder]}, self.holder]}
        return self._take([{"$set": {"wanted": {"$cond": [free, wish, "$wanted"]}}}])

    def release(self) -> None:
        """Of another's nothing changes."""
        kept = {name: {"$cond": [{"$eq": ["$holder", self.holder]}, "$$REMOVE", f"${name}"]} for name in ("until", "holder")}
        wanted = {"$cond": [{"$eq": ["$wanted.by", self.holder]}, "$$REMOVE", "$wanted"]}
        ours = {"$or": [{"holder": self.holder}, {"wanted.by": self.holder}]}
        self.leases.update_one({"_id": self.name, **ours}, [{"$set": {**kept, "wanted": wanted}}])

    def note(self, what: dict[str, Any]) -> None:
        """What the holder has to say beside it (`python -m schoolbus outbox` shows it)."""
        self.leases.update_one({"_id": self.name, "holder": self.holder}, {"$set": what})

    def _take(self, wish: list[dict[str, Any]]) -> bool:
        """Who asked and then fell silent is not waited for."""
        late = {"$lt": [{"$ifNull": ["$wanted.until", _LONG_AGO]}, "$$NOW"]}
        forgotten = {"$set": {"wanted": {"$cond": [late, "$$REMOVE", "$wanted"]}}}
        over = {"$lt": [{"$ifNull": ["$until", _LONG_AGO]}, "$$NOW"]}
        allowed = {"$eq": [{"$ifNull": ["$wanted.by", self.holder]}, self.holder]}
        ours = {"$and": [allowed, {"$or": [{"$eq": ["$holder", self.holder]}, over]}]}
        until = {"$add": ["$$NOW", int(self.seconds * 1000)]}
        taken = {"holder": {"$cond": [ours, self.holder, "$holder"]}, "until": {"$cond": [ours, until, "$until"]}}
        try:
            lease = self.leases.find_one_and_update(
                {"_id": self.name}, [forgotten, *wish, {"$set": taken}], upsert=True, return_document=ReturnDocument.AFTER
            )
        except DuplicateKeyError:  # two made the first lease at once
            return False
        return bool(lease.get("holder") == self.holder == lease.get("wanted", {}).get("by", self.holder))

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
