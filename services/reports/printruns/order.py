"""In which order papers are printed: class by class as grades follow each other, in a class as its register has them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from schoolbus.grades import plain
from schoolbus.scope import Scope
from services.reports.attendance.showing import by_name
from services.reports.printruns.states import CLASS, GRADE

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
InClass = tuple[Document, list[str]]  # a class with its children


def classes(store: Store, scope: Scope, run: Mapping[str, Any]) -> list[Document]:
    """Those that the run is of: grade 2 before grade 10, then by title."""
    where: Document = {"active": True}
    if run["of"] == CLASS:
        where["class_id"] = run["class_id"]
    found = store.classes.find(scope, where)
    if run["of"] == GRADE:
        found = [each for each in found if plain(each["grade"] or "") == plain(run["grade"])]
    return sorted(found, key=place)


def place(group: Mapping[str, Any]) -> tuple[Any, ...]:
    grade = plain(group["grade"] or "")
    number = int(grade) if grade.isascii() and grade.isdigit() and len(grade) < 6 else None
    # what has no number (KG, Nursery) comes before what has
    return (number is not None, number or 0, grade, group["title"].casefold(), group["class_id"])


def children(store: Store, scope: Scope, found: Sequence[Document]) -> list[InClass]:
    """Each child once: in their homeroom, or else in the first of these classes."""
    ids = [each["class_id"] for each in found]
    attending = store.enrollments.find(scope, {"class_id": {"$in": ids}, "role": "student", "active": True})
    rank = {each["class_id"]: (not each.get("homeroom"), number) for number, each in enumerate(found)}
    sits: dict[str, str] = {}
    for row in sorted(attending, key=lambda row: rank[row["class_id"]]):
        sits.setdefault(row["person_id"], row["class_id"])
    of_class: dict[str, list[str]] = defaultdict(list)
    for student_id in by_name(store, scope, sits):
        of_class[sits[student_id]].append(student_id)
    return [(each, of_class[each["class_id"]]) for each in found if of_class[each["class_id"]]]
