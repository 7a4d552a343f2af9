"""The outbox: events wait in the document whose change they tell, until the relay has published them.

A document carries `outbox` (a list of entries, oldest first) and `said` (how many events it has ever told): so an entry's place among all
events of its document is known without another write.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import structlog
from pymongo.collection import Collection

from schoolbus.events import Event, with_sequence

PENDING = "outbox.at"  # indexed sparsely: only documents with something to tell are in it
HIDDEN = {"outbox": False, "said": False}


class Pending(NamedTuple):
    """One event that waits in a document."""

    document_id: str
    event_id: str
    key: str  # routing key
    body: str
    at: datetime


def entries(events: Iterable[Event]) -> list[dict[str, Any]]:
    correlation_id = structlog.contextvars.get_contextvars().get("correlation_id")
    made = []
    for event in events:
        event.correlation_id = event.correlation_id or correlation_id
        made.append({"id": event.id, "at": event.time, "key": event.routing_key(), "body": event.encode()})
    return made


def saying_with(document: dict[str, Any], events: Sequence[Event]) -> dict[str, Any]:
    """A new document that carries its events."""
    return {**document, "outbox": entries(events), "said": len(events)} if events else document


def pending(collection: Collection[Any], limit: int) -> list[Pending]:
    """What waits in up to `limit` documents: oldest document first, a document's events in their order."""
    found = collection.find({PENDING: {"$exists": True}}, {"outbox": 1, "said": 1}).sort(PENDING, 1).limit(limit)
    waiting = []
    for document in found:
        first = document.get("said", 0) - len(document["outbox"]) + 1
        for place, entry in enumerate(document["outbox"]):
            body = with_sequence(entry["body"], first + place)
            waiting.append(Pending(document["_id"], entry["id"], entry["key"], body, entry["at"]))
    return waiting


def forget(collection: Collection[Any], published: Sequence[Pending]) -> None:
    """Takes published events out of their documents."""
    left = {
        "$filter": {"input": "$outbox", "cond": {"$not": [{"$in": ["$$this.id", [event.event_id for event in published]]}]}}
    }
    without = {"$let": {"vars": {"left": left}, "in": {"$cond": [{"$eq": ["$$left", []]}, "$$REMOVE", "$$left"]}}}
    collection.update_many(
        {"_id": {"$in": list({event.document_id for event in published})}, PENDING: {"$exists": True}},
        [{"$set": {"outbox": without}}],
    )
