"""Whose child, whose class: how far the right at hand reaches. Every way to a child's data leads through here.

Strangers don't learn who is here: what is out of reach is not found.
"""

from collections.abc import Mapping
from typing import Any, Protocol

from schoolbus import audit
from schoolbus.caller import Caller
from schoolbus.problems import NotAllowed, NotFound
from schoolbus.rights import BRANCH, CHAIN, CHILDREN, CLASSES, HOMEROOM, Reach
from schoolbus.scope import Scope


class Knows(Protocol):
    """The store of a service that knows who belongs to whom: its copy of the roster."""

    trail: audit.Trail

    def is_student(self, scope: Scope, student_id: str) -> bool: ...
    def class_of(self, scope: Scope, class_id: str) -> Mapping[str, Any] | None: ...
    def students_of_class(self, scope: Scope, class_id: str) -> list[str]: ...
    def teaches_class(self, scope: Scope, teacher_id: str, class_id: str) -> bool: ...
    def teaches_student(self, scope: Scope, teacher_id: str, student_id: str) -> bool: ...
    def students_of_guardian(self, scope: Scope, guardian_id: str, may: str | None = None) -> list[str]: ...
    def is_guardian_of(self, scope: Scope, guardian_id: str, student_id: str, may: str | None = None) -> bool: ...


def student(store: Knows, caller: Caller, branch_id: str, student_id: str) -> Scope:
    """The branch's scope, when the right reaches this child. Raises NotFound."""
    scope = caller.branch(branch_id)
    if caller.reaches_all(branch_id) and store.is_student(scope, student_id):
        by: tuple[Reach, ...] = (BRANCH, CHAIN)
    elif caller.reaches(branch_id, CLASSES) and store.teaches_student(scope, caller.person_id, student_id):
        by = (CLASSES,)
    elif caller.reaches(branch_id, CHILDREN) and store.is_guardian_of(scope, caller.person_id, student_id, _needs(caller)):
        by = (CHILDREN,)
    else:
        audit.note(store, caller, branch_id, [student_id], refused=True)
        raise NotFound("Student")
    audit.note(store, caller, branch_id, [student_id], by=by)
    return scope


def led_class(store: Knows, caller: Caller, branch_id: str, class_id: str) -> tuple[Scope, Mapping[str, Any]]:
    """The branch's scope and the class, for its teachers and whose right reaches the branch. Raises NotFound, NotAllowed."""
    scope = caller.branch(branch_id)
    found = store.class_of(scope, class_id)
    if found is None:
        raise NotFound("Class")
    if not caller.reaches_all(branch_id) and not store.teaches_class(scope, caller.person_id, class_id):
        audit.note(store, caller, branch_id, class_id=class_id, refused=True)
        raise NotAllowed("not-your-class", "You do not teach this class", "Its teachers, the head and the office may do this.")
    by = (BRANCH, CHAIN) if caller.reaches_all(branch_id) else (CLASSES, HOMEROOM)
    audit.note(store, caller, branch_id, class_id=class_id, by=by)
    return scope, found


def seen_class(store: Knows, caller: Caller, branch_id: str, class_id: str) -> Scope:
    """As `led_class`, and for guardians of a child in it. Raises NotFound or NotAllowed."""
    scope = caller.branch(branch_id)
    if caller.reaches(branch_id, CHILDREN):
        children = set(store.students_of_guardian(scope, caller.person_id, _needs(caller)))
        if theirs := children & set(store.students_of_class(scope, class_id)):
            audit.note(store, caller, branch_id, theirs, by=(CHILDREN,))
            return scope
        if len(caller.reach(branch_id)) == 1:
            audit.note(store, caller, branch_id, class_id=class_id, refused=True)
            raise NotFound("Class")
    return led_class(store, caller, branch_id, class_id)[0]


def _needs(caller: Caller) -> str | None:
    return caller.right.needs if caller.right else None
