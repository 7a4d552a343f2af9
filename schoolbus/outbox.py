"""The outbox: events wait in the document whose change they tell, until the relay has published them.

A document carries `outbox` (a list of entries, oldest first), `outbox_at` (the time of the oldest) and `said` (how
many events it has ever
told: so an entry's place among all events of its document is known without another write).
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from pymongo import WriteConcern
from pymongo.collection import Collection

from schoolbus import correlation, tracing
from schoolbus.events import Event, with_sequence

PENDING = "outbox_at"  # indexed sparsely: only documents with something to tell are in it
WINDOW_SIZE = 8_000_000  # characters
_BY_ID = "_id_"  # MongoDB's name of the index that every collection has
HIDDEN = {"outbox": False, PENDING: False, "said": False}


class Pending(NamedTuple):
    """One event that waits in a document."""

    document_id: str
    event_id: str
    key: str  # routing key
    body: str
    told_since: datetime  # of the document's first event that waits: what the collection is asked by
    said_at: datetime
    traceparent: str | None  # where it was said


def entries(events: Iterable[Event]) -> list[dict[str, Any]]:
    correlation_id, place, made = correlation.current(), tracing.traceparent(), []
    traced = {"traceparent": place} if place else {}
    for event in events:
        event.correlation_id = event.correlation_id or correlation_id
        made.append({"id": event.id, "at": event.time, "key": event.routing_key(), "body": event.encode(), **traced})
    return made


def correlation_id(body: str) -> str | None:
    """Of an event's envelope, whose data come last and may be long."""
    found: str | None = json.loads(body.partition(',"data":')[0] + "}").get("correlationid")
    return found


def saying_with(document: dict[str, Any], events: Sequence[Event]) -> dict[str, Any]:
    """A new document that carries its events."""
    if not events:
        return document
    return {**document, "outbox": entries(events), PENDING: events[0].time, "said": len(events)}


def said_in(update: dict[str, Any], events: Sequence[Event]) -> None:
    """Adds events to a MongoDB update."""
    update.setdefault("$push", {})["outbox"] = {"$each": entries(events)}
    update.setdefault("$min", {})[PENDING] = events[0].time
    update.setdefault("$inc", {})["said"] = len(events)


def pending(
    collection: Collection[Any], limit: int, since: datetime | None = None, without: Sequence[str] = ()
) -> list[Pending]:
    """What waits in up to `limit` documents: oldest document first, a document's events in their order.

    A window ends early once it is `WINDOW_SIZE` long. `since` spares the database the index entries of what was published
    before: it keeps them for minutes, and a look from the beginning has to pass them all.
    """
    where = _waits(since)
    if without:
        where["_id"] = {"$nin": list(without)}
    waiting, size = [], 0
    for document in collection.find(where, {"outbox": 1, "said": 1, PENDING: 1}).sort(PENDING, 1).limit(limit):
        first = document.get("said", 0) - len(document["outbox"]) + 1
        for place, entry in enumerate(document["outbox"]):
            body = with_sequence(entry["body"], first + place)
            known = entry["at"], entry.get("traceparent")
            waiting.append(Pending(document["_id"], entry["id"], entry["key"], body, document[PENDING], *known))
            size += len(body)
        if size > WINDOW_SIZE:
            break
    return waiting


def oldest(collections: Sequence[Collection[Any]], since: Mapping[str, datetime] | None = None) -> dict[str, datetime]:
    """When the oldest event that waits was said, by the names of those collections in which one waits; `since` as above.

    One question for all of them: nearly always nothing waits, and a question of each costs seven times as much.
    """
    looks = [_look(collection.name, (since or {}).get(collection.name)) for collection in collections]
    others = [
        {"$unionWith": {"coll": collection.name, "pipeline": look}}
        for collection, look in zip(collections[1:], looks[1:], strict=True)
    ]
    return {found["name"]: found[PENDING] for found in collections[0].aggregate([*looks[0], *others])} if looks else {}


def _look(name: str, since: datetime | None) -> list[dict[str, Any]]:
    shown = {"_id": False, PENDING: True, "name": {"$literal": name}}
    return [{"$match": _waits(since)}, {"$sort": {PENDING: 1}}, {"$limit": 1}, {"$project": shown}]


def _waits(since: datetime | None) -> dict[str, Any]:
    return {PENDING: {"$gte": since} if since else {"$exists": True}}


def forget(collection: Collection[Any], published: Sequence[Pending]) -> None:
    """Takes published events out of their documents.

    Nearly always a document has told one thing, and its outbox goes as a whole: that costs the database half as much. By their
    ids: left to choose, it tries the index of what is pending too, each time, which costs two thirds more.
    A write that a failover undoes costs a second delivery, so nobody waits for the majority.
    """
    quickly = collection.with_options(write_concern=WriteConcern(w=1))
    gone = [event.event_id for event in published]
    told = {"_id": {"$in": list({event.document_id for event in published})}, PENDING: {"$exists": True}}
    whole = {**told, "outbox.0.id": {"$in": gone}, "outbox.1": {"$exists": False}}
    taken = quickly.update_many(whole, {"$unset": {"outbox": 1, PENDING: 1}}, hint=_BY_ID)
    if taken.modified_count < len(published):
        quickly.update_many(told, _without(gone), hint=_BY_ID)


def _without(event_ids: list[str]) -> list[dict[str, Any]]:
    kept = {"$filter": {"input": "$outbox", "cond": {"$not": [{"$in": ["$$this.id", event_ids]}]}}}
    oldest = {"$ifNull": [{"$first": "$outbox.at"}, "$$REMOVE"]}
    nothing_left = {"$eq": ["$outbox", []]}
    return [
        {"$set": {"outbox": kept}},
        {"$set": {PENDING: oldest, "outbox": {"$cond": [nothing_left, "$$REMOVE", "$outbox"]}}},
    ]
