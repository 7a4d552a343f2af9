"""A guardian and a teacher about one child: one thread for the three, begun by either."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from schoolbus import access, audit
from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.ids import effect_id
from schoolbus.logs import log
from schoolbus.paging import Paged
from schoolbus.problems import AlreadyThere, NotAllowed, NotFound
from schoolbus.rights import BRANCH, CHILDREN, SELF
from schoolbus.scope import Scope, branch
from services.notifications.talking import hours, members
from services.notifications.talking.members import GUARDIAN, PERMITTED, TEACHER
from services.notifications.talking.naming import naming

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store

OPEN, CLOSED = "open", "closed"


def start(store: Store, caller: Caller, branch_id: str, draft: Mapping[str, Any]) -> tuple[Document, Document]:
    """The thread and the caller's place in it; the one that is there, if they have talked before. Raises NotFound."""
    student_id = draft["student_id"]
    scope = access.student(store, caller, branch_id, student_id)
    ids = store.same_person(caller.person_id)
    related = caller.reaches(branch_id, CHILDREN) and any(store.is_guardian_of(scope, id, student_id, PERMITTED) for id in ids)
    if related and draft["teacher_id"] not in (None, caller.person_id):
        guardian_id, teacher_id = caller.person_id, draft["teacher_id"]
        if not store.teaches_student(scope, teacher_id, student_id):
            raise NotFound("Teacher", detail="A guardian writes to those who teach the child: name one as teacher_id.")
    else:
        guardian_id, teacher_id = store.counting(scope, draft["guardian_id"] or ""), caller.person_id
        if not store.is_guardian_of(scope, guardian_id, student_id, PERMITTED):
            raise NotFound("Guardian", detail="Name one of the child's guardians who may receive reports as guardian_id.")
    found = between(store, scope, student_id, guardian_id, teacher_id, caller.person_id)
    return found, members.place_of(found, ids) or {"person_id": caller.person_id, "role": TEACHER}


def between(
    store: Store, scope: Scope, student_id: str, guardian_id: str, teacher_id: str, by: str, at: Any = None
) -> Document:
    """The thread of these three, which is begun if need be."""
    id = effect_id("conversation", scope.branch_id or "", student_id, guardian_id, teacher_id)
    found = store.conversations.first(scope, {"_id": id})
    if found is not None:
        return found
    begun = {
        "_id": id,
        "branch_id": scope.branch_id,
        "student_id": student_id,
        "guardian_id": guardian_id,
        "teacher_id": teacher_id,
        "answering_id": teacher_id,
        "members": [_member(guardian_id, GUARDIAN), _member(teacher_id, TEACHER)],
        "number": 0,
        "state": OPEN,
        "changes": [],
        "started_by": by,
        "started_at": at or now(),
        "last_at": at or now(),
    }
    try:
        store.conversations.add(begun)
        log().info("conversation_begun", conversation=id, branch=scope.branch_id)
    except AlreadyThere:
        return store.conversations.one(scope, id)
    return begun


def page(store: Store, caller: Caller, branch_id: str, query: Mapping[str, Any]) -> Paged:
    """The newest first. Raises NotAllowed where somebody asks for those of others."""
    scope = caller.branch(branch_id)
    if query["whose"] == "branch" and not caller.reaches_all(branch_id):
        raise NotAllowed("not-yours", "These are not yours to see", "Ask for your own, or ask the head.")
    where = members.mine(store, caller, branch_id) if query["whose"] == "mine" else {}
    asked = {name: query[name] for name in ("student_id", "state") if query[name]}
    found = store.conversations.page(scope, {"$and": [where, asked]}, sort="-last_at", page=query["page"])
    by = (SELF,) if query["whose"] == "mine" else (BRANCH,)
    for student_id in {each["student_id"] for each in found.items}:
        audit.note(store, caller, branch_id, [student_id], by=by)
    return Paged(shown(store, caller, scope, found.items), found.next)


def one(store: Store, caller: Caller, branch_id: str, conversation_id: str) -> Document:
    found, _ = members.seen(store, caller, branch_id, conversation_id)
    return show(store, caller, found)


def show(store: Store, caller: Caller, conversation: Document) -> Document:
    """With when an answer may be expected."""
    scope = branch(conversation["branch_id"])
    there = hours.seen(store, scope, conversation["answering_id"], now())
    return {**shown(store, caller, scope, [conversation])[0], "hours": there, "expected_by": there["expected_by"]}


def read(store: Store, caller: Caller, branch_id: str, conversation_id: str, number: int) -> Document:
    """The caller has read up to this message. An earlier mark changes nothing; a head who only looks has none."""
    found, place = members.seen(store, caller, branch_id, conversation_id)
    if place is not None:
        mark = min(number, found["number"])
        behind = {"members": {"$elemMatch": {"person_id": place["person_id"], "read": {"$lt": mark}}}}
        scope = branch(branch_id)
        found = store.conversations.change(scope, found["_id"], to={"members.$.read": mark}, when=behind) or found
    return show(store, caller, found)


def shown(store: Store, caller: Caller, scope: Scope, found: Sequence[Document]) -> list[Document]:
    """With names, and what the caller has not read."""
    ids = store.same_person(caller.person_id)
    touched = {id for each in found for id in (each["student_id"], *(member["person_id"] for member in each["members"]))}
    named = naming(store, scope, touched | {each["answering_id"] for each in found})
    return [
        {
            **each,
            "student": named(each["student_id"]),
            "guardian": named(each["guardian_id"]),
            "answering": named(each["answering_id"]),
            "members": [{**member, **named(member["person_id"])} for member in each["members"]],
            "unread": _unread(each, ids),
        }
        for each in found
    ]


def _unread(conversation: Document, ids: list[str]) -> int:
    place = members.place_of(conversation, ids)
    return conversation["number"] - place["read"] if place else 0


def _member(person_id: str, role: str) -> Document:
    return {"person_id": person_id, "role": role, "read": 0}
