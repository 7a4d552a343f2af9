"""Results that families may see: those of line items that are published. Each child's is told of once, and when it changes."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from schoolbus import clock
from schoolbus.caller import Caller
from schoolbus.scope import Scope
from services.reports.gradebook import line_items, locks, queries
from services.reports.gradebook.collections import ACTIVE
from services.reports.gradebook.telling import say
from services.reports.today import overviews

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]


def publish(store: Store, caller: Caller, branch_id: str, line_item_id: str) -> Document:
    """From now on, also what is entered later. Twice is once."""
    scope, item, school_class = line_items.led(store, caller, branch_id, line_item_id)
    with _seen_anew(store, scope, branch_id, line_item_id), store.transaction():
        item, locked = line_items.held(store, scope, item)
        if item["published_at"] is not None:
            return item
        _check(caller, item, locked)
        at = clock.now()
        to = {"published_at": at, "edition": item["edition"] + 1, "changed_at": at}
        item = store.line_items.change(scope, line_item_id, to=to) or item
        store.results.change_all(scope, {"line_item_id": line_item_id, **ACTIVE}, {"published": True})
        results = store.results.find(scope, {"line_item_id": line_item_id, **ACTIVE})
        say(store, item, school_class["title"], caller, [each for each in results if each["told"] != each["edition"]])
    return item


def withdraw(store: Store, caller: Caller, branch_id: str, line_item_id: str) -> Document:
    """Families see it no more; published again, only what has changed is told."""
    scope, item, _ = line_items.led(store, caller, branch_id, line_item_id)
    with _seen_anew(store, scope, branch_id, line_item_id), store.transaction():
        item, locked = line_items.held(store, scope, item)
        if item["published_at"] is None:
            return item
        _check(caller, item, locked)
        to = {"published_at": None, "edition": item["edition"] + 1, "changed_at": clock.now()}
        store.results.change_all(scope, {"line_item_id": line_item_id}, {"published": False})
        return store.line_items.change(scope, line_item_id, to=to) or item


def _seen_anew(store: Store, scope: Scope, branch_id: str, line_item_id: str) -> AbstractContextManager[None]:
    return overviews.changing(store, branch_id, queries.students_of_item(store, scope, line_item_id))


def _check(caller: Caller, item: Mapping[str, Any], locked: bool) -> None:
    if locked and not caller.reaches_all(item["branch_id"]):
        raise locks.locked()
