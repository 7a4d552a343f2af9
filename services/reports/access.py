"""Who may see and do what. All paths to a child's data come through here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schoolbus.caller import Caller
from schoolbus.problems import NotAllowed, NotFound
from schoolbus.scope import Scope

if TYPE_CHECKING:
    from services.reports.store import Store

STAFF = ("head", "office")  # all children of their branch
Document = dict[str, Any]


def seeing_student(store: Store, caller: Caller, branch_id: str, student_id: str) -> Scope:
    """For guardians who may receive reports, the child's teachers, head and office.

    Raises NotFound: strangers don't learn who is here.
    """
    scope = caller.branch(branch_id)
    if not (
        (caller.has(branch_id, *STAFF) and store.people.first(scope, {"person_id": student_id, "roles": "student"}))
        or (caller.has(branch_id, "teacher") and store.teaches_student(scope, caller.person_id, student_id))
        or (
            caller.has(branch_id, "guardian")
            and store.is_guardian_of(scope, caller.person_id, student_id, "may_receive_reports")
        )
    ):
        raise NotFound("Student")
    return scope


def leading_class(store: Store, caller: Caller, branch_id: str, class_id: str) -> tuple[Scope, Document]:
    """For the class's teachers, head and office; also the class. Raises NotFound or NotAllowed."""
    scope = caller.branch(branch_id)
    group = store.class_of(scope, class_id)
    if group is None:
        raise NotFound("Class")
    if not caller.has(branch_id, *STAFF) and not store.teaches_class(scope, caller.person_id, class_id):
        raise NotAllowed("not-your-class", "You do not teach this class", "Its teachers, the head and the office may do this.")
    return scope, group


def reading_class(store: Store, caller: Caller, branch_id: str, class_id: str) -> Scope:
    """Also for guardians of a child in the class who may receive reports."""
    scope = caller.branch(branch_id)
    if caller.has(branch_id, "guardian"):
        children = store.students_of_guardian(scope, caller.person_id, "may_receive_reports")
        if set(children) & set(store.students_of_class(scope, class_id)):
            return scope
        if not caller.has(branch_id, "teacher", *STAFF):
            raise NotFound("Class")
    return leading_class(store, caller, branch_id, class_id)[0]
