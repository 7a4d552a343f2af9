"""A child's progress in a term, as a letter: what families may see in the app, for those who would rather have it on paper."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from schoolbus import clock
from schoolbus.scope import Scope
from services.reports.attendance import queries as attendance
from services.reports.gradebook import reading, schemes, term_results
from services.reports.gradebook.collections import ACTIVE
from services.reports.gradebook.term_results import TermResult
from services.reports.gradebook.terms import key_of
from services.reports.paper.letter import Letter, Row
from services.reports.paper.points import Point
from services.reports.papers import looks, words

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
MOST_TERMS = 5  # on the chart, the newest


class NothingYet(Exception):
    """There is nothing to write of."""


@dataclass(frozen=True)
class _Term:
    title: str
    key: str
    reached: TermResult


def of_student(
    store: Store, scope: Scope, student: Mapping[str, Any], class_title: str, term_key: str, among: Collection[str] | None
) -> Letter:
    """Of published results, of these classes alone if `among` says which. Raises NothingYet."""
    terms = _terms(store, scope, student["person_id"], term_key, among)
    if not terms or terms[-1].key != term_key:
        raise NothingYet
    now, before = terms[-1], terms[-2] if len(terms) > 1 else None
    name, name_ur = f"{student['given_name']} {student['family_name']}", student["name_ur"]
    school, school_ur = looks.school(store, scope)
    percent, grade = now.reached.percent, now.reached.grade
    said = {"name": name, "term": now.title, "percent": f"{percent}", "grade": grade.letter if grade else ""}
    days = _days(store, scope, student["person_id"], term_key)
    return Letter(
        branch_name=school,
        branch_name_ur=school_ur,
        to=words.TO.en(said),
        to_ur=words.TO.ur({**said, "name": name_ur or name}),
        subject=words.SUBJECT.en(said),
        subject_ur=words.SUBJECT.ur(said),
        text=words.text("en", said, days),
        text_ur=words.text("ur", {**said, "name": name_ur or name}, days),
        written_on=clock.today(),
        child=name,
        child_ur=name_ur,
        class_title=class_title,
        table=_table(now, before),
        progress=tuple(Point(each.title, each.reached.percent) for each in terms if each.reached.percent is not None),
        number=words.number("L", scope.branch_id or "", student["person_id"], term_key),
    )


def _table(now: _Term, before: _Term | None) -> tuple[Row, ...]:
    earlier = {each.subject.casefold(): each.percent for each in before.reached.subjects} if before else {}
    return tuple(Row(each.subject, each.percent, earlier.get(each.subject.casefold())) for each in now.reached.subjects)


def _terms(store: Store, scope: Scope, student_id: str, term_key: str, among: Collection[str] | None) -> list[_Term]:
    """Up to the term that is asked for, by the day on which the child was first marked in it: the oldest first."""
    where: Document = {"student_id": student_id, "published": True, **ACTIVE}
    if among is not None:
        where["class_id"] = {"$in": sorted(among)}
    shown = {"term_key": 1, "class_id": 1, "line_item_id": 1, "marked_at": 1}
    found = list(store.results.collection.find(scope.filter(where), shown))
    begun: dict[str, Any] = {}
    for each in found:
        begun[each["term_key"]] = min(each["marked_at"], begun.get(each["term_key"], each["marked_at"]))
    keys = sorted(begun, key=lambda key: (begun[key], key))
    if term_key not in begun:
        return []
    wanted = keys[: keys.index(term_key) + 1][-MOST_TERMS:]
    in_term = {key: sorted({each["class_id"] for each in found if each["term_key"] == key}) for key in wanted}
    return [made for key in wanted if (made := _term(store, scope, student_id, key, in_term[key]))]


def _term(store: Store, scope: Scope, student_id: str, key: str, class_ids: list[str]) -> _Term | None:
    whose = {"student_id": student_id, "class_id": {"$in": class_ids}, "published": True}
    book, results = reading.read(store, scope, class_ids, key, whose)
    known = {each["class_id"]: each for each in store.classes.find(scope, {"class_id": {"$in": class_ids}})}
    held = {id: schemes.of_class(store, scope, known.get(id) or {"class_id": id, "grade": None}, key) for id in class_ids}
    reached = term_results.of_student(book, results, held)
    if not reached.subjects:
        return None
    titled = store.results.first(scope, {"student_id": student_id, "term_key": key}, sort="-marked_at") or {"term": key}
    return _Term(str(titled["term"]), key, reached)


def _days(store: Store, scope: Scope, student_id: str, term_key: str) -> Mapping[str, Any] | None:
    """Days of school in the term, where it is the one that goes on."""
    found = attendance.briefs(store, scope.branch_id or "", [student_id]).get(student_id)
    if found is None or not found["days"] or key_of(store, scope, found["term"] or "") != term_key:
        return None
    return found
