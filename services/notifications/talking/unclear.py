"""Answers of which it isn't sure whose they are, or about whom: the class teacher, the office or the operator sorts them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from schoolbus import audit
from schoolbus.caller import Caller
from schoolbus.ids import effect_id
from schoolbus.paging import Paged, Paging
from schoolbus.problems import Invalid, NotFound
from schoolbus.scope import WHOLE_CHAIN, Scope, branch
from services.notifications.talking import attachments, mailed, members, notes, posts, teasers, threads
from services.notifications.talking.matching import Place, Where
from services.notifications.talking.naming import naming
from services.notifications.wording.languages import say
from services.notifications.wording.texts import ANSWER_UNCLEAR

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store

SET_ASIDE, SORTED = "set_aside", "sorted"
WAITING = [Where.UNCLEAR.value, Where.OFFICE.value]


def keep(store: Store, answer: Document, found: Place, public_url: str) -> Document:
    """What the answer's row says of it; the class teacher is told that one waits."""
    if found.where is Where.UNKNOWN:
        return {"placed": Where.UNKNOWN.value}
    scope, student_id = branch(found.branch_id), found.student_id
    teacher_id = members.class_teacher(store, scope, student_id) if student_id else None
    pairs = [{"person_id": person_id, "student_id": child} for person_id, child in found.candidates]
    # Nobody is named as its writer yet, and it stands beside no message
    kept = {"person_id": None, "message_id": None, "candidates": pairs, "inbox_id": teacher_id}
    if teacher_id is None:
        return {**kept, "placed": Where.OFFICE.value}
    _tell(store, scope, answer, teacher_id, public_url)
    return {**kept, "placed": Where.UNCLEAR.value}


def page(store: Store, caller: Caller, branch_id: str, paging: Paging) -> Paged:
    """The newest first: a class teacher's own, or all of the branch."""
    scope = caller.branch(branch_id)
    found = store.answers.page(scope, _reached(caller, branch_id), sort="-received_at", page=paging)
    return Paged([_shown(store, caller, each) for each in found.items], found.next)


def one(store: Store, caller: Caller, branch_id: str, id: str) -> Document:
    return _shown(store, caller, _one(store, caller, branch_id, id))


def sort(store: Store, caller: Caller, branch_id: str, id: str, to: Mapping[str, Any], public_url: str) -> Document:
    """Into the thread of a guardian, a child and its class teacher. Raises NotFound, Invalid. A second time is as the first."""
    found, scope = _one(store, caller, branch_id, id), branch(branch_id)
    student_id, guardian_id = to["student_id"], to["guardian_id"]
    audit.note(store, caller, branch_id, [student_id])
    if not store.is_guardian_of(scope, guardian_id, student_id, members.PERMITTED):
        raise Invalid({"guardian_id": ["Nobody who may hear of this child."]})
    if not caller.reaches_all(branch_id) and not store.teaches_student(scope, caller.person_id, student_id):
        raise Invalid({"student_id": ["A child of another class: the office can sort it."]})
    teacher_id = members.class_teacher(store, scope, student_id)
    if teacher_id is None:
        raise Invalid({"student_id": ["This child has no teacher."]})
    conversation = threads.between(store, scope, student_id, guardian_id, teacher_id, guardian_id)
    post_id = effect_id("answer", id)
    files = attachments.from_phone(store, conversation, guardian_id, found.get("media") or (), post_id)
    more = {"channel": found["channel"], "at": found["received_at"], "attachment_ids": files}
    post = posts.keep(store, conversation, guardian_id, members.GUARDIAN, id=post_id, text=found["text"], **more)
    if post["untold"]:
        teasers.tell(store, post, public_url)
    # Where somebody else has put it meanwhile, that is where it is
    whose = {"conversation_id": post["conversation_id"], "person_id": post["writer_id"], "student_ids": [post["student_id"]]}
    done = {"placed": SORTED, **whose}
    return _change(store, caller, found, {**done, "sorted_by": caller.person_id})


def set_aside(store: Store, caller: Caller, branch_id: str, id: str) -> Document:
    """It needs nobody: a wrong number, an advertisement. It is kept."""
    found = _one(store, caller, branch_id, id)
    shown = _change(store, caller, found, {"placed": SET_ASIDE, "sorted_by": caller.person_id})
    if shown["placed"] == SET_ASIDE:
        mailed.drop(store, [found])
    return shown


def unknown(store: Store, paging: Paging) -> Paged:
    """From numbers that no branch knows: for the operator, who may pass them on."""
    return store.answers.page(WHOLE_CHAIN, {"placed": Where.UNKNOWN.value}, sort="-received_at", page=paging)


def pass_on(store: Store, id: str, branch_id: str) -> Document:
    """To the office of a branch. Raises NotFound."""
    if store.branches.first(branch(branch_id), {"active": True}) is None:
        raise NotFound("Branch")
    to: Document = {"placed": Where.OFFICE.value, "branch_id": branch_id, "inbox_id": None, "candidates": []}
    found = store.answers.change(WHOLE_CHAIN, id, to=to, when={"placed": Where.UNKNOWN.value})
    if found is None:
        raise NotFound("Answer")
    return found


def _reached(caller: Caller, branch_id: str) -> Document:
    return {"placed": {"$in": WAITING}, **({} if caller.reaches_all(branch_id) else {"inbox_id": caller.person_id})}


def _one(store: Store, caller: Caller, branch_id: str, id: str) -> Document:
    """What has been sorted already is found too, so that a second time finds it done."""
    own = {} if caller.reaches_all(branch_id) else {"inbox_id": caller.person_id}
    found = store.answers.first(
        caller.branch(branch_id),
        {"_id": id, **own, "placed": {"$in": [*WAITING, SORTED, SET_ASIDE]}, "candidates": {"$exists": True}},
    )
    if found is None:
        raise NotFound("Answer")
    return found


def _change(store: Store, caller: Caller, found: Document, to: Document) -> Document:
    changed = store.answers.change(branch(found["branch_id"]), found["_id"], to=to, when={"placed": {"$in": WAITING}})
    return _shown(store, caller, changed or store.answers.one(branch(found["branch_id"]), found["_id"]))


def _shown(store: Store, caller: Caller, answer: Document) -> Document:
    pairs = answer["candidates"]
    ids = {pair[name] for pair in pairs for name in ("person_id", "student_id")}
    named = naming(store, branch(answer["branch_id"]), ids)
    audit.note(store, caller, answer["branch_id"], {pair["student_id"] for pair in pairs})
    shown = [{"guardian": named(pair["person_id"]), "student": named(pair["student_id"])} for pair in pairs]
    return {**answer, "candidates": shown}


def _tell(store: Store, scope: Scope, answer: Document, teacher_id: str, public_url: str) -> None:
    """That an answer waits, and not about whom: that is what isn't sure."""
    person = store.person(scope, teacher_id)
    if person is None:
        return
    said = say(ANSWER_UNCLEAR, person["language"], [], {})
    about, id = "unclear_answer", answer["_id"]
    notes.send(store, scope.branch_id or "", person, ANSWER_UNCLEAR, said, id, about, id, public_url, only="app")
