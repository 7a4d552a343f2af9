"""What a branch's month is counted from: a row each, and a question each to the database, or a few; never one of a child.

Each of OF_STUDENTS gives whole numbers by student; whoever has more to count adds a row, and names what it counts in ZERO. What
others have counted is by guardian (reach), and by guardian or student (participation).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from schoolbus.scope import Scope
from services.reports.attendance import queries as attendance
from services.reports.cards.states import ISSUED
from services.reports.classroom.homework.states import SET
from services.reports.engagement import marks, months
from services.reports.engagement.families import Pupils
from services.reports.engagement.unreached import could_read

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
Counts = Mapping[str, Mapping[str, Any]]
Source = Callable[["Store", Scope, str, Pupils], Counts]

# A child of whom nothing is known
ZERO: Mapping[str, Any] = {
    **dict.fromkeys(("days", "there", "homework_set", "homework_known", "homework_done", "signed"), 0),
    **dict.fromkeys(("home_notes", "cards", "acknowledged"), 0),
    "marks": None,  # hundredths of a percent
}
KINDS = ("invited", "booked", "met", "missed", "activities", "helped", "pta")  # of ParticipationCounted
_COUNTED = ("told", "delivered", "read", "failed", "answered", "other_language")  # of ReachCounted
OF_REACH = (*_COUNTED, "could_read")  # could_read: of told, by a channel that tells of reading


def attended(store: Store, scope: Scope, month: str, pupils: Pupils) -> Counts:
    """Days of which there is a register, and those on which they were there, be it late or not to the end."""
    return attendance.days_of_branch(store, scope, months.first_day(month), months.last_day(month))


def homework(store: Store, scope: Scope, month: str, pupils: Pupils) -> Counts:
    """Homework that is due in the month: how much a child was set, of how much it is known whether it was done (the teacher's
    word goes before the family's), how much was done, and signed."""
    where = scope.filter({"class_id": {"$in": pupils.class_ids}, "due_on": months.days(month), "state": SET})
    of_class: dict[str, int] = {}
    ids = []
    for row in store.homework.collection.find(where, {"class_id": True}):
        of_class[row["class_id"]] = of_class.get(row["class_id"], 0) + 1
        ids.append(row["_id"])
    made: dict[str, Document] = {}
    for student_id, classes in pupils.classes.items():
        if count := sum(of_class.get(id, 0) for id in classes):
            made[student_id] = {"homework_set": count}
    for row in store.homework_answers.collection.aggregate(_answers(scope, ids)) if ids else ():
        made.setdefault(row.pop("_id"), {}).update(row)
    return made


def _answers(scope: Scope, homework_ids: Sequence[str]) -> list[Document]:
    checked, said = {"$ifNull": ["$checked", None]}, {"$ifNull": ["$done", None]}
    done = {"$cond": [{"$ne": [checked, None]}, {"$in": [checked, ["done", "late"]]}, {"$eq": [said, "yes"]}]}
    known = {"$or": [{"$ne": [checked, None]}, {"$ne": [said, None]}]}
    signed = {"$ne": [{"$ifNull": ["$signatures", []]}, []]}
    counted = {"homework_known": known, "homework_done": done, "signed": signed}
    sums = {name: {"$sum": {"$cond": [holds, 1, 0]}} for name, holds in counted.items()}
    return [
        {"$match": scope.filter({"homework_id": {"$in": list(homework_ids)}})},
        {"$group": {"_id": "$student_id", **sums}},
    ]


def home_notes(store: Store, scope: Scope, month: str, pupils: Pupils) -> Counts:
    where = {"student_id": {"$in": pupils.students}, "written_at": months.moments(month)}
    return _grouped(store.home_notes.collection, scope.filter(where), {"home_notes": {"$sum": 1}})


def report_cards(store: Store, scope: Scope, month: str, pupils: Pupils) -> Counts:
    """Issued in the month, and those of them that a guardian has acknowledged by now: a card keeps its `acknowledgements`."""
    where = {"student_id": {"$in": pupils.students}, "state": ISSUED, "issued_at": months.moments(month)}
    acknowledged = {"$sum": {"$cond": [{"$ne": [{"$ifNull": ["$acknowledgements", []]}, []]}, 1, 0]}}
    counted = {"cards": {"$sum": 1}, "acknowledged": acknowledged}
    return _grouped(store.report_cards.collection, scope.filter(where), counted)


def term_marks(store: Store, scope: Scope, month: str, pupils: Pupils) -> Counts:
    return {id: {"marks": reached} for id, reached in marks.of_month(store, scope, month, pupils).items()}


def reach(store: Store, scope: Scope, month: str) -> Counts:
    shown = dict.fromkeys(("guardian_id", "channels", *_COUNTED), True)
    found = store.reach.collection.find(scope.filter({"month": month}), shown)
    rows = {row["guardian_id"]: row for row in found}
    return {id: {**{name: row.get(name, 0) for name in _COUNTED}, "could_read": could_read(row)} for id, row in rows.items()}


def participation(store: Store, scope: Scope, month: str) -> Counts:
    """Of guardians and of children: a meeting may be counted of both."""
    found = store.participation.collection.find(scope.filter({"month": month}), {"person_id": True, "counts": True})
    return {row["person_id"]: {kind: row["counts"].get(kind, 0) for kind in KINDS} for row in found}


def _grouped(collection: Any, where: Document, counted: Document) -> Counts:
    stages = [{"$match": where}, {"$group": {"_id": "$student_id", **counted}}]
    return {row.pop("_id"): row for row in collection.aggregate(stages)}


OF_STUDENTS: tuple[Source, ...] = (attended, homework, home_notes, report_cards, term_marks)
