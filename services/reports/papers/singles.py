"""One paper at a time, for who may see what is on it. Set by a thread: the first of a process takes half a second."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from eventlet import tpool

from schoolbus import access
from schoolbus.caller import Caller
from schoolbus.problems import NotFound
from schoolbus.rights import CHILDREN
from schoolbus.route import Answer
from schoolbus.scope import Scope
from services.reports.classroom.reach import day_of
from services.reports.gradebook.terms import key_of
from services.reports.paper import certificate, diary_week, letter, register
from services.reports.paper.look import Look
from services.reports.papers import certificates, diary_weeks, letters, looks, registers
from services.reports.papers.schemas import PAPERS

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
Values = TypeVar("Values")


def progress_letter(store: Store, caller: Caller, branch_id: str, student_id: str, query: Document) -> Answer:
    """Raises NotFound where nothing of the term is published. For a teacher, of the classes that they teach."""
    scope = access.student(store, caller, branch_id, student_id)
    student = store.person(scope, student_id)
    try:
        if student is None:
            raise letters.NothingYet
        title, among = class_title(store, scope, student_id), reach(store, caller, branch_id, student_id)
        made = letters.of_student(store, scope, student, title, key_of(store, scope, query["term"]), among)
    except letters.NothingYet:
        raise NotFound("Letter", detail="Nothing of this term is published yet.") from None
    return _answer(letter.render, made, query, looks.of_branch(store, scope, PAPERS[query["paper"]]), "progress-letter")


def reach(store: Store, caller: Caller, branch_id: str, student_id: str | None = None) -> set[str] | None:
    """The classes whose published results the caller may print; None: all."""
    scope = caller.branch(branch_id)
    if caller.reaches_all(branch_id):
        return None
    needs = caller.right.needs if caller.right else None
    theirs = student_id and caller.reaches(branch_id, CHILDREN)
    if theirs and store.is_guardian_of(scope, caller.person_id, student_id or "", needs):
        return None
    return set(store.classes_of(scope, caller.person_id, "teacher"))


def class_title(store: Store, scope: Scope, student_id: str) -> str:
    """Of the class in which a child sits: the homeroom, or else the first."""
    ids = store.classes_of(scope, student_id, "student")
    found = store.classes.find(scope, {"class_id": {"$in": ids}, "active": True})
    return str(min(found, key=lambda each: (not each.get("homeroom"), each["title"]))["title"]) if found else ""


def week(store: Store, caller: Caller, branch_id: str, class_id: str, on: str, query: Document) -> Answer:
    scope = access.seen_class(store, caller, branch_id, class_id)
    made = diary_weeks.of_class(store, scope, _class(store, scope, class_id), _day(on))
    return _answer(diary_week.render, made, query, looks.of_branch(store, scope, PAPERS[query["paper"]]), "diary-week")


def month(store: Store, caller: Caller, branch_id: str, class_id: str, named: str, query: Document) -> Answer:
    """Raises NotFound where no register was taken."""
    scope, group = access.led_class(store, caller, branch_id, class_id)
    try:
        made = registers.of_class(store, scope, dict(group), named)
    except (letters.NothingYet, ValueError):
        raise NotFound("Register", detail="No register of this class was taken in this month.") from None
    return _answer(register.render, made, query, looks.of_branch(store, scope, PAPERS[query["paper"]]), "class-register")


def one_certificate(store: Store, caller: Caller, branch_id: str, certificate_id: str, query: Document) -> Answer:
    kept = certificates.one(store, caller, branch_id, certificate_id)
    scope = caller.branch(branch_id)
    made = certificates.as_values(store, scope, kept)
    return _answer(certificate.render, made, query, looks.of_branch(store, scope, PAPERS[query["paper"]]), "certificate")


def _day(text: str) -> date:
    day = day_of(text)
    if not 2000 <= day.year < 2200:
        raise NotFound("Day")
    return day


def _class(store: Store, scope: Scope, class_id: str) -> Document:
    found = store.class_of(scope, class_id)
    if found is None:
        raise NotFound("Class")
    return found


def _answer(render: Callable[[Values, str, Look], bytes], values: Values, query: Document, look: Look, name: str) -> Answer:
    """The file's name is without the child's: downloads lie about on shared phones."""
    pdf: bytes = tpool.execute(render, values, query["language"], look)
    return Answer(pdf, "application/pdf", headers={"Content-Disposition": f'inline; filename="{name}-{query["language"]}.pdf"'})
