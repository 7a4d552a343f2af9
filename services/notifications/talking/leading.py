"""Who answers a conversation for the school, and whether it is closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.ids import effect_id
from schoolbus.logs import log
from schoolbus.problems import Conflict, NotFound
from schoolbus.scope import WHOLE_CHAIN, branch
from schoolbus.store import Busy
from services.notifications.talking import members, teasers, threads
from services.notifications.talking.members import GUARDIAN, HEAD, TEACHER
from services.notifications.wording.texts import CONVERSATION_HANDED_OVER, CONVERSATION_YOURS

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store

CLASS_TEACHER = "class_teacher"


def hand_over(store: Store, caller: Caller, branch_id: str, conversation_id: str, to: str, public_url: str) -> Document:
    """To the class teacher or a head, who become a member. Raises NotFound, Conflict."""
    found = _led(store, caller, branch_id, conversation_id)
    scope, at = branch(branch_id), now()
    if to == CLASS_TEACHER:
        person_id, role = members.class_teacher(store, scope, found["student_id"]), TEACHER
    else:
        person_id, role = (caller.person_id if caller.has(branch_id, HEAD) else members.head(store, scope)), HEAD
    if person_id is None:
        raise NotFound("Class teacher" if role == TEACHER else "Head", detail="Nobody of this role is known in the branch.")
    if person_id == found["answering_id"]:
        raise Conflict("already-there", "They answer already", "Nothing has to be changed.")
    new = [] if members.place_of(found, [person_id]) else [{"person_id": person_id, "role": role, "read": 0}]
    entry = {"what": "handed_over", "at": at, "by": caller.person_id, "to": person_id}
    those = [{**each, "role": role} if each["person_id"] == person_id else each for each in found["members"]]
    told = {"at": at, "by": caller.person_id, "to": person_id, "role": role}
    told["cause"] = effect_id("handed", found["_id"], at.isoformat())
    change = {"answering_id": person_id, "members": [*those, *new], "untold": told}
    known = {"members": found["members"], "answering_id": found["answering_id"]}
    changed = store.conversations.change(scope, found["_id"], to=change, when=known, push={"changes": entry})
    if changed is None:
        raise Busy
    log().info("conversation_handed_over", conversation=found["_id"], to=role)
    _tell(store, changed, public_url)
    return threads.show(store, caller, changed)


def tell_late(store: Store, public_url: str) -> None:
    """Of those that were handed over by a process that was killed before it told of it."""
    late = {"untold.cause": {"$gt": ""}, "untold.at": {"$lt": now() - teasers.LATE}}
    for found in store.conversations.find(WHOLE_CHAIN, late, sort="untold.at", limit=100):
        _tell(store, found, public_url)


def close(store: Store, caller: Caller, branch_id: str, conversation_id: str) -> Document:
    """Nothing more is to be said; the next message opens it again."""
    return _become(store, caller, branch_id, conversation_id, threads.CLOSED)


def reopen(store: Store, caller: Caller, branch_id: str, conversation_id: str) -> Document:
    return _become(store, caller, branch_id, conversation_id, threads.OPEN)


def _become(store: Store, caller: Caller, branch_id: str, conversation_id: str, state: str) -> Document:
    found = _led(store, caller, branch_id, conversation_id)
    entry = {"what": state, "at": now(), "by": caller.person_id, "to": None}
    other = {"state": {"$ne": state}}
    changed = store.conversations.change(
        branch(branch_id), found["_id"], to={"state": state}, when=other, push={"changes": entry}
    )
    return threads.show(store, caller, changed or found)


def _led(store: Store, caller: Caller, branch_id: str, conversation_id: str) -> Document:
    """By its teachers and heads: a guardian who is a teacher of others leads nothing here."""
    found, place = members.seen(store, caller, branch_id, conversation_id)
    if place is not None and place["role"] == GUARDIAN:
        raise NotFound("Conversation")
    return found


def _tell(store: Store, conversation: Document, public_url: str) -> None:
    """Whoever answers from now on, and the guardian. Twice is once."""
    scope, untold = branch(conversation["branch_id"]), conversation["untold"]
    person_id, role, cause = untold["to"], untold["role"], untold["cause"]
    guardian_id = store.counting(scope, conversation["guardian_id"])
    drafts = [teasers.draft(store, scope, conversation, CONVERSATION_YOURS, person_id, role, cause, {})]
    if store.is_guardian_of(scope, guardian_id, conversation["student_id"], members.PERMITTED):
        facts = {"writer": person_id}
        drafts.append(
            teasers.draft(
                store, scope, conversation, CONVERSATION_HANDED_OVER, guardian_id, GUARDIAN, cause, facts, paper=False
            )
        )
    teasers.send(store, [each for each in drafts if each], public_url)
    store.conversations.change(scope, conversation["_id"], to={"untold": None}, when={"untold.cause": cause})
