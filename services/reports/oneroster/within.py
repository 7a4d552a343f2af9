"""Nested collections: what belongs to a school, a class, a line item or a student of it.

Each function gives a condition for the nested resource, and raises NotFound when what it belongs to is not in reach.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from schoolbus.caller import Caller
from schoolbus.oneroster.query import Condition
from schoolbus.scope import branch
from services.reports.gradebook.categories import for_class
from services.reports.oneroster import looking
from services.reports.oneroster.reach import Client

if TYPE_CHECKING:
    from services.reports.store import Store


def line_items_of_school(store: Store, caller: Caller, client: Client, school_id: str) -> Condition:
    return {"branch_id": looking.school(client, school_id)}


def categories_of_class(store: Store, caller: Caller, client: Client, class_id: str) -> Condition:
    """Its own and those of all classes."""
    branch_id = looking.class_(store, client, class_id)["branch_id"]
    return {"branch_id": branch_id, "class_id": for_class(class_id)["class_id"]}


def of_class(store: Store, caller: Caller, client: Client, class_id: str) -> Condition:
    return {"branch_id": looking.class_(store, client, class_id)["branch_id"], "class_id": class_id}


def results_of_line_item(store: Store, caller: Caller, client: Client, class_id: str, line_item_id: str) -> Condition:
    where = of_class(store, caller, client, class_id)
    of_branch = branch(where["branch_id"])
    item = looking.record(store.line_items, of_branch, line_item_id, {"class_id": class_id, "deleted": False})
    return {"branch_id": where["branch_id"], "line_item_id": item["_id"]}


def results_of_student(store: Store, caller: Caller, client: Client, class_id: str, student_id: str) -> Condition:
    school_class = looking.class_(store, client, class_id)
    named = looking.student(store, caller, school_class, student_id)
    return {"branch_id": school_class["branch_id"], "class_id": class_id, "student_id": named}
