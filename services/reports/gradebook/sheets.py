"""Results of a line item: a class's sheet in one request, all rows or none.

While the item is open, rows take the place of what stood there. Once it is submitted, or its term locked, a change is a
correction: it wants a reason, and what was there before stays in the history. All of it happens in one transaction, which
holds the term (locks.py).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from schoolbus import audit, clock
from schoolbus.caller import Caller
from schoolbus.ids import effect_id
from schoolbus.paging import Paged
from schoolbus.problems import GoneOn, Invalid, NotFound
from schoolbus.scope import Scope
from services.reports.gradebook import line_items, locks, queries, rows
from services.reports.gradebook.arithmetic import adjusted
from services.reports.gradebook.changing import changing
from services.reports.gradebook.collections import ACTIVE
from services.reports.gradebook.grading import shown
from services.reports.gradebook.schemas import ResultRow
from services.reports.gradebook.states import CORRECTION, MODERATED, OPEN, SUBMITTED
from services.reports.gradebook.telling import say
from services.reports.rows import read_rows

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
CONTENT = ("status", "entered_score", "score", "out_of", "own_out_of", "text_score", "scored_on", "comment")
_OF_ITEM = ("branch_id", "class_id", "term", "term_key", "term_id", "subject", "subject_key", "term_mark")
_ROW = ResultRow()


@dataclass(frozen=True)
class Entering:
    """Who enters what, where, with the term held. `left`: students with a result who are not in the class any more."""

    caller: Caller
    scope: Scope
    item: Document
    class_title: str
    reason: str | None
    locked: bool
    left: Collection[str] = ()

    @property
    def correcting(self) -> bool:
        return self.locked or self.item["state"] != OPEN

    @property
    def all_reached(self) -> bool:
        """Head and office: a machine is as far as a teacher, wherever it reaches."""
        return self.caller.reaches_all(self.item["branch_id"]) and not self.caller.is_machine


def result_id(line_item_id: str, student_id: str) -> str:
    return effect_id("result", line_item_id, student_id)


def of_item(store: Store, caller: Caller, branch_id: str, line_item_id: str) -> Document:
    """The sheet as it is: the item, and its results by student."""
    scope, item, _ = line_items.led(store, caller, branch_id, line_item_id)
    return {"line_item": item, "results": store.results.find(scope, {"line_item_id": line_item_id, **ACTIVE}, "student_id")}


def put(store: Store, caller: Caller, branch_id: str, line_item_id: str, sheet: Document) -> Document:
    """Raises Invalid with the rows that can't be taken, Conflict in a locked term. `sourced_ids`: what another system, whose
    sheet it is, calls each student's."""
    scope, item, school_class = line_items.led(store, caller, branch_id, line_item_id)
    students = set(store.students_of_class(scope, item["class_id"]))
    left = queries.students_of_item(store, scope, line_item_id) - students
    taken, refused = read_rows(_ROW, sheet["results"], students | left)
    rows.check("results", refused)
    with changing(store, branch_id, [row["student_id"] for row in taken]), store.transaction():
        item, locked = line_items.held(store, scope, item)
        entering = Entering(caller, scope, item, school_class["title"], sheet["reason"], locked, left)
        results = enter(store, entering, taken)
        _name(store, entering, results, sheet.get("sourced_ids", {}))
        return {"line_item": store.line_items.one(scope, line_item_id), "results": results}


def remove(
    store: Store,
    caller: Caller,
    branch_id: str,
    line_item_id: str,
    student_id: str,
    reason: str | None,
    edition: int | None = None,
) -> None:
    """A child's result, as if it had never been entered; twice is once. Raises GoneOn where it is another than the `edition`
    that was seen."""
    scope, item, school_class = line_items.led(store, caller, branch_id, line_item_id)
    audit.note(store, caller, branch_id, [student_id])
    with changing(store, branch_id, [student_id]), store.transaction():
        item, locked = line_items.held(store, scope, item)
        entering = Entering(caller, scope, item, school_class["title"], reason, locked)
        there = store.results.first(scope, {"_id": result_id(line_item_id, student_id)})
        if there is None:
            raise NotFound("Result")
        if there["deleted"]:
            return
        if edition not in (None, there["edition"]):
            raise GoneOn(edition=there["edition"])
        _check_may_correct(entering)
        at = clock.now()
        gone = {"deleted": True, "edition": there["edition"] + 1, "changed_at": at, "marked_at": at}
        store.results.change(scope, there["_id"], to=gone)
        _look_again(store, entering)
        if entering.correcting:
            store.result_history.put_all([_history(entering, there, {**there, **gone})])


def history(store: Store, caller: Caller, branch_id: str, line_item_id: str, student_id: str, query: Document) -> Paged:
    """Corrections and adjustments of a child's result, the latest first."""
    scope, _, _ = line_items.led(store, caller, branch_id, line_item_id)
    audit.note(store, caller, branch_id, [student_id])
    where = {"result_id": result_id(line_item_id, student_id)}
    return store.result_history.page(scope, where, sort="-edition", page=query["page"])


def enter(store: Store, entering: Entering, taken: Sequence[Document]) -> list[Document]:
    """The results of these rows, changed or not. Within a transaction, with the term held. Raises Invalid, Conflict."""
    ids = [result_id(entering.item["_id"], row["student_id"]) for row in taken]
    there = {each["student_id"]: each for each in store.results.find(entering.scope, {"_id": {"$in": ids}})}
    refused = rows.beyond(taken, entering.item) | rows.gone_on(taken, there)
    if not entering.reason:
        left = {"student_id": ["Has left this class: give a reason to correct what is there."]}
        refused |= {str(index): left for index, row in enumerate(taken) if row["student_id"] in entering.left}
    rows.check("results", refused)
    results = [_result(entering, row, there.get(row["student_id"])) for row in taken]
    changed = [each for each in results if each is not there.get(each["student_id"])]
    if changed:
        _check_may_correct(entering)
        keep(store, changed, there)
        _remember(store, entering, changed, there)
        _look_again(store, entering)
        say(store, entering.item, entering.class_title, entering.caller, changed)
    return results


def _name(store: Store, entering: Entering, results: Sequence[Document], names: Mapping[str, str]) -> None:
    """Results are called so from here on. By our ids they are found anyway."""
    for each in results:
        name = names.get(each["student_id"])
        if name in (None, each["sourced_id"], each["_id"]):
            continue
        if entering.locked:
            raise locks.locked()
        store.results.change(entering.scope, each["_id"], to={"sourced_id": name, "changed_at": clock.now()})


def keep(store: Store, changed: Sequence[Document], there: Mapping[str, Document]) -> None:
    """In place of what was there."""
    store.results.put_all(changed, [there[each["student_id"]]["_id"] for each in changed if each["student_id"] in there])


def effective(item: Mapping[str, Any], score: str, out_of: str) -> str:
    """A score as it counts, after the item's adjustments."""
    adjustments = [(each["kind"], Decimal(each["value"])) for each in item["adjustments"] if each["taken_back_at"] is None]
    return shown(adjusted(Decimal(score), adjustments, Decimal(item["result_min"]), Decimal(out_of)))


def _result(entering: Entering, row: Mapping[str, Any], was: Document | None) -> Document:
    """What is to be there, or the very document that is there, when the row says nothing else."""
    content = _content(entering.item, row, was)
    if was is not None and not was["deleted"] and all(was[name] == value for name, value in content.items()):
        return was
    at, correcting = clock.now(), entering.correcting or row["student_id"] in entering.left
    id = result_id(entering.item["_id"], row["student_id"])
    return {
        "_id": id,
        "sourced_id": row.get("sourced_id") or (was["sourced_id"] if was else id),
        **{name: entering.item[name] for name in _OF_ITEM},
        "line_item_id": entering.item["_id"],
        "student_id": row["student_id"],
        **content,
        "edition": (was["edition"] if was else 0) + 1,
        "entered_by": entering.caller.person_id,
        "marked_at": at,
        "corrected_at": at if correcting else (was["corrected_at"] if was else None),
        "published": entering.item["published_at"] is not None,
        "told": was["told"] if was else 0,
        "deleted": False,
        "changed_at": at,
    }


def _content(item: Mapping[str, Any], row: Mapping[str, Any], was: Document | None) -> Document:
    out_of = shown(row["out_of"]) if row["out_of"] is not None else item["result_max"]
    entered = None if row["score"] is None else shown(row["score"])
    content = {
        "status": row["status"],
        "entered_score": entered,
        "score": None if entered is None else effective(item, entered, out_of),
        "out_of": out_of,
        "own_out_of": out_of != item["result_max"],
        "text_score": row["text_score"],
        "comment": row["comment"],
    }
    if row["scored_on"] is not None:
        return {**content, "scored_on": row["scored_on"].isoformat()}
    same = was is not None and all(was[name] == value for name, value in content.items())
    return {**content, "scored_on": was["scored_on"] if was and same else clock.today().isoformat()}


def _check_may_correct(entering: Entering) -> None:
    if entering.locked and not entering.all_reached:
        raise locks.locked()
    if entering.correcting and not entering.reason:
        raise Invalid({"reason": ["It has been submitted, or its term is locked: say why it is corrected."]})


def _look_again(store: Store, entering: Entering) -> None:
    """What was moderated, and a teacher has corrected since, is to be moderated again."""
    item = entering.item
    if item["state"] != MODERATED or entering.all_reached:
        return
    at = clock.now()
    step = {"state": SUBMITTED, "by": entering.caller.person_id, "at": at, "reason": entering.reason}
    to = {"state": SUBMITTED, "edition": item["edition"] + 1, "changed_at": at}
    store.line_items.change(entering.scope, item["_id"], to=to, push={"steps": step})


def _remember(store: Store, entering: Entering, changed: Sequence[Document], there: Mapping[str, Document]) -> None:
    kept = [
        _history(entering, there.get(each["student_id"]), each)
        for each in changed
        if entering.correcting or each["student_id"] in entering.left
    ]
    if kept:
        store.result_history.put_all(kept)


def _history(entering: Entering, was: Document | None, now: Document) -> Document:
    return remembered(was, now, CORRECTION, entering.reason, entering.caller.person_id)


def remembered(was: Document | None, now: Document, why: str, reason: str | None, by: str) -> Document:
    """A row of the history: what a result was before, None if it was not there, and after, None if it is not there."""
    return {
        "_id": effect_id(now["_id"], str(now["edition"])),
        **{name: now[name] for name in ("branch_id", "class_id", "line_item_id", "student_id", "edition")},
        "result_id": now["_id"],
        "why": why,
        "before": None if was is None or was["deleted"] else {name: was[name] for name in CONTENT},
        "after": None if now["deleted"] else {name: now[name] for name in CONTENT},
        "reason": reason,
        "by": by,
        "at": now["changed_at"],
    }
