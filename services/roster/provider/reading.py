"""Collections and single records, as OneRoster's REST binding answers them (1.2, section 3)."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from eventlet import tpool

from schoolbus.caller import Caller
from schoolbus.oneroster import pages, query
from schoolbus.oneroster.query import Condition
from schoolbus.outbox import HIDDEN
from schoolbus.problems import NotFound
from schoolbus.route import Answer
from services.roster.provider import around, noting, reach, within
from services.roster.provider.reach import Reach
from services.roster.provider.resources import ENROLLMENTS, Resource
from services.roster.provider.shapes import BASE
from services.roster.store import Store

Within = Callable[..., Condition]  # (store, reach, *ids): see within.py
_INDEXED = ("_id", "modified_at")
_BATCH = 500


def collection(
    store: Store,
    caller: Caller,
    resource: Resource,
    path: str,
    inside: Within | None,
    ids: list[str],
    wanted: dict[str, Any],
    address: str,
) -> Answer:
    """A page of a collection, `inside` of what the path's ids name."""
    seen = reach.of(store, caller, demographics=resource.demographics, nested=inside is not None)
    known = resource.fields(seen)
    names = query.selected(wanted["fields"], resource.shown)
    order = query.sorted_by(wanted["sort"], wanted["orderBy"], known)
    parts = [resource.where(seen)]
    if wanted["filter"] is not None:
        parts.append(query.filtered(wanted["filter"], known))
    if inside is not None:
        parts.append(_inside(store, caller, seen, inside, ids))
    elif resource is ENROLLMENTS and seen.branch_ids is not None:
        parts.append(store.enrolled_in(seen))
    where = _all_of(parts)
    total = _count(store, resource, seen, where)
    if total > pages.MOST_SORTED and order[0][0] not in _INDEXED:
        raise pages.too_many_to_sort(wanted["sort"], total)
    records = _records(store, resource, seen, where, order, wanted["offset"], wanted["limit"])
    noting.page(store, caller, seen, resource, records)
    body = _rendered(store, resource, seen, records, names, address)
    place = BASE + path.format(*(quote(id, safe="") for id in ids))
    return Answer(body, headers={"X-Total-Count": str(total), "Link": pages.links(address + place, wanted, total)})


def single(store: Store, caller: Caller, resource: Resource, id: str, wanted: dict[str, Any], address: str) -> Answer:
    """Raises NotFound."""
    seen = reach.of(store, caller, demographics=resource.demographics, nested=False)
    names = query.selected(wanted["fields"], resource.shown)
    try:
        record = within.one(store, seen, resource, id)
    except NotFound:
        if resource.about_people:
            noting.refused(store, caller, id)
        raise
    noting.page(store, caller, seen, resource, [record])
    shown = pages.chosen(resource.shape(record, around.of(store, seen, resource, [record], address)), names)
    return Answer(pages.as_json({resource.one: shown}))


def _inside(store: Store, caller: Caller, seen: Reach, inside: Within, ids: list[str]) -> Condition:
    """Raises NotFound. Whose classes somebody asks for, is asked about."""
    about_somebody = inside in within.OF_SOMEBODY
    try:
        found = inside(store, seen, *ids)
    except NotFound:
        if about_somebody:
            noting.refused(store, caller, ids[0])
        raise
    if about_somebody:
        noting.named(store, caller, seen, ids)
    return found


def _all_of(parts: list[Condition]) -> Condition:
    given = [part for part in parts if part]
    return {"$and": given} if len(given) > 1 else given[0] if given else {}


def _scope(resource: Resource, seen: Reach) -> Reach:
    return seen.with_shared() if resource.shared else seen


def _count(store: Store, resource: Resource, seen: Reach, where: Condition) -> int:
    """How many records a whole collection has, the database knows without looking."""
    condition = _scope(resource, seen).filter(where)
    kept = [getattr(store, name).collection for name in resource.kept]
    if not condition:
        return sum(each.estimated_document_count() for each in kept)
    return sum(each.count_documents(condition) for each in kept)


def _records(
    store: Store, resource: Resource, seen: Reach, where: Condition, order: list[tuple[str, int]], skip: int, limit: int
) -> list[dict[str, Any]]:
    condition = _scope(resource, seen).filter(where)
    first, *others = (getattr(store, name).collection for name in resource.kept)
    if not others:
        return list(first.find(condition, HIDDEN, sort=order, skip=skip, limit=limit, batch_size=_BATCH))
    union = [{"$unionWith": {"coll": other.name, "pipeline": [{"$match": condition}]}} for other in others]
    stages = [{"$match": condition}, *union, {"$sort": dict(order)}, {"$skip": skip}, {"$limit": limit}, {"$project": HIDDEN}]
    return list(first.aggregate(stages, batchSize=_BATCH))


def _rendered(
    store: Store, resource: Resource, seen: Reach, records: list[dict[str, Any]], names: frozenset[str] | None, address: str
) -> bytes:
    """Thousands of records are work for a while: in a thread, so that other requests go on."""
    refers_to = around.of(store, seen, resource, records, address)

    def render() -> bytes:
        return pages.as_json({resource.many: [pages.chosen(resource.shape(record, refers_to), names) for record in records]})

    body: bytes = render() if len(records) <= _BATCH else tpool.execute(render)
    return body
