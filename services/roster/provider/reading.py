"""Collections and single records, as OneRoster's REST binding answers them (1.2, section 3)."""

from collections.abc import Callable
from functools import partial
from typing import Any

from schoolbus.caller import Caller
from schoolbus.oneroster import finding, pages, query
from schoolbus.oneroster.query import Condition
from schoolbus.problems import NotFound
from schoolbus.route import Answer
from services.roster.provider import around, noting, reach, within
from services.roster.provider.reach import Reach
from services.roster.provider.resources import ENROLLMENTS, Resource
from services.roster.provider.shapes import BASE, Around
from services.roster.store import Store

Within = Callable[..., Condition]  # (store, reach, *ids): see within.py
_INDEXED = ("_id", "modified_at")


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
    kept = [getattr(store, name) for name in resource.kept]
    condition = (seen.with_shared() if resource.shared else seen).filter(finding.all_of(parts))
    total = finding.counted(kept, condition)
    finding.check_sorted(order, total, _INDEXED, wanted["sort"])
    records = finding.found(kept, condition, order, wanted)
    noting.page(store, caller, seen, resource, records)
    shape = partial(_shown, resource, around.of(store, seen, resource, records, address))
    return finding.page(resource.many, records, shape, names, finding.headers(address, BASE + path, ids, wanted, total))


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


def _shown(resource: Resource, refers_to: Around, record: dict[str, Any]) -> dict[str, Any]:
    return resource.shape(record, refers_to)
