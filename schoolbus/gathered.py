"""Writes of many threads, gathered into one round trip."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pymongo import UpdateOne
from pymongo.errors import PyMongoError

from schoolbus.logs import log
from schoolbus.store import Document, Documents
from schoolbus.together import Together

PATIENCE = 30.0  # seconds for which a database that is away is waited for
Proof = Callable[[Document], bool]


@dataclass(eq=False)
class _Write:
    where: Mapping[str, Any]
    update: Mapping[str, Any]
    proof: Proof
    written: bool = False


class Gathered:
    """Of one collection. `write` returns when the write is durable, as one of its own would."""

    def __init__(self, documents: Documents) -> None:
        self._collection = documents.collection
        self._together = Together(self._write_all)

    def write(self, where: Mapping[str, Any], update: Mapping[str, Any], proof: Proof) -> bool:
        """Whether the document of `where["_id"]` took the update. `proof` tells by the document whether it has.

        A write whose answer got lost is made again: `where` must not hold once it is done. Raises PyMongoError when the
        database stays away.
        """
        ours = _Write(where, update, proof)
        self._together.add(ours)
        return ours.written

    def _write_all(self, batch: list[_Write]) -> None:
        deadline, pause = time.monotonic() + PATIENCE, 0.1
        while True:
            try:
                return self._try(batch)
            except PyMongoError as fault:
                if time.monotonic() > deadline:
                    raise
                log().warning("write_waits", fault=type(fault).__name__, writes=len(batch))
                time.sleep(pause)
                pause = min(pause * 2, 2)

    def _try(self, batch: list[_Write]) -> None:
        result = self._collection.bulk_write([UpdateOne(each.where, each.update) for each in batch], ordered=False)
        found: dict[Any, Document] = {}
        if result.matched_count < len(batch):  # some were too late, or this is the second time
            ids = list({each.where["_id"] for each in batch})
            found = {row["_id"]: row for row in self._collection.find({"_id": {"$in": ids}})}
        for each in batch:
            row = found.get(each.where["_id"])
            each.written = each.proof(row) if row is not None else result.matched_count == len(batch)
