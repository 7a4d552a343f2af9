"""Collections and single records, as OneRoster's REST binding answers them (1.2, section 3)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from schoolbus import audit
from schoolbus.caller import Caller
from schoolbus.oneroster import finding, pages, query
from schoolbus.oneroster.query import Condition
from schoolbus.oneroster.scopes import GRADEBOOK
from schoolbus.oneroster.shapes import GRADEBOOK as BASE
from schoolbus.problems import NotFound
from schoolbus.route import Answer
from services.reports.gradebook.collections import ACTIVE
from services.reports.oneroster import looking, reach, shapes
from services.reports.oneroster.reach import Client
from services.reports.oneroster.resources import CALLED, RESULTS, Resource

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
Within = Callable[..., Condition]  # (store, caller, client, *ids): see within.py
_INDEXED = ("_id", "changed_at")
_FEW = 50  # branches, whose records the database puts in the order of their sourcedIds without looking at all of them
_OF_DELETIONS = re.compile(r"\b(status|dateLastModified)\b")


def collection(
    store: Store,
    caller: Caller,
    resource: Resource,
    path: str,
    inside: Within | None,
    ids: list[str],
    wanted: Document,
    address: str,
) -> Answer:
    """A page of a collection, `inside` of what the path's ids name. What is to be deleted is shown to who asks for it, by its
    status or by what has changed."""
    client = reach.of(store, caller, GRADEBOOK)
    known = resource.fields(store, client)
    names = query.selected(wanted["fields"], resource.shown)
    order, indexed = _order(client, wanted, query.sorted_by(wanted["sort"], wanted["orderBy"], known))
    parts = [CALLED]
    if wanted["filter"] is not None:
        parts.append(query.filtered(wanted["filter"], known))
    if not _OF_DELETIONS.search(wanted["filter"] or ""):
        parts.append(ACTIVE)
    if inside is not None:
        parts.append(inside(store, caller, client, *ids))
    kept = [getattr(store, resource.kept)]
    condition = client.scope.filter(finding.all_of(parts))
    total = finding.counted(kept, condition)
    finding.check_sorted(order, total, indexed, wanted["sort"])
    records = finding.found(kept, condition, order, wanted)
    _note(store, caller, resource, records)
    shape = partial(_shown, resource, _around(store, client, records, address))
    return finding.page(resource.many, records, shape, names, finding.headers(address, BASE + path, ids, wanted, total))


def single(store: Store, caller: Caller, resource: Resource, id: str, wanted: Document, address: str) -> Answer:
    """Raises NotFound, also for what is to be deleted."""
    client = reach.of(store, caller, GRADEBOOK)
    names = query.selected(wanted["fields"], resource.shown)
    record = looking.record(getattr(store, resource.kept), client.scope, id)
    if not record.get("sourced_id"):  # an erased child's, by the id that we gave
        raise NotFound(getattr(store, resource.kept).what)
    _note(store, caller, resource, [record])
    shown = _shown(resource, _around(store, client, [record], address), record)
    return Answer(pages.as_json({resource.one: pages.chosen(shown, names)}))


def _order(client: Client, wanted: Document, order: finding.Order) -> tuple[finding.Order, tuple[str, ...]]:
    """By sourcedId where nothing is said, which a branch has once: nothing more breaks ties, as there is no index with more. Of
    very many branches by our own ids, which costs the same wherever the page is."""
    if len(client.branches) > _FEW:
        return order, _INDEXED
    by_id = not wanted["sort"] or order[0][0] == "sourced_id"
    return [("sourced_id", order[0][1])] if by_id else order, (*_INDEXED, "sourced_id")


def _shown(resource: Resource, around: shapes.Around, record: Document) -> Document:
    return resource.shape(record, around)


def _around(store: Store, client: Client, records: Sequence[Document], address: str) -> shapes.Around:
    categories = {each["category_id"] for each in records if "category_id" in each}
    items = {each["line_item_id"] for each in records if "line_item_id" in each}
    return shapes.Around(
        address,
        looking.sourced(store.categories, client.scope, categories) if categories else {},
        looking.sourced(store.line_items, client.scope, items) if items else {},
    )


def _note(store: Store, caller: Caller, resource: Resource, records: Sequence[Document]) -> None:
    """Whose results are about to be shown is noted, in each of the branches where they learn."""
    students: dict[str, set[str]] = defaultdict(set)
    for each in records if resource is RESULTS else ():
        students[each["branch_id"]].add(each["student_id"])
    for branch_id, theirs in students.items():
        audit.note(store, caller, branch_id, theirs)
