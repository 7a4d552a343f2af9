"""A lease in the database: of several replicas one works, and another takes over when it falls silent."""

from datetime import timedelta
from typing import Any

from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from schoolbus.clock import now
from schoolbus.ids import new_id


class Lease:
    """Holds for `seconds` after each `hold()`; two holders can only overlap while clocks differ, which costs doubled
    deliveries and no more."""

    def __init__(self, database: Database[Any], name: str, seconds: float = 10) -> None:
        self.leases = database["leases"]
        self.name = name
        self.seconds = seconds
        self.holder = new_id()

    def hold(self) -> bool:
        """Takes or renews the lease; False while somebody else has it."""
        moment = now()
        try:
            self.leases.update_one(
                {"_id": self.name, "$or": [{"holder": self.holder}, {"until": {"$lt": moment}}]},
                {"$set": {"holder": self.holder, "until": moment + timedelta(seconds=self.seconds)}},
                upsert=True,
            )
        except DuplicateKeyError:
            return False
        return True

    def release(self) -> None:
        self.leases.delete_one({"_id": self.name, "holder": self.holder})
