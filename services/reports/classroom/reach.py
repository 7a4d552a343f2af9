"""Whose class, and which of its children are the caller's own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from schoolbus import access
from schoolbus.caller import Caller
from schoolbus.problems import NotAllowed, NotFound
from schoolbus.rights import CHILDREN
from schoolbus.scope import Scope

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]


def own_children(store: Store, caller: Caller, branch_id: str, class_id: str) -> list[str]:
    """Children in the class whose guardian the caller is, as far as the right at hand reaches."""
    if not caller.reaches(branch_id, CHILDREN):
        return []
    scope, needs = caller.branch(branch_id), caller.right.needs if caller.right else None
    theirs = store.students_of_guardian(scope, caller.person_id, needs)
    return [id for id in theirs if class_id in store.classes_of(scope, id, "student")]


def child_in_class(store: Store, caller: Caller, branch_id: str, class_id: str, student_id: str) -> Scope:
    """Raises NotFound for a child who is not in the class, or out of reach."""
    scope = access.student(store, caller, branch_id, student_id)
    if class_id not in store.classes_of(scope, student_id, "student"):
        raise NotFound("Student")
    return scope


def leads(store: Store, caller: Caller, branch_id: str, class_id: str) -> bool:
    """Whether the caller is here as school, not as a family."""
    return caller.reaches_all(branch_id) or store.teaches_class(caller.branch(branch_id), caller.person_id, class_id)


def led(store: Store, caller: Caller, branch_id: str, thing: Mapping[str, Any], what: str) -> None:
    """Raises NotFound where the thing's class is not the caller's to lead: a stranger's and an unknown one look the same."""
    try:
        access.led_class(store, caller, branch_id, thing["class_id"])
    except (NotAllowed, NotFound):
        raise NotFound(what) from None


def seen(store: Store, caller: Caller, branch_id: str, thing: Mapping[str, Any], what: str) -> None:
    """As `led`, and for guardians of a child in its class."""
    try:
        access.seen_class(store, caller, branch_id, thing["class_id"])
    except (NotAllowed, NotFound):
        raise NotFound(what) from None


def day_of(text: str) -> date:
    """The day that a path names. Raises NotFound."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise NotFound("Day") from None
    if day.isoformat() != text:  # other ways to write it are other addresses
        raise NotFound("Day")
    return day
