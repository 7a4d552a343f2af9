"""Who is told of a message, and how: by whom and about which child, never what it says. That is read after sign-in."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from schoolbus.clock import now
from schoolbus.ids import effect_id
from schoolbus.scope import WHOLE_CHAIN, Scope, branch
from services.notifications.links import link
from services.notifications.sending import enqueue
from services.notifications.sending.daily import URGENT
from services.notifications.talking import hours, members
from services.notifications.talking.members import GUARDIAN, PERMITTED, TEACHER, place_of
from services.notifications.wording.languages import first_name, say, whole_name
from services.notifications.wording.rules import PROMPT, place
from services.notifications.wording.texts import ANSWER_EXPECTED, CONVERSATION_MESSAGE, Text

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store

PORTAL = "portal"
TOGETHER = timedelta(minutes=10)  # who writes in pieces is told of once
LATE = timedelta(seconds=10)


def tell(store: Store, post: Document, public_url: str) -> None:
    """Twice is once. Who answers is whoever does now: a teacher may have left since."""
    scope = branch(post["branch_id"])
    conversation = store.conversations.one(scope, post["conversation_id"])
    if store.subscribed(post["branch_id"]):
        told = _told(store, scope, conversation, store.counting(scope, post["writer_id"]))
        ids = [id for id in told if not _told_just_now(store, scope, conversation, id, post)]
        facts = {"writer": post["writer_id"]}
        drafts = [draft(store, scope, conversation, CONVERSATION_MESSAGE, id, told[id], post["_id"], facts) for id in ids]
        if post["role"] == GUARDIAN:
            drafts.append(_when(store, scope, conversation, post))
        send(store, [each for each in drafts if each], public_url)
    store.posts.change(scope, post["_id"], to={"untold": False})


def tell_late(store: Store, public_url: str) -> None:
    """Those whose teller was killed in between."""
    for post in store.posts.find(WHOLE_CHAIN, {"untold": True, "at": {"$lt": now() - LATE}}, sort="at", limit=500):
        tell(store, post, public_url)


def draft(
    store: Store,
    scope: Scope,
    conversation: Document,
    text: Text,
    person_id: str,
    role: str,
    cause: str,
    facts: dict[str, Any],
    **wishes: Any,
) -> Document | None:
    """A message about a conversation; None when the person is not known here. Of `facts`, `writer` is somebody's id."""
    writer_id = facts.get("writer")
    people = store.people_by_id(scope, {person_id, conversation["student_id"], writer_id or person_id})
    person, student = people.get(person_id), people.get(conversation["student_id"])
    if person is None or student is None:
        return None
    language = person["language"]
    names = {"writer": whole_name(people[writer_id], language) if writer_id in people else ""} if writer_id else {}
    said = say(text, language, [first_name(student, language)], {**facts, **names})
    return {
        "_id": effect_id(cause, text.name, person_id),
        "branch_id": scope.branch_id,
        "person_id": person_id,
        "role": role,
        "teacher_id": writer_id,  # whom its words name
        "student_ids": [conversation["student_id"]],
        "about_type": "conversation",
        "about_id": conversation["_id"],
        "path": place(scope.branch_id or "", "conversation", conversation["_id"]),
        "text": text.name,
        **said.fields(),
        "urgency": PROMPT,
        "source": {"kind": "conversation", "id": conversation["_id"]},
        **wishes,
    }


def send(store: Store, drafts: list[Document], public_url: str) -> None:
    """With the link under which each is read."""
    linked = []
    for each in drafts:
        address = link(public_url, each["_id"])
        linked.append({**each, "link": address, "parameters": [*each["parameters"], address]})
    enqueue(store, linked)


def _when(store: Store, scope: Scope, conversation: Document, post: Document) -> Document | None:
    """Outside the hours of who answers: by when the guardian may expect an answer; told once until they are there again."""
    there = hours.seen(store, scope, conversation["answering_id"], post["at"])
    if there["open_now"] or there["expected_by"] is None or there["opens_at"] is None:
        return None
    cause = effect_id("hours", conversation["_id"], there["opens_at"].isoformat())
    by = "app" if post["channel"] == PORTAL else post["channel"]
    facts = {"answer_by": there["expected_by"]}
    guardian_id = store.counting(scope, conversation["guardian_id"])
    wishes = {"only": by, "urgency": URGENT}  # they have just written
    return draft(store, scope, conversation, ANSWER_EXPECTED, guardian_id, GUARDIAN, cause, facts, **wishes)


def _told(store: Store, scope: Scope, conversation: Document, writer_id: str) -> dict[str, str]:
    """Both sides but the writer, with the role in which each is told."""
    told: dict[str, str] = {}
    guardian_id = store.counting(scope, conversation["guardian_id"])
    if store.is_guardian_of(scope, guardian_id, conversation["student_id"], PERMITTED):
        told[guardian_id] = GUARDIAN
    if answering := _answering(store, scope, conversation):
        told[answering] = TEACHER
    return {id: role for id, role in told.items() if id != writer_id}


def _answering(store: Store, scope: Scope, conversation: Document) -> str | None:
    """Where it is somebody else by now, they become a member."""
    id = members.answering(store, scope, conversation)
    if id is None or id == conversation["answering_id"]:
        return id
    role = TEACHER if store.teaches_student(scope, id, conversation["student_id"]) else members.HEAD
    new = [] if place_of(conversation, [id]) else [{"person_id": id, "role": role, "read": 0}]
    to = {"answering_id": id, "members": [*conversation["members"], *new]}
    store.conversations.change(scope, conversation["_id"], to=to, when={"members": conversation["members"]})
    return id


def _told_just_now(store: Store, scope: Scope, conversation: Document, person_id: str, post: Document) -> bool:
    """Of an earlier message of this writer that they have not read."""
    reader = place_of(conversation, [person_id])
    unread = {"$gt": reader["read"] if reader else post["number"], "$lt": post["number"]}
    same = {"conversation_id": conversation["_id"], "writer_id": post["writer_id"], "at": {"$gt": post["at"] - TOGETHER}}
    earlier = store.posts.find(scope, {**same, "number": unread}, limit=50)
    ids = [effect_id(each["_id"], CONVERSATION_MESSAGE.name, person_id) for each in earlier]
    return bool(ids) and store.messages.first(scope, {"_id": {"$in": ids}}) is not None
