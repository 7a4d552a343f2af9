"""Whose activity it is: what of it is out of reach is not found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from schoolbus.caller import Caller
from schoolbus.problems import NotAllowed, NotFound
from schoolbus.rights import CHILDREN
from schoolbus.scope import Scope
from services.meetings.activities import inviting
from services.meetings.activities.states import DRAFT

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
STAFF = ("office", "head", "operator")


def leads(caller: Caller, branch_id: str, activity: Mapping[str, Any]) -> bool:
    """Teachers reach what they lead; the office, the head and the operator all of it, whoever leads it."""
    return caller.has(branch_id, *STAFF) or (caller.has(branch_id, "teacher") and caller.person_id in activity["leader_ids"])


def led(store: Store, caller: Caller, branch_id: str, activity_id: str) -> tuple[Scope, Document]:
    """The activity, for those who lead it and whose right reaches the branch. Raises NotFound, NotAllowed."""
    scope = caller.branch(branch_id)
    found = store.activities.one(scope, activity_id)
    if leads(caller, branch_id, found):
        return scope, found
    if found["state"] == DRAFT:
        raise NotFound("Activity")
    raise NotAllowed("not-your-activity", "You do not lead this activity", "Who leads it, the head and the office may do this.")


def is_staff(caller: Caller, branch_id: str) -> bool:
    return caller.has(branch_id, "teacher", *STAFF)


def own_children(store: Store, caller: Caller, branch_id: str) -> list[str]:
    """Children that the caller, as their guardian, may answer for."""
    if not caller.reaches(branch_id, CHILDREN):
        return []
    return store.students_of_guardian(caller.branch(branch_id), caller.person_id, caller.right.needs if caller.right else None)


class Seen(NamedTuple):
    """An activity, and of the caller's own children those that they may answer for, and those that are invited."""

    scope: Scope
    activity: Document
    children: list[str]
    invited: list[str]


def seen(store: Store, caller: Caller, branch_id: str, activity_id: str) -> Seen:
    """For staff and for guardians of an invited child. Raises NotFound, also for a draft."""
    scope = caller.branch(branch_id)
    found = store.activities.one(scope, activity_id)
    children = own_children(store, caller, branch_id)
    invited = inviting.among(store, scope, found["audience"], children)
    visible = leads(caller, branch_id, found) if found["state"] == DRAFT else is_staff(caller, branch_id) or invited
    if not visible and not _signed_up(store, scope, found, children):
        raise NotFound("Activity")
    return Seen(scope, found, children, invited)


def _signed_up(store: Store, scope: Scope, activity: Document, children: list[str]) -> bool:
    """Whoever has signed up sees it also when their child is in another class by now."""
    if activity["state"] == DRAFT or not children:
        return False
    where = {"activity_id": activity["_id"], "student_ids": {"$in": children}}
    return store.sign_ups.first(scope, where) is not None
