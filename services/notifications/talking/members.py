"""Who is in a conversation: its guardian, whoever answers for the school, and a head who has stepped in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schoolbus import audit
from schoolbus.caller import Caller
from schoolbus.problems import NotFound
from schoolbus.rights import BRANCH, SELF
from schoolbus.scope import Scope

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store

GUARDIAN, TEACHER, HEAD = "guardian", "teacher", "head"
PERMITTED = "may_receive_reports"  # what a guardian's relation has to permit


def seen(store: Store, caller: Caller, branch_id: str, conversation_id: str) -> tuple[Document, Document | None]:
    """The conversation, and the caller's place in it; None: a head who looks. The audit trail says so. Raises NotFound."""
    scope = caller.branch(branch_id)
    found = store.conversations.one(scope, conversation_id)
    place = _place(store, caller, scope, found)
    if place is None and not caller.reaches_all(branch_id):
        audit.note(store, caller, branch_id, [found["student_id"]], refused=True)
        raise NotFound("Conversation")
    audit.note(store, caller, branch_id, [found["student_id"]], by=(SELF,) if place else (BRANCH,))
    return found, place


def mine(store: Store, caller: Caller, branch_id: str) -> Document:
    """The condition for the caller's own conversations: about children who are still theirs."""
    scope = caller.branch(branch_id)
    where: Document = {"members.person_id": {"$in": store.same_person(caller.person_id)}}
    if not caller.reaches_all(branch_id):
        children = store.students_of_guardian(scope, caller.person_id, PERMITTED)
        where["student_id"] = {"$in": [*children, *store.students_of_teacher(scope, caller.person_id)]}
    return where


def place_of(conversation: Document, ids: list[str]) -> Document | None:
    return next((member for member in conversation["members"] if member["person_id"] in ids), None)


def answering(store: Store, scope: Scope, conversation: Document) -> str | None:
    """Who answers now: whom it was given to, while they teach the child; else its class teacher, else a head."""
    now_so, student_id = conversation["answering_id"], conversation["student_id"]
    place = place_of(conversation, [now_so])
    if place and place["role"] == HEAD and _is(store, scope, now_so, HEAD):
        return str(now_so)
    if store.teaches_student(scope, now_so, student_id):
        return str(now_so)
    return class_teacher(store, scope, student_id) or head(store, scope)


def class_teacher(store: Store, scope: Scope, student_id: str) -> str | None:
    """The first teacher of the child's homeroom; of any class of theirs where none is known as a homeroom."""
    ids = store.classes_of(scope, student_id, "student")
    classes = store.classes.find(scope, {"class_id": {"$in": ids}, "active": True}, sort="title")
    for found in sorted(classes, key=lambda each: not each.get("homeroom")):
        if teachers := store.teachers_of_class(scope, found["class_id"]):
            return teachers[0]
    return None


def head(store: Store, scope: Scope) -> str | None:
    found = store.people.first(scope, {"roles": HEAD, "active": True}, sort="person_id")
    return found["person_id"] if found else None


def _place(store: Store, caller: Caller, scope: Scope, conversation: Document) -> Document | None:
    """A member whose child, or class, it is no more is none any more."""
    ids = store.same_person(caller.person_id)
    place = place_of(conversation, ids)
    if place is None:
        return None
    student_id = conversation["student_id"]
    holds = {
        GUARDIAN: lambda: any(store.is_guardian_of(scope, id, student_id, PERMITTED) for id in ids),
        TEACHER: lambda: store.teaches_student(scope, caller.person_id, student_id),
        HEAD: lambda: caller.has(scope.branch_id or "", HEAD),
    }
    return place if holds[place["role"]]() else None


def _is(store: Store, scope: Scope, person_id: str, role: str) -> bool:
    return store.people.first(scope, {"person_id": person_id, "roles": role, "active": True}) is not None
