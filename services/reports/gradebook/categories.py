"""Categories: what a class's line items are sorted into, and how much each weighs. One without a class is of all classes."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from schoolbus import access, clock
from schoolbus.caller import Caller
from schoolbus.ids import new_id
from schoolbus.paging import Paged
from schoolbus.problems import Conflict, GoneOn, Invalid, NotAllowed, NotFound, Sentence
from schoolbus.scope import Scope
from services.reports.gradebook import locks, queries
from services.reports.gradebook.arithmetic import Category
from services.reports.gradebook.collections import ACTIVE
from services.reports.gradebook.grading import shown

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
_COUNTS = ("weight", "drop_lowest")  # what results are made of


def of_class(store: Store, caller: Caller, branch_id: str, query: Document) -> Paged:
    """The class's own and those of all classes, by their titles."""
    scope, _ = access.led_class(store, caller, branch_id, query["class_id"])
    return store.categories.page(scope, for_class(query["class_id"]), sort="title", page=query["page"])


def for_class(class_id: str) -> Document:
    return {"class_id": {"$in": [class_id, None]}, **ACTIVE}


def put(store: Store, caller: Caller, branch_id: str, category_id: str, draft: Document) -> Document:
    """A new one, or another in its place. Raises GoneOn, Conflict while a term that it counts in is locked."""
    scope = caller.branch(branch_id)
    _check_reach(store, caller, branch_id, draft["class_id"])
    content = {
        "class_id": draft["class_id"],
        "title": draft["title"],
        "weight": shown(draft["weight"]),
        "drop_lowest": draft["drop_lowest"],
    }
    with store.transaction():
        was = store.categories.first(scope, {"_id": category_id})
        seen = was["edition"] if was and not was["deleted"] else 0
        if draft["edition"] is not None and draft["edition"] != seen:
            raise GoneOn(edition=seen)
        if was is None:
            return store.categories.add(new(branch_id, category_id, content, draft.get("sourced_id")))
        if was["class_id"] != content["class_id"]:
            raise Conflict("of-another-class", "This category is of another class", "Make one with an id of its own.")
        if not was["deleted"] and all(was[name] == value for name, value in content.items()):
            return was
        if any(was[name] != content[name] for name in _COUNTS):
            _check_open(store, scope, category_id)
        return _changed(store, scope, was, {**content, "deleted": False})


def remove(store: Store, caller: Caller, branch_id: str, category_id: str) -> None:
    """Raises Conflict with how many line items are in it. Twice is once."""
    scope = caller.branch(branch_id)
    category = store.categories.first(scope, {"_id": category_id})
    if category is None:
        raise NotFound("Category")
    _check_reach(store, caller, branch_id, category["class_id"])
    with store.transaction():
        category = store.categories.one(scope, category_id)
        if category["deleted"]:
            return
        _changed(store, scope, category, {"deleted": True})
        count = store.line_items.count(scope, {"category_id": category_id, **ACTIVE})
        if count:
            detail = Sentence("%(count)s line items are in it: move them to another, or delete them first.", count=count)
            raise Conflict("category-in-use", "There are line items in this category", detail, line_items=count)


def take(store: Store, scope: Scope, category_id: str, class_id: str) -> None:
    """For an item that is put into it, within a transaction: it is not deleted meanwhile, nor weighed anew. Raises Invalid."""
    where = for_class(class_id)
    if store.categories.change(scope, category_id, to={"taken": new_id()}, when=where) is None:
        raise Invalid({"category_id": ["This class has no such category."]})


def new(branch_id: str, category_id: str, content: Mapping[str, Any], sourced_id: str | None = None) -> Document:
    return {
        "_id": category_id,
        "branch_id": branch_id,
        "sourced_id": sourced_id or category_id,
        **content,
        "edition": 1,
        "deleted": False,
        "changed_at": clock.now(),
        "taken": new_id(),
    }


def as_values(document: Mapping[str, Any]) -> Category:
    return Category(document["_id"], Decimal(document["weight"]), document["drop_lowest"])


def _changed(store: Store, scope: Scope, was: Document, to: Document) -> Document:
    marks = {"edition": was["edition"] + 1, "changed_at": clock.now()}
    changed = store.categories.change(scope, was["_id"], to={**to, **marks}, when={"edition": was["edition"]})
    if changed is None:
        raise GoneOn()
    return changed


def _check_reach(store: Store, caller: Caller, branch_id: str, class_id: str | None) -> None:
    if class_id is not None:
        access.led_class(store, caller, branch_id, class_id)
    elif not caller.reaches_all(branch_id):
        raise NotAllowed("not-your-class", "This category is of all classes", "The head and the office keep it.")


def _check_open(store: Store, scope: Scope, category_id: str) -> None:
    """All terms in which it counts, taken in one order so that no two wait for each other."""
    for class_id, term in queries.terms_of_category(store, scope, category_id):
        locks.check_open(store, scope.branch_id or "", class_id, term)
