"""What a term comes to, for one child or many at once, and whether it is still what somebody has seen."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from schoolbus.ids import fingerprint as fingerprint_of
from schoolbus.scope import Scope
from services.reports.cards.card import Card
from services.reports.gradebook import reading, schemes, term_results
from services.reports.gradebook.collections import ACTIVE
from services.reports.gradebook.grading import Scheme
from services.reports.gradebook.term_results import TermResult

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
Reached = Mapping[str, TermResult]  # by student


def of_students(store: Store, scope: Scope, student_ids: Sequence[str], term_key: str) -> Callable[[], Reached]:
    """What `reading.term_of` gives of each, in a handful of questions for all of them. What is given makes it of what was
    read, without the database: for a thread, where they are many."""
    where = {"student_id": {"$in": list(student_ids)}, "term_key": term_key}
    class_ids = sorted(store.results.collection.distinct("class_id", scope.filter({**where, **ACTIVE})))
    whose = {"student_id": {"$in": list(student_ids)}, "class_id": {"$in": class_ids}}
    book, results = reading.read(store, scope, class_ids, term_key, whose)
    held = _schemes(store, scope, class_ids, term_key)

    def made() -> Reached:
        by_student: dict[str, list[Document]] = defaultdict(list)
        for result in results:
            by_student[result["student_id"]].append(result)
        return {id: term_results.of_student(book, by_student[id], held) for id in student_ids}

    return made


def of_class(store: Store, scope: Scope, class_id: str, term_key: str, scheme: Scheme) -> list[TermResult]:
    """What the children who are in a class now have reached in it."""
    students = store.students_of_class(scope, class_id)
    whose = {"class_id": class_id, "student_id": {"$in": students}}
    book, results = reading.read(store, scope, [class_id], term_key, whose)
    by_student: dict[str, list[Document]] = defaultdict(list)
    for result in results:
        by_student[result["student_id"]].append(result)
    return [term_results.of_student(book, found, {class_id: scheme}) for found in by_student.values()]


def _schemes(store: Store, scope: Scope, class_ids: Sequence[str], term_key: str) -> dict[str, Scheme]:
    known = {each["class_id"]: each for each in store.classes.find(scope, {"class_id": {"$in": list(class_ids)}})}
    return {id: schemes.of_class(store, scope, known.get(id) or {"class_id": id, "grade": None}, term_key) for id in class_ids}


def fingerprint(reached: TermResult) -> str:
    """Another one where a mark, a grade or the term's percentage is. What was said beside a mark is no part of it."""
    subjects = [(each.subject, each.score, each.out_of, each.percent, each.grade.letter) for each in reached.subjects]
    return _fingerprint(subjects, reached.percent, reached.grade.letter if reached.grade else "")


def fingerprint_of_card(card: Card) -> str:
    """As `fingerprint`, of what a card says."""
    subjects = [(each.subject, each.score, each.out_of, each.percent, each.grade) for each in card.lines]
    return _fingerprint(subjects, *((card.result.percent, card.result.grade) if card.result else (None, "")))


def _fingerprint(subjects: Iterable[tuple[Any, ...]], percent: Decimal | None, grade: str) -> str:
    rows = [[subject.casefold(), *(f"{each}" for each in said)] for subject, *said in subjects]
    return fingerprint_of(json.dumps([rows, f"{percent}", grade]))
