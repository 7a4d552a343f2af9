"""Marks, simply: a class's sheet for a subject and term. Each is the result of a line item, an exam in "Term marks"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from schoolbus import access, clock
from schoolbus.caller import Caller
from schoolbus.ids import effect_id
from schoolbus.paging import Paged
from schoolbus.problems import AlreadyThere
from schoolbus.scope import Scope
from schoolbus.store import Busy
from services.reports.gradebook import categories, line_items, locks, rows, sheets, terms
from services.reports.gradebook.changing import changing
from services.reports.gradebook.collections import ACTIVE
from services.reports.gradebook.grading import shown
from services.reports.gradebook.schemas import MarkRow
from services.reports.gradebook.states import FULLY_GRADED
from services.reports.gradebook.terms import key, key_of
from services.reports.rows import Refused, read_rows

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
TITLE, WEIGHT = "Term marks", Decimal(100)
_ROW = MarkRow()


def put_sheet(store: Store, caller: Caller, branch_id: str, sheet: Document) -> Document:
    """All rows or none; a row takes the place of the student's earlier mark, students who are not named keep theirs."""
    scope, school_class = access.led_class(store, caller, branch_id, sheet["class_id"])
    taken, refused = read_marks(sheet["marks"], store.students_of_class(scope, sheet["class_id"]))
    rows.check("marks", refused)
    term = terms.named(store, scope, sheet["term"])
    with changing(store, branch_id, [row["student_id"] for row in taken]), store.transaction():
        locked = locks.taken(store, branch_id, sheet["class_id"], term)
        item = _item(store, caller, scope, sheet, {**term, "out_of": _usual(taken)}, locked)
        entering = sheets.Entering(caller, scope, item, school_class["title"], sheet["reason"], locked)
        marks = sheets.enter(store, entering, taken)
        _settle_out_of(store, scope, item)
    return {"marks": marks}


def read_marks(sheet: Sequence[Any], students: Collection[str]) -> tuple[list[Document], Refused]:
    """The rows that can be taken, as those of a line item's sheet, and what is wrong with the others by their index."""
    taken, refused = read_rows(_ROW, sheet, students)
    return [_as_result(row) for row in taken], refused


def of_class(store: Store, caller: Caller, branch_id: str, query: Document) -> Paged:
    """A class's marks of a term, subject by subject."""
    scope, _ = access.led_class(store, caller, branch_id, query["class_id"])
    of_term = {"class_id": query["class_id"], "term_key": key_of(store, scope, query["term"])}
    where = {**of_term, "term_mark": True, "score": {"$ne": None}, **ACTIVE}
    return store.results.page(scope, where, sort="subject", page=query["page"])


def item_id(branch_id: str, class_id: str, term_key: str, subject: str) -> str:
    """One sheet of a class, term and subject."""
    return effect_id("term-marks", branch_id, class_id, term_key, key(subject))


def category_id(branch_id: str, class_id: str) -> str:
    return effect_id("term-marks", branch_id, class_id)


def _as_result(mark: Mapping[str, Any]) -> Document:
    named = {name: mark[name] for name in ("student_id", "score", "out_of")}
    unsaid = {"text_score": None, "scored_on": None, "edition": None}
    return {**named, "comment": mark["remark"], "status": FULLY_GRADED, **unsaid}


def _usual(taken: Sequence[Document]) -> str:
    """What most rows are out of."""
    return shown(Counter(row["out_of"] for row in taken).most_common(1)[0][0])


def _item(store: Store, caller: Caller, scope: Scope, sheet: Document, term: Document, locked: bool) -> Document:
    """The sheet's line item, with its category, made when they are not there. Subject and term are written as of late."""
    branch_id, class_id = scope.branch_id or "", sheet["class_id"]
    id = item_id(branch_id, class_id, term["term_key"], sheet["subject"])
    item = store.line_items.first(scope, {"_id": id})
    named = {name: term[name] for name in ("term", "term_key", "term_id")} | {"subject": sheet["subject"]}
    if item is not None and not item["deleted"]:
        if any(item[name] != value for name, value in named.items()):
            at = clock.now()
            store.results.change_all(scope, {"line_item_id": id}, {**named, "changed_at": at})
            item = store.line_items.change(scope, id, to={**named, "edition": item["edition"] + 1, "changed_at": at})
        return item or {}
    if locked:
        raise locks.locked()
    today = clock.today().isoformat()
    content = {
        "class_id": class_id,
        "category_id": _category(store, scope, class_id),
        "title": TITLE,
        "description": None,
        "kind": "exam",
        **named,
        "subject_key": key(sheet["subject"]),
        "assigned_on": today,
        "due_on": today,
        "result_min": "0",
        "result_max": term["out_of"],
        "term_mark": True,
    }
    if item is None:
        return store.line_items.add(line_items.new(branch_id, id, caller.person_id, content))
    again = {**line_items.new(branch_id, id, caller.person_id, content), "edition": item["edition"] + 1}
    return store.line_items.change(scope, id, to=again) or again


def _category(store: Store, scope: Scope, class_id: str) -> str:
    id = category_id(scope.branch_id or "", class_id)
    found = store.categories.first(scope, {"_id": id})
    if found is None:
        content = {"class_id": class_id, "title": TITLE, "weight": shown(WEIGHT), "drop_lowest": 0}
        try:
            store.categories.add(categories.new(scope.branch_id or "", id, content))
        except AlreadyThere:  # of another term's sheet, just now
            raise Busy from None
    elif found["deleted"]:
        again = {"deleted": False, "edition": found["edition"] + 1, "changed_at": clock.now()}
        store.categories.change(scope, id, to=again)
    else:
        categories.take(store, scope, id, class_id)
    return id


def _settle_out_of(store: Store, scope: Scope, item: Document) -> None:
    """Where all marks of a sheet are out of the same, the line item is, too."""
    results = store.results.find(scope, {"line_item_id": item["_id"], **ACTIVE})
    (first, *others) = {each["out_of"] for each in results}
    if others or first == item["result_max"] or item["adjustments"]:
        return
    at = clock.now()
    store.line_items.change(scope, item["_id"], to={"result_max": first, "edition": item["edition"] + 1, "changed_at": at})
    store.results.change_all(scope, {"line_item_id": item["_id"]}, {"own_out_of": False, "changed_at": at})
