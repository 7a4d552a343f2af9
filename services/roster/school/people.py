"""Classes and people of a branch, as its staff sees them."""

from typing import Any

from schoolbus import access
from schoolbus.caller import Caller
from schoolbus.paging import Paged, Paging
from schoolbus.store import Document
from services.roster.school import branches
from services.roster.search import finding
from services.roster.store import Store


def classes(store: Store, caller: Caller, branch_id: str, page: Paging) -> Paged:
    return store.classes.page(caller.branch(branch_id), {"active": True}, sort="title", page=page)


def one_class(store: Store, caller: Caller, branch_id: str, class_id: str) -> Document:
    """A class with its teachers and students; a teacher sees those of their own classes."""
    scope, found = access.led_class(store, caller, branch_id, class_id)
    enrollments = store.enrollments.find(scope, {"class_id": class_id, "active": True})
    teachers = {row["person_id"] for row in enrollments if row["role"] == "teacher"}
    people = store.people.find(
        scope, {"_id": {"$in": [row["person_id"] for row in enrollments]}, "active": True}, sort="sort_name"
    )
    return {
        **found,
        "teachers": _those(people, teachers),
        "students": _those(people, {row["person_id"] for row in enrollments} - teachers),
    }


def page(store: Store, caller: Caller, branch_id: str, wanted: dict[str, Any]) -> Paged:
    """People of a branch by name, or by how well they fit the `name` asked for; `role` narrows it down."""
    branches.one(store, caller, branch_id)
    where: dict[str, Any] = {"active": True, "counts_as": None}
    if wanted["role"]:
        where[f"roles.{branch_id}"] = wanted["role"]
    scope = caller.branch(branch_id)
    if wanted["name"]:
        found = finding.by_name(store, scope, wanted["name"], where, wanted["page"])
    else:
        found = store.people.page(scope, where, sort="sort_name", page=wanted["page"])
    return Paged([{**person, "roles": person["roles"].get(branch_id, [])} for person in found.items], found.next)


def _those(people: list[Document], ids: set[str]) -> list[Document]:
    return [person for person in people if person["_id"] in ids]
