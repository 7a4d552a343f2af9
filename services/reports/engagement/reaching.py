"""Whose families a caller may see by name: the office and the head those of the branch, a class teacher those of the own class.

The chain's operator sees numbers, and no family.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from schoolbus import audit
from schoolbus.caller import Caller
from schoolbus.households import household
from schoolbus.problems import NotFound
from schoolbus.rights import BRANCH, CHAIN, HOMEROOM
from schoolbus.scope import Scope
from services.reports.engagement import families
from services.reports.engagement.families import Family

if TYPE_CHECKING:
    from services.reports.store import Store


def led(store: Store, scope: Scope, teacher_id: str) -> list[str]:
    """The homerooms that they teach: the roster does not say whose a homeroom is of those who teach in it."""
    taught = store.classes_of(scope, teacher_id, "teacher")
    found = store.classes.find(scope, {"class_id": {"$in": taught}, "homeroom": True, "active": True})
    return [each["class_id"] for each in found]


def classes(store: Store, caller: Caller, scope: Scope) -> list[str] | None:
    """Those whose families the caller may see; None: all of the branch."""
    return None if caller.reaches_all(scope.branch_id or "") else led(store, scope, caller.person_id)


def one_class(store: Store, caller: Caller, branch_id: str, class_id: str) -> Scope:
    """Raises NotFound."""
    scope = caller.branch(branch_id)
    among = classes(store, caller, scope)
    if store.class_of(scope, class_id) is None or (among is not None and class_id not in among):
        audit.note(store, caller, branch_id, class_id=class_id, refused=True)
        raise NotFound("Class")
    audit.note(store, caller, branch_id, class_id=class_id, by=(BRANCH, CHAIN) if among is None else (HOMEROOM,))
    return scope


def family(store: Store, caller: Caller, branch_id: str, student_id: str) -> tuple[Scope, Family]:
    """The family of a child, as it is now: the whole of it, of which own_children.py says what the caller sees. Raises
    NotFound."""
    scope = caller.branch(branch_id)
    among = classes(store, caller, scope)
    found = of_student(store, scope, student_id)
    theirs = found.student_ids if found is not None else ()
    if among is not None:
        theirs = tuple(sorted(set(theirs) & students_of(store, scope, among)))
    if found is None or not theirs:
        audit.note(store, caller, branch_id, [student_id], refused=True)
        raise NotFound("Family")
    audit.note(store, caller, branch_id, theirs, by=(BRANCH, CHAIN) if among is None else (HOMEROOM,))
    return scope, found


def of_student(store: Store, scope: Scope, student_id: str) -> Family | None:
    """None: no such student is here."""
    if store.people.first(scope, {"person_id": student_id, "roles": "student", "active": True}) is None:
        return None

    def guardians_of(ids: list[str]) -> Iterable[str]:
        found = store.relations.find(scope, {"student_id": {"$in": ids}, "active": True})
        return {row["guardian_id"] for row in found}

    def children_of(ids: list[str]) -> Iterable[str]:
        found = store.relations.find(scope, {"guardian_id": {"$in": ids}, "active": True})
        return {row["student_id"] for row in found}

    members = household([student_id], guardians_of, children_of)
    here = store.people.find(scope, {"person_id": {"$in": members}, "roles": "student", "active": True})
    students = sorted(row["person_id"] for row in here)
    return families.made(students, store.relations.find(scope, {"student_id": {"$in": students}, "active": True}))[0]


def classes_of(store: Store, scope: Scope, student_ids: Iterable[str]) -> set[str]:
    where = {"person_id": {"$in": list(student_ids)}, "role": "student", "active": True}
    return {row["class_id"] for row in store.enrollments.find(scope, where)}


def students_of(store: Store, scope: Scope, class_ids: Iterable[str]) -> set[str]:
    where = {"class_id": {"$in": list(class_ids)}, "role": "student", "active": True}
    return {row["person_id"] for row in store.enrollments.find(scope, where)}
