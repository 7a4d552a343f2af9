"""A term of a child or a class, as the database has it, in few questions: for those who look, and for report cards."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from schoolbus.scope import Scope
from schoolbus.store import Asked
from services.reports.gradebook import schemes, term_results
from services.reports.gradebook.collections import ACTIVE
from services.reports.gradebook.grading import Scheme
from services.reports.gradebook.term_results import Book, TermResult

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
_ITEM = ("class_id", "subject", "subject_key", "category_id")
_RESULT = ("student_id", "line_item_id", "class_id", "status", "score", "out_of", "comment", "marked_at", "term_mark")


def term_of(
    store: Store, scope: Scope, student_id: str, term_key: str, among: Collection[str] | None = None
) -> tuple[TermResult, Mapping[str, Scheme]]:
    """A child's term from all their classes (of these alone, if `among` says which), and the scheme of each class."""
    where = {"student_id": student_id, "term_key": term_key, **ACTIVE}
    had = store.results.collection.distinct("class_id", scope.filter(where))
    class_ids = sorted(id for id in had if among is None or id in among)
    of_term, results = read(store, scope, class_ids, term_key, {"student_id": student_id, "class_id": {"$in": class_ids}})
    known = {each["class_id"]: each for each in store.classes.find(scope, {"class_id": {"$in": class_ids}})}
    held = {id: schemes.of_class(store, scope, known.get(id) or {"class_id": id, "grade": None}, term_key) for id in class_ids}
    return term_results.of_student(of_term, results, held), held


def read(store: Store, scope: Scope, class_ids: Iterable[str], term_key: str, whose: Document) -> tuple[Book, list[Document]]:
    """A term of classes, and results in it, in one question."""
    items, sorts, found = store.together(
        *_of_book(store, scope, class_ids, term_key), _of_results(store, scope, term_key, whose)
    )
    return term_results.book(items, sorts), found


def book(store: Store, scope: Scope, class_ids: Iterable[str], term_key: str) -> Book:
    """A term of classes without any results: for those who read them some at a time."""
    return term_results.book(*store.together(*_of_book(store, scope, class_ids, term_key)))


def results(store: Store, scope: Scope, term_key: str, whose: Document) -> list[Document]:
    (found,) = store.together(_of_results(store, scope, term_key, whose))
    return found


def _of_book(store: Store, scope: Scope, class_ids: Iterable[str], term_key: str) -> tuple[Asked, Asked]:
    classes = list(class_ids)
    items = Asked(store.line_items, scope, {"class_id": {"$in": classes}, "term_key": term_key, **ACTIVE}, _ITEM)
    return items, Asked(store.categories, scope, {"class_id": {"$in": [*classes, None]}, **ACTIVE}, ("weight", "drop_lowest"))


def _of_results(store: Store, scope: Scope, term_key: str, whose: Document) -> Asked:
    return Asked(store.results, scope, {"term_key": term_key, **whose, **ACTIVE}, _RESULT)
