"""Whose run of report cards it is: its class's teachers, and who teaches single children of it in other classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schoolbus import access, audit
from schoolbus.caller import Caller
from schoolbus.problems import Conflict, NotAllowed, NotFound
from schoolbus.rights import CLASSES
from schoolbus.scope import Scope

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]


def led(store: Store, caller: Caller, branch_id: str, run_id: str) -> tuple[Scope, Document]:
    """A run of a class that the caller leads. Raises NotFound, NotAllowed."""
    run = store.runs.one(caller.branch(branch_id), run_id)
    return access.led_class(store, caller, branch_id, run["class_id"])[0], run


def reviewed(store: Store, caller: Caller, branch_id: str, run_id: str) -> tuple[Scope, Document]:
    """As `led`, for who reviews: a teacher reviews the class whose class teacher they are, never one of a single subject."""
    run = store.runs.one(caller.branch(branch_id), run_id)
    scope, group = access.led_class(store, caller, branch_id, run["class_id"])
    if not caller.reaches_all(branch_id) and group.get("homeroom") is False:
        raise NotAllowed("not-your-class", "You are not this class's teacher", "Its class teacher, head and office review it.")
    return scope, run


def taught(store: Store, caller: Caller, branch_id: str, run_id: str) -> tuple[Scope, Document, list[str] | None]:
    """A run, and of its students those whom the caller teaches in another class; None for who leads the run's: all. Raises
    NotFound, NotAllowed."""
    scope = caller.branch(branch_id)
    run = store.runs.one(scope, run_id)
    if not caller.reaches_all(branch_id) and not store.teaches_class(scope, caller.person_id, run["class_id"]):
        own = sorted(set(run["student_ids"]) & set(store.students_of_teacher(scope, caller.person_id)))
        if own:
            audit.note(store, caller, branch_id, own, by=(CLASSES,))
            return scope, run, own
    access.led_class(store, caller, branch_id, run["class_id"])
    return scope, run, None


def card(store: Store, caller: Caller, branch_id: str, report_card_id: str) -> Document:
    """A card in whatever state, for those who teach the child, head and office. Raises NotFound."""
    found = store.report_cards.one(caller.branch(branch_id), report_card_id)
    try:
        access.student(store, caller, branch_id, found["student_id"])
    except NotFound:
        raise NotFound("Report card") from None
    return found


def led_card(store: Store, caller: Caller, branch_id: str, report_card_id: str) -> Document:
    """As `card`, for those who lead its class: a draft says marks of all the child's classes. Raises NotFound."""
    found = card(store, caller, branch_id, report_card_id)
    try:
        access.led_class(store, caller, branch_id, found["class_id"])
    except NotAllowed:
        raise NotFound("Report card") from None
    return found


def gone_on(run: Document) -> Conflict:
    return Conflict("gone-on", "Somebody has gone on with these cards meanwhile", "Look at them again.", edition=run["edition"])
