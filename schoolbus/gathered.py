"""Reads and writes of many threads, gathered into one round trip."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pymongo import UpdateOne
from pymongo.errors import BulkWriteError, PyMongoError

from schoolbus.events import Event
from schoolbus.logs import log
from schoolbus.problems import AlreadyThere
from schoolbus.store import DUPLICATE, Document, Documents, current_session
from schoolbus.together import Together

PATIENCE = 30.0  # seconds for which a database that is away is waited for
Proof = Callable[[Document], bool]


@dataclass(frozen=True, eq=False)
class _Write:
    where: Mapping[str, Any]
    update: Mapping[str, Any]
    proof: Proof


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
        return self._together.add(_Write(where, update, proof))

    def _write_all(self, batch: list[_Write]) -> list[bool]:
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

    def _try(self, batch: list[_Write]) -> list[bool]:
        result = self._collection.bulk_write([UpdateOne(each.where, each.update) for each in batch], ordered=False)
        found: dict[Any, Document] = {}
        if result.matched_count < len(batch):  # some were too late, or this is the second time
            ids = list({each.where["_id"] for each in batch})
            found = {row["_id"]: row for row in self._collection.find({"_id": {"$in": ids}})}
        rows = [found.get(each.where["_id"]) for each in batch]
        matched = result.matched_count == len(batch)
        return [each.proof(row) if row is not None else matched for each, row in zip(batch, rows, strict=True)]


class GatheredAdds:
    """Of one collection. `add` is `Documents.add` for documents that many threads add at once."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._together = Together(self._add_all)

    def add(self, document: Document, saying: Sequence[Event] = ()) -> Document:
        """Raises AlreadyThere. Within a transaction it is part of that, and goes alone."""
        if current_session() is not None:
            return self._documents.add(document, saying)
        self._together.add(self._documents.saying_with(document, saying))
        return document

    def _add_all(self, batch: list[Document]) -> list[Exception | None]:
        """In any order: one that is taken, or that another of the batch takes, keeps no other back."""
        results: list[Exception | None] = [None] * len(batch)
        try:
            self._documents.collection.insert_many(batch, ordered=False)
        except BulkWriteError as error:
            details: Mapping[str, Any] = error.details or {}
            if details["writeConcernErrors"] or any(fault["code"] != DUPLICATE for fault in details["writeErrors"]):
                raise
            for fault in details["writeErrors"]:
                results[fault["index"]] = AlreadyThere(self._documents.what)
        return results


class GatheredReads:
    """Of one collection, by id: for what hundreds of requests look up in a second. The driver's work for a question, which is
    more than the database's, is then done for many."""

    def __init__(self, documents: Documents) -> None:
        self._collection = documents.collection
        self._together = Together(self._read_all)

    def one(self, id: str) -> Document | None:
        """As it was at some moment since this was called; a copy of one's own. Of whatever branch: the id names it, or whoever
        asks looks at it."""
        return self._together.add(id)

    def _read_all(self, ids: list[str]) -> list[Document | None]:
        found = {row["_id"]: row for row in self._collection.find({"_id": {"$in": list(set(ids))}})}
        return [dict(found[id]) if id in found else None for id in ids]
