"""Line items: the quizzes, homework, projects and exams of a class and subject in a term."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from schoolbus import access, clock
from schoolbus.caller import Caller
from schoolbus.paging import Paged
from schoolbus.problems import Conflict, GoneOn, Invalid, NotAllowed, NotFound, Sentence
from schoolbus.scope import Scope
from schoolbus.store import Busy
from services.reports.gradebook import categories, locks, queries, terms
from services.reports.gradebook.changing import changing
from services.reports.gradebook.collections import ACTIVE
from services.reports.gradebook.grading import shown
from services.reports.gradebook.states import OPEN

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
MOST = 2000  # of a class in a term
_ITS_OWN = ("subject_key", "term_key")  # what the item of a sheet of term marks is found by


def of_class(store: Store, caller: Caller, branch_id: str, query: Document) -> Paged:
    """By the day on which they were set."""
    scope, _ = access.led_class(store, caller, branch_id, query["class_id"])
    return store.line_items.page(scope, chosen(store, scope, query), sort="assigned_on", page=query["page"])


def chosen(store: Store, scope: Scope, query: Mapping[str, Any]) -> Document:
    """The line items that a query asks for: class_id, and term and subject where they are named."""
    where: Document = {"class_id": query["class_id"], **ACTIVE}
    if query.get("term") is not None:
        where["term_key"] = terms.key_of(store, scope, query["term"])
    if query.get("subject") is not None:
        where["subject_key"] = terms.key(query["subject"])
    return where


def led(store: Store, caller: Caller, branch_id: str, line_item_id: str) -> tuple[Scope, Document, Mapping[str, Any]]:
    """One of a class that the caller may mark, and the class. Raises NotFound: a stranger's looks like an unknown one."""
    scope = caller.branch(branch_id)
    item = store.line_items.first(scope, {"_id": line_item_id, **ACTIVE})
    if item is None:
        raise NotFound("Line item")
    try:
        _, school_class = access.led_class(store, caller, branch_id, item["class_id"])
    except (NotAllowed, NotFound):
        raise NotFound("Line item") from None
    return scope, item, school_class


def one(store: Store, caller: Caller, branch_id: str, line_item_id: str) -> Document:
    return led(store, caller, branch_id, line_item_id)[1]


def put(store: Store, caller: Caller, branch_id: str, line_item_id: str, draft: Document) -> Document:
    """A new one, or another in its place, with its results. Raises GoneOn, Conflict, Invalid."""
    scope, _ = access.led_class(store, caller, branch_id, draft["class_id"])
    content = _content(store, scope, draft, store.line_items.first(scope, {"_id": line_item_id}))
    concerned = queries.students_of_item(store, scope, line_item_id)
    with changing(store, branch_id, concerned), store.transaction():
        locks.check_open(store, branch_id, content["class_id"], terms.of(content))
        was = store.line_items.first(scope, {"_id": line_item_id})
        seen = was["edition"] if was and not was["deleted"] else 0
        if draft["edition"] is not None and draft["edition"] != seen:
            raise GoneOn(edition=seen)
        if was is None or was["category_id"] != content["category_id"] or was["deleted"]:
            categories.take(store, scope, content["category_id"], content["class_id"])
        if was is None:
            _check_room(store, scope, content)
            return store.line_items.add(new(branch_id, line_item_id, caller.person_id, content, draft.get("sourced_id")))
        if not was["deleted"] and all(was[name] == value for name, value in content.items()):
            return was
        _check_change(store, caller, scope, was, content)
        return _replace(store, scope, was, content)


def remove(store: Store, caller: Caller, branch_id: str, line_item_id: str) -> None:
    """With its results, as long as it is open. Twice is once."""
    scope = caller.branch(branch_id)
    found = store.line_items.first(scope, {"_id": line_item_id})
    if found is None:
        raise NotFound("Line item")
    try:
        access.led_class(store, caller, branch_id, found["class_id"])
    except (NotAllowed, NotFound):
        raise NotFound("Line item") from None
    with changing(store, branch_id, queries.students_of_item(store, scope, line_item_id)), store.transaction():
        locks.check_open(store, branch_id, found["class_id"], terms.of(found))
        item = store.line_items.one(scope, line_item_id)
        if item["deleted"]:
            return
        _check_still_open(caller, branch_id, item)
        gone = {"deleted": True, "changed_at": clock.now()}
        store.line_items.change(scope, line_item_id, to={**gone, "edition": item["edition"] + 1})
        store.results.change_all(scope, {"line_item_id": line_item_id, **ACTIVE}, gone)


def held(store: Store, scope: Scope, seen: Mapping[str, Any]) -> tuple[Document, bool]:
    """The item as it is with its term held, within a transaction, and whether the term is locked. Raises NotFound."""
    locked = locks.taken(store, seen["branch_id"], seen["class_id"], terms.of(seen))
    item = store.line_items.first(scope, {"_id": seen["_id"], **ACTIVE})
    if item is None:
        raise NotFound("Line item")
    if item["term_key"] != seen["term_key"]:  # it was moved meanwhile: another term is to be held
        raise Busy
    return item, locked


def new(branch_id: str, line_item_id: str, by: str, content: Mapping[str, Any], sourced_id: str | None = None) -> Document:
    at = clock.now()
    begun: Document = {"state": OPEN, "published_at": None, "adjustments": [], "steps": [], "term_mark": False}
    marks = {"edition": 1, "deleted": False, "created_by": by, "created_at": at, "changed_at": at}
    ids = {"_id": line_item_id, "sourced_id": sourced_id or line_item_id, "branch_id": branch_id}
    return {**ids, **begun, **marks, **content}


def _content(store: Store, scope: Scope, draft: Mapping[str, Any], there: Mapping[str, Any] | None) -> Document:
    """`there`: what it is by now. Who names its term as it is called leaves it there, though another is called so today."""
    stays = there is not None and draft.get("term_id") is None and terms.key(draft["term"]) == terms.key(there["term"])
    assigned_on = draft["assigned_on"] or clock.today()
    due_on = draft["due_on"] or assigned_on
    if due_on < assigned_on:
        raise Invalid({"due_on": ["Before it is set."]})
    return {
        **{name: draft[name] for name in ("class_id", "category_id", "title", "description", "kind", "subject")},
        "subject_key": terms.key(draft["subject"]),
        **(terms.of(there) if there and stays else terms.named(store, scope, draft["term"], draft.get("term_id"))),
        "assigned_on": assigned_on.isoformat(),
        "due_on": due_on.isoformat(),
        "result_min": shown(draft["result_min"]),
        "result_max": shown(draft["result_max"]),
    }


def _check_room(store: Store, scope: Scope, content: Document) -> None:
    where = {"class_id": content["class_id"], "term_key": content["term_key"], **ACTIVE}
    if store.line_items.count(scope, where) >= MOST:
        raise Conflict(
            "too-many", Sentence("This class has %(most)s line items in the term", most=MOST), "Delete some that nobody needs."
        )


def _check_still_open(caller: Caller, branch_id: str, item: Mapping[str, Any]) -> None:
    if item["state"] != OPEN and (caller.is_machine or not caller.reaches_all(branch_id)):
        detail = "Whoever moderates it can give it back; the head and the office can change it."
        raise Conflict("submitted", "It has been submitted", detail)


def _check_change(store: Store, caller: Caller, scope: Scope, was: Document, content: Document) -> None:
    """What another content may not do to results that are there."""
    if was["class_id"] != content["class_id"]:
        raise Conflict("of-another-class", "This line item is of another class", "Make one with an id of its own.")
    _check_still_open(caller, was["branch_id"], was)
    if was["term_key"] != content["term_key"]:
        locks.check_open(store, was["branch_id"], was["class_id"], terms.of(was))
    if was["term_mark"] and any(was[name] != content[name] for name in _ITS_OWN):
        raise Conflict("of-term-marks", "This is a sheet of term marks", "Its term and subject stay: enter another sheet.")
    if Decimal(content["result_max"]) == Decimal(was["result_max"]) and content["result_min"] == was["result_min"]:
        return
    least, most = Decimal(content["result_min"]), Decimal(content["result_max"])
    if was["adjustments"]:
        raise Conflict("adjusted", "Its results have been adjusted", "Take the adjustments back first.")
    results = store.results.find(scope, {"line_item_id": was["_id"], "score": {"$ne": None}, **ACTIVE})
    beyond = sum(
        Decimal(each["score"]) < least or (not each["own_out_of"] and Decimal(each["score"]) > most) for each in results
    )
    if beyond:
        raise Invalid({"result_max": [Sentence("%(beyond)s results lie outside.", beyond=beyond)]}, results=beyond)


def _replace(store: Store, scope: Scope, was: Document, content: Document) -> Document:
    """Results say their term, subject and what they are out of themselves: they are found by it."""
    at = clock.now()
    to = {**content, "deleted": False, "edition": was["edition"] + 1, "changed_at": at}
    named = {name: content[name] for name in ("term", "term_key", "term_id", "subject", "subject_key")}
    of_item = {"line_item_id": was["_id"]}
    if any(was[name] != value for name, value in named.items()):
        store.results.change_all(scope, of_item, {**named, "changed_at": at})
    if was["result_max"] != content["result_max"]:
        store.results.change_all(scope, {**of_item, "own_out_of": False}, {"out_of": content["result_max"], "changed_at": at})
    changed = store.line_items.change(scope, was["_id"], to=to, when={"edition": was["edition"]})
    if changed is None:
        raise GoneOn()
    return changed
