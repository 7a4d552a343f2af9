"""Whose turn it is: runs by what their cards wait for, and the cards of a run with what is missing on them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from eventlet import tpool

from schoolbus import clock
from schoolbus.caller import Caller
from schoolbus.paging import Paged
from schoolbus.scope import Scope
from services.reports.cards import runs
from services.reports.cards.content import marks
from services.reports.cards.content.remarks import OF_CLASS_TEACHER, OF_SUBJECT
from services.reports.cards.states import DRAFTED, REVIEWED
from services.reports.cards.workflow import reaching
from services.reports.gradebook.term_results import TermResult
from services.reports.gradebook.terms import key_of

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
Teachers = Mapping[tuple[str, str], Sequence[str]]  # by class and subject
_SHOWN = (
    *("student_id", "class_id", "state", "remarks", "seen_marks", "reason", "version"),
    *("reviewed_by", "reviewed_at", "approved_by", "approved_at", "returned_reason", "returned_by", "returned_at"),
)


def runs_of(store: Store, caller: Caller, branch_id: str, query: Document) -> Paged:
    """The latest first: for head and office the branch's, for teachers those with a child whom they teach."""
    scope = caller.branch(branch_id)
    where: Document = {name: query[name] for name in ("class_id",) if query[name] is not None}
    if query["term"] is not None:
        where["term_key"] = key_of(store, scope, query["term"])
    if query["state"] is not None:
        in_state = scope.filter({"state": query["state"], **where})
        where["_id"] = {"$in": store.report_cards.collection.distinct("run_id", in_state)}
    if not caller.reaches_all(branch_id):
        classes = store.classes_of(scope, caller.person_id, "teacher")
        students = store.students_of_teacher(scope, caller.person_id)
        where["$or"] = [{"class_id": {"$in": classes}}, {"student_ids": {"$in": students}}]
    found = store.runs.page(scope, where, sort="-asked_at", page=query["page"])
    return Paged(_counted(store, scope, found.items), found.next)


def _counted(store: Store, scope: Scope, found: Sequence[Document]) -> list[Document]:
    of_runs = scope.filter({"run_id": {"$in": [run["_id"] for run in found]}})
    cards: dict[str, list[Document]] = defaultdict(list)
    for card in store.report_cards.collection.find(of_runs, dict.fromkeys(("run_id", "student_id", "state", "reason"), True)):
        cards[card["run_id"]].append(card)
    return [runs.counted(run, cards[run["_id"]]) for run in found]


def cards_of_run(store: Store, caller: Caller, branch_id: str, run_id: str, query: Document) -> Paged:
    """In the order of the students' ids; a teacher of single subjects sees the children whom they teach."""
    scope, run, own = reaching.taught(store, caller, branch_id, run_id)
    where: Document = {"run_id": run_id, **({} if own is None else {"student_id": {"$in": own}})}
    if query["state"] is not None:
        where["state"] = query["state"]
    found = store.report_cards.page(scope, where, sort="student_id", page=query["page"])
    named = [card["student_id"] for card in found.items]
    reached = tpool.execute(marks.of_students(store, scope, named, run["term_key"]))
    classes = {each.class_id for of in reached.values() for each in of.subjects} | {run["class_id"]}
    teachers = _teachers(store, scope, sorted(classes))
    shown = [_shown(card, reached[card["student_id"]], teachers) for card in found.items]
    if own is not None:
        shown = [_for_another(card, caller.person_id) for card in shown]
    return Paged(shown, found.next)


def _for_another(card: Document, person_id: str) -> Document:
    """For who teaches the child in another class: what the marks of all classes come to is for the class's teachers."""
    missing = [each for each in card["missing"] if person_id in each["teacher_ids"]]
    return {**card, "percent": None, "grade": None, "missing": missing}


def _shown(card: Document, reached: TermResult, teachers: Teachers) -> Document:
    shown = {"_id": card["_id"], **{name: card.get(name) for name in _SHOWN}}
    now = {
        "percent": None if reached.percent is None else f"{reached.percent}",
        "grade": reached.grade and reached.grade.letter,
    }
    seen = card.get("seen_marks")
    changed = card["state"] == REVIEWED and seen is not None and seen != marks.fingerprint(reached)
    missing = _missing(card, reached, teachers) if card["state"] in (DRAFTED, REVIEWED) else []
    return {**shown, **now, "changed_since_review": changed, "missing": missing}


def _missing(card: Document, reached: TermResult, teachers: Teachers) -> list[Document]:
    """Of each subject without a remark, be it one beside the mark, and of the class teacher. What is missing stops nobody."""
    said = {(each["kind"], (each["subject"] or "").casefold()) for each in card["remarks"]}
    made: list[Document] = []
    for each in reached.subjects:
        subject = each.subject.casefold()
        if (OF_SUBJECT, subject) not in said and not each.remark:
            of = teachers.get((each.class_id, subject)) or teachers.get((each.class_id, ""), ())
            made.append({"kind": OF_SUBJECT, "subject": each.subject, "teacher_ids": of})
    if (OF_CLASS_TEACHER, "") not in said:
        made.append({"kind": OF_CLASS_TEACHER, "subject": None, "teacher_ids": teachers.get((card["class_id"], ""), ())})
    return made


def _teachers(store: Store, scope: Scope, classes: Sequence[str]) -> Teachers:
    """Who teaches what by the timetable in force; under "" all who teach the class."""
    of: dict[tuple[str, str], set[str]] = defaultdict(set)
    teaching = {"class_id": {"$in": list(classes)}, "role": "teacher", "active": True}
    for row in store.enrollments.find(scope, teaching):
        of[row["class_id"], ""].add(row["person_id"])
    held = {"class_id": {"$in": list(classes)}, "valid_from": {"$lte": clock.today().isoformat()}}
    in_force = {each["class_id"]: each for each in store.class_timetables.find(scope, held, sort="valid_from")}
    for class_id, timetable in in_force.items():
        for period in timetable["periods"]:
            if period["subject"] and period["teacher_id"]:
                of[class_id, period["subject"].casefold()].add(period["teacher_id"])
    return {place: sorted(ids) for place, ids in of.items()}
