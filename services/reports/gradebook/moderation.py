"""Marks are moderated: the teacher submits them, somebody who entered none of them looks, adjusts, and says that they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from schoolbus import clock
from schoolbus.caller import Caller
from schoolbus.problems import Conflict, NotAllowed, NotFound, Sentence
from schoolbus.scope import Scope
from services.reports.gradebook import line_items, locks, queries, sheets
from services.reports.gradebook.changing import changing
from services.reports.gradebook.collections import ACTIVE
from services.reports.gradebook.grading import shown
from services.reports.gradebook.states import ADJUSTED, MODERATED, OPEN, SUBMITTED
from services.reports.gradebook.telling import say

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
MOST_ADJUSTMENTS = 20


def submit(store: Store, caller: Caller, branch_id: str, line_item_id: str) -> Document:
    """From here on a change is a correction. Twice is once. Raises Conflict when nothing has been entered."""
    scope, item, _ = line_items.led(store, caller, branch_id, line_item_id)
    with store.transaction():
        item = _held_open(store, caller, scope, item)
        if item["state"] != OPEN:
            return item
        if not store.results.count(scope, {"line_item_id": line_item_id, **ACTIVE}):
            raise Conflict("nothing-entered", "Nothing has been entered", "Enter the results first.")
        return _to(store, scope, caller, item, SUBMITTED, None)


def moderate(store: Store, caller: Caller, branch_id: str, line_item_id: str) -> Document:
    """They stand. Twice is once. Raises Conflict before they are submitted, NotAllowed for who entered some of them."""
    scope, item, _ = line_items.led(store, caller, branch_id, line_item_id)
    with store.transaction():
        item = _held_open(store, caller, scope, item)
        if item["state"] == MODERATED:
            return item
        if item["state"] == OPEN:
            raise Conflict("not-submitted", "These results have not been submitted", "Their teacher submits them first.")
        _check_another(store, caller, scope, item)
        return _to(store, scope, caller, item, MODERATED, None)


def reopen(store: Store, caller: Caller, branch_id: str, line_item_id: str, reason: str) -> Document:
    """Back to the teacher. By head and office, and by who may moderate it."""
    scope, item, _ = line_items.led(store, caller, branch_id, line_item_id)
    with store.transaction():
        item = _held_open(store, caller, scope, item)
        if item["state"] == OPEN:
            return item
        if not caller.reaches_all(branch_id):
            _check_another(store, caller, scope, item)
        return _to(store, scope, caller, item, OPEN, reason)


def adjust(store: Store, caller: Caller, branch_id: str, line_item_id: str, draft: Document, key: str) -> Document:
    """All results by one rule: `add`, `scale` or `floor`. What was entered stays beside. The same request again is no other."""
    adjustment = {
        "adjustment_id": key,
        "kind": draft["kind"],
        "value": shown(draft["value"]),
        "reason": draft["reason"],
        "by": caller.person_id,
        "at": clock.now(),
        "taken_back_at": None,
    }

    def with_it(item: Document) -> list[Document] | None:
        if any(each["adjustment_id"] == key for each in item["adjustments"]):
            return None
        if len(item["adjustments"]) >= MOST_ADJUSTMENTS:
            raise Conflict(
                "too-many",
                Sentence("It has been adjusted %(most)s times", most=MOST_ADJUSTMENTS),
                "Correct the results themselves.",
            )
        return [*item["adjustments"], adjustment]

    return _adjusted(store, caller, branch_id, line_item_id, with_it, draft["reason"])


def take_back(
    store: Store, caller: Caller, branch_id: str, line_item_id: str, adjustment_id: str, reason: str | None
) -> Document:
    """As if it had never been made; twice is once."""

    def without(item: Document) -> list[Document] | None:
        found = next((each for each in item["adjustments"] if each["adjustment_id"] == adjustment_id), None)
        if found is None:
            raise NotFound("Adjustment")
        if found["taken_back_at"] is not None:
            return None
        back = {**found, "taken_back_at": clock.now()}
        return [back if each is found else each for each in item["adjustments"]]

    return _adjusted(store, caller, branch_id, line_item_id, without, reason or "Taken back")


def _adjusted(store: Store, caller: Caller, branch_id: str, line_item_id: str, change: Any, reason: str) -> Document:
    scope, item, school_class = line_items.led(store, caller, branch_id, line_item_id)
    students = queries.students_of_item(store, scope, line_item_id)
    with changing(store, branch_id, students), store.transaction():
        item = _held_open(store, caller, scope, item)
        adjustments = change(item)
        if adjustments is None:
            return item
        if item["state"] == OPEN:
            raise Conflict("not-submitted", "These results have not been submitted", "Their teacher submits them first.")
        _check_another(store, caller, scope, item)
        at = clock.now()
        to = {"adjustments": adjustments, "edition": item["edition"] + 1, "changed_at": at}
        item = store.line_items.change(scope, line_item_id, to=to) or item
        there = {
            each["student_id"]: each
            for each in store.results.find(scope, {"line_item_id": line_item_id, "entered_score": {"$ne": None}, **ACTIVE})
        }
        changed = [new for each in there.values() if (new := _anew(item, each))["score"] != each["score"]]
        if changed:
            sheets.keep(store, changed, there)
            store.result_history.put_all(_remembered(changed, there, reason, caller.person_id))
            say(store, item, school_class["title"], caller, changed)
        return item


def _anew(item: Mapping[str, Any], result: Document) -> Document:
    at = clock.now()
    score = sheets.effective(item, result["entered_score"], result["out_of"])
    return {**result, "score": score, "edition": result["edition"] + 1, "corrected_at": at, "marked_at": at, "changed_at": at}


def _remembered(changed: Sequence[Document], there: Mapping[str, Document], reason: str, by: str) -> list[Document]:
    return [sheets.remembered(there[each["student_id"]], each, ADJUSTED, reason, by) for each in changed]


def _held_open(store: Store, caller: Caller, scope: Scope, item: Document) -> Document:
    """With its term held. In a locked term the head and the office may."""
    item, locked = line_items.held(store, scope, item)
    if locked and not caller.reaches_all(item["branch_id"]):
        raise locks.locked()
    return item


def _check_another(store: Store, caller: Caller, scope: Scope, item: Mapping[str, Any]) -> None:
    """Of results that a machine has pushed, whoever submitted them answers for them."""
    theirs = store.same_person(caller.person_id)
    entered: list[Document] = [{"entered_by": {"$in": theirs}}]
    if any(step["state"] == SUBMITTED and step["by"] in theirs for step in item["steps"]):
        entered.append({"entered_by": {"$gt": "machine:", "$lt": "machine;"}})
    if store.results.count(scope, {"line_item_id": item["_id"], "$or": entered, **ACTIVE}):
        raise NotAllowed(
            "own-marks",
            "You entered some of these results yourself, or submitted what another system pushed",
            "Another teacher of the class, the head or the office moderates them.",
        )


def _to(store: Store, scope: Scope, caller: Caller, item: Document, state: str, reason: str | None) -> Document:
    at = clock.now()
    step = {"state": state, "by": caller.person_id, "at": at, "reason": reason}
    to = {"state": state, "edition": item["edition"] + 1, "changed_at": at}
    return store.line_items.change(scope, item["_id"], to=to, push={"steps": step}) or item
