"""The gradebook read: a class's matrix, a child's results, and what they come to in a term."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from eventlet import tpool

from schoolbus import access
from schoolbus.caller import Caller
from schoolbus.paging import Paged, Paging
from schoolbus.problems import NotFound
from schoolbus.rights import CHILDREN, CLASSES
from schoolbus.route import Answer
from schoolbus.scope import Scope
from schoolbus.store import Asked
from services.reports.gradebook import categories, grading, line_items, locks, reading, schemes, term_results, terms
from services.reports.gradebook.arithmetic import of_item
from services.reports.gradebook.collections import ACTIVE
from services.reports.gradebook.term_results import TermResult

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
MOST_RESULTS = 5_000  # that a page of term results is made of
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


# A class


def matrix(store: Store, caller: Caller, branch_id: str, query: Document) -> Document:
    """A page of line items, by the day on which they were set, each with its results; who is in the class; the categories."""
    scope, _ = access.led_class(store, caller, branch_id, query["class_id"])
    page = Paging(query["limit"], query["after"])
    found = store.line_items.page(scope, line_items.chosen(store, scope, query), sort="assigned_on", page=page)
    of_items = {"line_item_id": {"$in": [item["_id"] for item in found.items]}, **ACTIVE}
    results, sorts = store.together(
        Asked(store.results, scope, of_items), Asked(store.categories, scope, categories.for_class(query["class_id"]))
    )
    by_item: dict[str, list[Document]] = {item["_id"]: [] for item in found.items}
    for result in sorted(results, key=lambda each: str(each["student_id"])):
        by_item[result["line_item_id"]].append(result)
    return {
        "student_ids": store.students_of_class(scope, query["class_id"]),
        "categories": sorted(sorts, key=lambda each: (each["title"], each["_id"])),
        "locked": locks.locked_at(store, scope, query["class_id"], terms.key_of(store, scope, query["term"])) is not None,
        "items": [{"line_item": item, "results": by_item[item["_id"]]} for item in found.items],
        "next": found.next,
    }


def of_class(store: Store, caller: Caller, branch_id: str, query: Document) -> Answer:
    """The term of a class's students, page by page; nothing of one that has no line items. A page is shorter where there are
    very many."""
    class_id = query["class_id"]
    scope, school_class = access.led_class(store, caller, branch_id, class_id)
    term_key = terms.key_of(store, scope, query["term"])
    scheme = schemes.of_class(store, scope, school_class, term_key)
    at_once = _at_once(store, scope, class_id, term_key)
    if not at_once:
        return Answer(_JSON.encode({"items": [], "next": None}).encode())
    page = replace(query["page"], limit=min(query["page"].limit, at_once))
    attending = {"class_id": class_id, "role": "student", "active": True}
    rows = store.enrollments.page(scope, attending, sort="person_id", page=page)
    reached = _reaching(store, scope, class_id, term_key, [row["person_id"] for row in rows.items], scheme)

    def made() -> bytes:
        shown = [term_results.shown(id, result) for id, result in reached().items()]
        return _JSON.encode({"items": shown, "next": rows.next}).encode()

    return Answer(tpool.execute(made))


def averages(store: Store, caller: Caller, branch_id: str, query: Document) -> Document:
    """Mean and median of a class's subjects and of its term, each with of how many children."""
    class_id = query["class_id"]
    scope, school_class = access.led_class(store, caller, branch_id, class_id)
    term_key = terms.key_of(store, scope, query["term"])
    scheme = schemes.of_class(store, scope, school_class, term_key)
    students, step = store.students_of_class(scope, class_id), _at_once(store, scope, class_id, term_key)
    found: list[TermResult] = []
    for start in range(0, len(students) if step else 0, step or 1):
        reached = _reaching(store, scope, class_id, term_key, students[start : start + step], scheme)
        found += tpool.execute(reached).values()
    return {"items": term_results.averages_shown(term_results.averages(found, scheme))}


def _at_once(store: Store, scope: Scope, class_id: str, term_key: str) -> int:
    """Of how many students all results are read at once; 0: the term has no line items."""
    count = store.line_items.count(scope, {"class_id": class_id, "term_key": term_key, **ACTIVE})
    return max(1, MOST_RESULTS // count) if count else 0


def _reaching(
    store: Store, scope: Scope, class_id: str, term_key: str, students: Iterable[str], scheme: grading.Scheme
) -> Callable[[], dict[str, TermResult]]:
    """Reads, and gives what calculates, by student: thousands of fractions are work for a while, and are made in a thread."""
    by_student: dict[str, list[Document]] = {student_id: [] for student_id in students}
    whose = {"class_id": class_id, "student_id": {"$in": list(by_student)}}
    of_term, results = reading.read(store, scope, [class_id], term_key, whose)
    for result in results:
        by_student[result["student_id"]].append(result)
    return lambda: {id: term_results.of_student(of_term, found, {class_id: scheme}) for id, found in by_student.items()}


# A child


def of_student(store: Store, caller: Caller, branch_id: str, student_id: str, term: str) -> Document:
    """A child's term, for those who may mark them. Raises NotFound when they have no result in it."""
    scope = access.student(store, caller, branch_id, student_id)
    found, held = reading.term_of(
        store, scope, student_id, terms.key_of(store, scope, term), among=_taught(store, scope, caller)
    )
    if not held:
        raise NotFound("Term result", detail="The child has no result in this term.")
    return term_results.shown(student_id, found)


def results(store: Store, caller: Caller, branch_id: str, query: Document) -> Paged:
    """A child's results, the latest first: for guardians those that are published, for teachers those of their classes, too."""
    student_id = query["student_id"]
    scope = access.student(store, caller, branch_id, student_id)
    where: Document = {"student_id": student_id, **ACTIVE}
    if query["term"] is not None:
        where["term_key"] = terms.key_of(store, scope, query["term"])
    taught = _taught(store, scope, caller)
    if taught is not None:
        where["$or"] = [{"class_id": {"$in": sorted(taught)}}]
        if _is_theirs(store, scope, caller, student_id):
            where["$or"].append({"published": True})
    found = store.results.page(scope, where, sort="-scored_on", page=query["page"])
    return Paged(_shown(store, scope, found.items), found.next)


def _taught(store: Store, scope: Scope, caller: Caller) -> set[str] | None:
    """The classes whose results the caller may see; None: all."""
    branch_id = scope.branch_id or ""
    if caller.reaches_all(branch_id):
        return None
    return set(store.classes_of(scope, caller.person_id, "teacher")) if caller.reaches(branch_id, CLASSES) else set()


def _is_theirs(store: Store, scope: Scope, caller: Caller, student_id: str) -> bool:
    needs = caller.right.needs if caller.right else None
    return caller.reaches(scope.branch_id or "", CHILDREN) and store.is_guardian_of(scope, caller.person_id, student_id, needs)


def _shown(store: Store, scope: Scope, found: list[Document]) -> list[Document]:
    """With what is said of the line item, and a percentage as the scheme of the class rounds it."""
    ids = sorted({each["line_item_id"] for each in found})
    classes = sorted({each["class_id"] for each in found})
    items, known, in_force = store.together(
        Asked(store.line_items, scope, {"_id": {"$in": ids}}),
        Asked(store.classes, scope, {"class_id": {"$in": classes}}),
        Asked(store.schemes, scope, ACTIVE),
    )
    of_item = {item["_id"]: item for item in items}
    held = {each["class_id"]: schemes.chosen(in_force, each["grade"]) for each in known}
    return [_with_item(each, of_item[each["line_item_id"]], held.get(each["class_id"], grading.BOARD)) for each in found]


def _with_item(result: Document, item: Document, scheme: grading.Scheme) -> Document:
    said = ("title", "description", "kind", "assigned_on", "due_on", "published_at")
    made = {**result, **{name: item[name] for name in said}, "percent": None, "grade": None}
    exact = of_item(term_results.outcome(result, item), scheme.missing)
    if exact is not None:
        percent = grading.rounded_percent(exact, scheme)
        made |= {"percent": f"{percent}", "grade": grading.grade(percent, scheme).letter}
    return made
