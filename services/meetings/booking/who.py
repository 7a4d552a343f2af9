"""For whom a booking is: the caller's own child, or a family on whose behalf staff book."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from schoolbus import audit
from schoolbus.caller import Caller
from schoolbus.problems import Conflict, Invalid, NotAllowed, NotFound
from schoolbus.rights import BRANCH, CHAIN, CHILDREN, CLASSES
from schoolbus.scope import Scope

if TYPE_CHECKING:
    from services.meetings.booking.knowing import Known
    from services.meetings.store import Store

Document = dict[str, Any]


class Family(NamedTuple):
    """Who comes, and about which child: `child` is the row of the roster's copy, `people` those of all whom it concerns, by id.
    `by_staff`: on their behalf."""

    guardian_id: str
    child: Document
    people: Mapping[str, Document]
    by_staff: bool = False

    @property
    def guardian(self) -> Document | None:
        return self.people.get(self.guardian_id)

    @property
    def student_id(self) -> str:
        return str(self.child["person_id"])


def family_of(
    store: Store,
    caller: Caller,
    branch_id: str,
    request: Mapping[str, Any],
    teacher_id: str,
    known: Known | None = None,
) -> Family:
    """Raises NotFound, NotAllowed, or Invalid when staff don't say for which guardian.

    A guardian books for a child that is theirs to book for. With `guardian_id` office and head book for any family of the
    branch, a teacher for one of a child that they teach, and with themselves (`teacher_id`) alone. `known`: what has been
    looked up of them.
    """
    scope, student_id, guardian_id = caller.branch(branch_id), request["student_id"], request["guardian_id"]
    if caller.reaches(branch_id, CHILDREN) and guardian_id in (None, caller.person_id):
        people = known.people if known else store.people_by_id(scope, (student_id, caller.person_id, teacher_id))
        relations = known.relations if known else store.relations_between(scope, caller.person_id, student_id)
        return Family(
            caller.person_id, _own_child(store, caller, branch_id, people.get(student_id), relations, student_id), people
        )
    if not caller.reaches(branch_id, CLASSES, BRANCH, CHAIN):
        raise NotAllowed("not-your-booking", "You book for yourself alone", "Leave guardian_id out.")
    if guardian_id is None:
        raise Invalid({"guardian_id": ["Wanted from staff: on whose behalf."]})
    if not caller.reaches_all(branch_id) and teacher_id not in store.same_person(caller.person_id):
        raise NotAllowed("not-your-slot", "Teachers book their own times alone", "The office books with any teacher.")
    child = _family_of_branch(store, caller, branch_id, student_id, guardian_id)
    counting = store.counting(scope, guardian_id)
    return Family(counting, child, store.people_by_id(scope, (student_id, counting, teacher_id)), by_staff=True)


def _own_child(
    store: Store, caller: Caller, branch_id: str, found: Document | None, relations: Sequence[Document], student_id: str
) -> Document:
    """The child, when it is of the branch, the guardian's own, and theirs to book for."""
    child = found if found and found["active"] else None
    permits = any(relation["may_book"] for relation in relations)
    audit.note(store, caller, branch_id, [student_id], by=(CHILDREN,), refused=not (child and permits))
    if child is None or not relations:
        raise NotFound("This child")
    if not permits:
        raise NotAllowed("may-not-book", "You may not book for this child", "The branch's office can change that.")
    return child


def _family_of_branch(store: Store, caller: Caller, branch_id: str, student_id: str, guardian_id: str) -> Document:
    """The child, when it is within the staff's reach, and the guardian's."""
    scope: Scope = caller.branch(branch_id)
    child = store.active_person(scope, student_id)
    reached = caller.reaches_all(branch_id) or store.teaches_student(scope, caller.person_id, student_id)
    related = store.is_guardian_of(scope, guardian_id, student_id)
    audit.note(store, caller, branch_id, [student_id], by=(CLASSES, BRANCH, CHAIN), refused=not (child and reached))
    if child is None or not reached:
        raise NotFound("This child")
    if not related:
        raise Invalid({"guardian_id": ["Is no guardian of this child."]})
    return child


def check_related(store: Store, scope: Scope, bookings: Iterable[Mapping[str, Any]]) -> None:
    """That what was held, or offered, is still between a guardian and their child. Raises Conflict."""
    for guardian_id, student_id in sorted({(each["guardian_id"], each["student_id"]) for each in bookings}):
        if not store.is_guardian_of(scope, store.counting(scope, guardian_id), student_id):
            raise Conflict("not-their-child", "This guardian is no longer the child's", "Book for one who is.")


def may_still_book(store: Store, scope: Scope, people: Mapping[str, Document], thing: Mapping[str, Any]) -> bool:
    """Whether its child is of the branch, and its guardian one who may book for the child. `people`: their rows, by id."""
    child = people.get(thing["student_id"])
    if child is None or not child["active"]:
        return False
    counting = (people.get(thing["guardian_id"]) or {}).get("counts_as") or thing["guardian_id"]
    return store.is_guardian_of(scope, counting, child["person_id"], may="may_book")


def is_staff(caller: Caller, branch_id: str) -> bool:
    return caller.has(branch_id, "teacher", "office", "head", "operator")


def sees_needs(caller: Caller, branch_id: str) -> bool:
    """What a guardian needs to meet is for the staff who prepare it."""
    return is_staff(caller, branch_id)
