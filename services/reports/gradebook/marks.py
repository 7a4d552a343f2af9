"""Marks: a teacher enters a class's sheet for a subject and term."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from marshmallow import ValidationError

from schoolbus import access, clock
from schoolbus.caller import Caller
from schoolbus.ids import effect_id
from schoolbus.paging import Paged
from schoolbus.problems import Invalid
from services.reports import briefs
from services.reports.gradebook.grading import shown
from services.reports.gradebook.schemas import MarkRow

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
Errors = dict[str, list[str]]
_ROW = MarkRow()


def put_sheet(store: Store, caller: Caller, branch_id: str, sheet: Document) -> Document:
    """All rows or none; a row takes the place of the student's earlier mark, students who are not named keep theirs."""
    scope, _ = access.led_class(store, caller, branch_id, sheet["class_id"])
    rows, refused = read_rows(sheet["marks"], store.students_of_class(scope, sheet["class_id"]))
    if refused:
        raise Invalid({"marks": refused}, "Some marks can't be taken; nothing was stored")
    common = {
        "branch_id": branch_id,
        "class_id": sheet["class_id"],
        "term": sheet["term"],
        "term_key": key(sheet["term"]),
        "subject": sheet["subject"],
        "marked_by": caller.person_id,
        "marked_at": clock.now(),
    }
    marks = [{"_id": mark_id(common, row["student_id"]), **common, **row} for row in rows]
    with briefs.changing(store, branch_id, [mark["student_id"] for mark in marks]):
        store.put_marks(marks)
    return {"marks": marks}


def read_rows(rows: Sequence[Any], students: Collection[str]) -> tuple[list[Document], dict[str, Errors]]:
    """The rows that can be taken, decimals as text, and what is wrong with the others by their index."""
    taken: list[Document] = []
    refused: dict[str, Errors] = {}
    known, seen = set(students), set()
    for index, row in enumerate(rows):
        errors: Errors = {}
        try:
            mark = _ROW.load(row)
            taken.append({**mark, "score": shown(mark["score"]), "out_of": shown(mark["out_of"])})
        except ValidationError as error:
            errors = error.normalized_messages()
        student_id = row.get("student_id") if isinstance(row, dict) else None
        if isinstance(student_id, str) and student_id:
            if student_id not in known:
                errors.setdefault("student_id", []).append("Not in this class.")
            if student_id in seen:
                errors.setdefault("student_id", []).append("Named twice.")
            seen.add(student_id)
        if errors:
            refused[str(index)] = errors
    return taken, refused


def key(text: str) -> str:
    """Terms and subjects are the same however they are capitalised."""
    return text.casefold()


def mark_id(sheet: Document, student_id: str) -> str:
    """One mark for a student, class, term and subject."""
    return effect_id("mark", sheet["branch_id"], sheet["class_id"], sheet["term_key"], key(sheet["subject"]), student_id)


def of_class(store: Store, caller: Caller, branch_id: str, query: Document) -> Paged:
    """A class's marks of a term, subject by subject."""
    scope, _ = access.led_class(store, caller, branch_id, query["class_id"])
    where = {"class_id": query["class_id"], "term_key": key(query["term"])}
    return store.marks.page(scope, where, sort="subject", page=query["page"])
