"""What other systems put and delete: the same records, by the same rules, as what teachers enter.

A machine is as far as a teacher: in a locked term it changes nothing; an item that was submitted stays as it is, and another
result of it is a correction, kept in its history with whose it was. What was moderated is then to be moderated again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from schoolbus import audit
from schoolbus.caller import Caller
from schoolbus.ids import effect_id
from schoolbus.oneroster.scopes import GRADEBOOK_DELETE, GRADEBOOK_PUT
from schoolbus.problems import Invalid
from schoolbus.scope import branch
from services.reports.fields import chosen_id
from services.reports.gradebook import categories, line_items, sheets
from services.reports.oneroster import filling, looking, reach
from services.reports.oneroster.reach import Client
from services.reports.oneroster.refusals import as_oneroster

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
_ALL: Mapping[str, Any] = {}  # deleted ones too: to put one is to have it again


def put_category(store: Store, caller: Caller, id: str, body: Document) -> Document:
    """Raises Problem."""
    client, given = reach.of(store, caller, GRADEBOOK_PUT), _given(id, body["category"])
    school_id = given["metadata"]["school"]
    scope = branch(looking.school(client, school_id)) if school_id else client.scope
    was = looking.known(store.categories, scope, id, _ALL)
    place = filling.place_of_category(store, client, was, given["metadata"])
    draft = {**filling.category(was, given), **place, "sourced_id": id}
    with as_oneroster():
        categories.put(store, caller, draft.pop("branch_id"), _id(was, "category", place["branch_id"], id), draft)
    return _pairs(id)


def delete_category(store: Store, caller: Caller, id: str) -> None:
    """Twice is once. Raises NotFound, and Invalid where line items are in it."""
    client = reach.of(store, caller, GRADEBOOK_DELETE)
    found = looking.record(store.categories, client.scope, id, _ALL)
    with as_oneroster():
        categories.remove(store, caller, found["branch_id"], found["_id"])


def put_line_item(store: Store, caller: Caller, id: str, body: Document) -> Document:
    """In the branch of its class. Raises Problem."""
    client, given = reach.of(store, caller, GRADEBOOK_PUT), _given(id, body["lineItem"])
    school_id = given["school"] and given["school"]["sourcedId"]
    school_class = looking.class_(store, client, given["class_"]["sourcedId"], school_id)
    of_branch = branch(school_class["branch_id"])
    was = looking.known(store.line_items, of_branch, id, _ALL)
    draft = {**filling.line_item(store, of_branch, was, given, school_class), "sourced_id": id}
    with as_oneroster():
        line_items.put(store, caller, school_class["branch_id"], _id(was, "line-item", school_class["branch_id"], id), draft)
    return _pairs(id)


def delete_line_item(store: Store, caller: Caller, id: str) -> None:
    """With its results, which keep their history. Twice is once. Raises NotFound, NotAllowed."""
    client = reach.of(store, caller, GRADEBOOK_DELETE)
    found = looking.record(store.line_items, client.scope, id, _ALL)
    with as_oneroster():
        line_items.remove(store, caller, found["branch_id"], found["_id"])


def put_result(store: Store, caller: Caller, id: str, body: Document) -> Document:
    """A child's result of a line item: there is one, whatever it is called. Raises Problem."""
    client, given = reach.of(store, caller, GRADEBOOK_PUT), _given(id, body["result"])
    item = looking.record(store.line_items, client.scope, given["lineItem"]["sourcedId"])
    if given["class_"] and given["class_"]["sourcedId"] != item["class_id"]:
        raise Invalid({"class": ["The line item is of another class."]})
    student_id = given["student"]["sourcedId"]
    of_branch, its_id = branch(item["branch_id"]), sheets.result_id(item["_id"], student_id)
    called = looking.known(store.results, of_branch, id, _ALL)
    if called and called["_id"] != its_id:
        raise Invalid({"sourcedId": ["This is the result of another line item or student: put this one by an id of its own."]})
    audit.note(store, caller, item["branch_id"], [student_id])
    was = store.results.first(of_branch, {"_id": its_id})
    sheet = {"results": [filling.result(was, given)], "reason": _reason(client), "sourced_ids": {student_id: id}}
    with as_oneroster():
        sheets.put(store, caller, item["branch_id"], item["_id"], sheet)
    return _pairs(id)


def delete_result(store: Store, caller: Caller, id: str) -> None:
    """Its history stays. Twice is once. Raises NotFound, NotAllowed."""
    client = reach.of(store, caller, GRADEBOOK_DELETE)
    found = looking.record(store.results, client.scope, id, _ALL)
    if found["deleted"]:
        return
    with as_oneroster():
        sheets.remove(
            store, caller, found["branch_id"], found["line_item_id"], found["student_id"], f"deleted by {client.name}"
        )


def _given(id: str, record: Document) -> Document:
    """Raises Invalid where the record calls itself otherwise than the path."""
    chosen_id("sourcedId", id)
    if record["sourcedId"] not in (None, id):
        raise Invalid({"sourcedId": ["The path says another."]})
    return record


def _id(was: Document | None, kind: str, branch_id: str, sourced_id: str) -> str:
    """Ours: the same for the same record of a branch, however often it comes; one that we gave stays."""
    return str(was["_id"]) if was else effect_id("oneroster", kind, branch_id, sourced_id)


def _reason(client: Client) -> str:
    return f"pushed by {client.name}"


def _pairs(id: str) -> Document:
    return {"sourcedIdPairs": [{"suppliedSourcedId": id, "allocatedSourcedId": id}]}
