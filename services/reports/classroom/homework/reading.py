"""Homework as families and teachers read it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from schoolbus import access
from schoolbus.caller import Caller
from schoolbus.paging import Paged
from schoolbus.scope import branch
from services.reports.classroom import reach
from services.reports.classroom.homework import given
from services.reports.classroom.homework.states import SET

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]


def one(store: Store, caller: Caller, branch_id: str, homework_id: str) -> Document:
    """For those who see its class. Raises NotFound: a stranger's homework and an unknown one look the same."""
    found = store.homework.one(caller.branch(branch_id), homework_id)
    reach.seen(store, caller, branch_id, found, "Homework")
    return shown(store, caller, branch_id, found["class_id"], [found])[0]


def of_class(store: Store, caller: Caller, branch_id: str, query: Document) -> Paged:
    """A class's homework, the latest due first."""
    scope = access.seen_class(store, caller, branch_id, query["class_id"])
    where = {"class_id": query["class_id"], "state": SET}
    page = store.homework.page(scope, where, sort="-due_on", page=query["page"])
    return Paged(shown(store, caller, branch_id, query["class_id"], page.items), page.next)


def editions(store: Store, caller: Caller, branch_id: str, homework_id: str, query: Document) -> Paged:
    """What it said before, the newest first."""
    found = store.homework.one(caller.branch(branch_id), homework_id)
    reach.seen(store, caller, branch_id, found, "Homework")
    before = {"homework_id": homework_id}
    return store.homework_editions.page(branch(branch_id), before, sort="-edition", page=query["page"])


def shown(store: Store, caller: Caller, branch_id: str, class_id: str, found: Sequence[Document]) -> list[Document]:
    """Each with what the caller's own children in the class have answered: one question for all of them."""
    children = reach.own_children(store, caller, branch_id, class_id)
    found_answers = given.of_children(store, branch_id, [each["_id"] for each in found], children)
    return [
        {
            **each,
            "answers": [
                given.for_family(each["edition"], child, found_answers.get((each["_id"], child)), caller.person_id)
                for child in children
            ],
        }
        for each in found
    ]
