"""A page of a collection: counted, found, and written (1.2, REST binding, section 3)."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from eventlet import tpool

from schoolbus.oneroster import pages
from schoolbus.oneroster.query import Condition
from schoolbus.outbox import HIDDEN
from schoolbus.route import Answer
from schoolbus.store import Document, Documents

Order = list[tuple[str, int]]
_BATCH = 500


def all_of(parts: Sequence[Condition]) -> Condition:
    given = [part for part in parts if part]
    return {"$and": given} if len(given) > 1 else given[0] if given else {}


def counted(kept: Sequence[Documents], condition: Condition) -> int:
    """How many records a whole collection has, the database knows without looking."""
    if not condition:
        return sum(each.collection.estimated_document_count() for each in kept)
    return sum(each.collection.count_documents(condition) for each in kept)


def check_sorted(order: Order, total: int, indexed: Collection[str], name: str | None) -> None:
    """Raises Problem where too many would be sorted without an index."""
    if total > pages.MOST_SORTED and order[0][0] not in indexed:
        raise pages.too_many_to_sort(name or "sourcedId", total)


def found(kept: Sequence[Documents], condition: Condition, order: Order, wanted: Mapping[str, Any]) -> list[Document]:
    """The records of the page, of one collection of the database or of several as if they were one."""
    skip, limit = wanted["offset"], wanted["limit"]
    first, *others = (each.collection for each in kept)
    if not others:
        return list(first.find(condition, HIDDEN, sort=order, skip=skip, limit=limit, batch_size=_BATCH))
    union = [{"$unionWith": {"coll": other.name, "pipeline": [{"$match": condition}]}} for other in others]
    stages = [{"$match": condition}, *union, {"$sort": dict(order)}, {"$skip": skip}, {"$limit": limit}, {"$project": HIDDEN}]
    return list(first.aggregate(stages, batchSize=_BATCH))


def page(
    many: str,
    records: Sequence[Document],
    shape: Callable[[Document], Document],
    names: frozenset[str] | None,
    headers: Mapping[str, str],
) -> Answer:
    """Thousands of records are work for a while: in a thread, so that other requests go on."""

    def render() -> bytes:
        return pages.as_json({many: [pages.chosen(shape(record), names) for record in records]})

    body: bytes = render() if len(records) <= _BATCH else tpool.execute(render)
    return Answer(body, headers=dict(headers))


def headers(address: str, path: str, ids: Sequence[str], wanted: Mapping[str, Any], total: int) -> dict[str, str]:
    """`path` has {} for each of the ids."""
    place = path.format(*(quote(id, safe="") for id in ids))
    return {"X-Total-Count": str(total), "Link": pages.links(address + place, wanted, total)}
