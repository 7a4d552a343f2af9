"""What families write to us, put where it belongs. A worker takes each answer once it is kept: none is lost on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schoolbus.clock import now
from schoolbus.ids import effect_id
from schoolbus.logs import log
from schoolbus.scope import WHOLE_CHAIN, branch
from schoolbus.store import ANY_CASE, run_again_while_busy
from services.notifications import metrics
from services.notifications.talking import attachments, blocking, members, posts, teasers, threads, unclear
from services.notifications.talking.keywords import Keyword, keyword
from services.notifications.talking.matching import REMEMBERED, Holder, Place, Sent, Where, place
from services.notifications.talking.members import PERMITTED
from services.notifications.talking.obeying import obey, until, was_read

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store

LEASE = 20.0  # seconds, after which one that failed is taken again
MOST = 100  # messages to one address that are looked at
STAFF = {"teacher", "head", "office"}


def claim(store: Store) -> Document | None:
    return store.answers.claim({"taken": False}, lease=LEASE, sort="received_at")


def take(store: Store, answer: Document, public_url: str) -> None:
    """Twice is once: what it does has ids that follow from the answer's."""
    run_again_while_busy(lambda: _take(store, answer, public_url))


def _take(store: Store, answer: Document, public_url: str) -> None:
    rows = _whose(store, answer)
    meaning = keyword(answer["text"])
    if meaning and meaning is not Keyword.READ:
        obey(store, answer, rows, meaning, public_url)
        _settle(store, answer, Place(Where.OFFICE), placed=meaning.value)
        return
    found = where(store, answer, rows)
    if meaning is Keyword.READ and _was_read(store, answer, rows, found):
        return
    if found.where is Where.THREAD and (settled := _say(store, answer, found, public_url)):
        _settle(store, answer, found, **settled)
        return
    _settle(store, answer, found, **unclear.keep(store, answer, found, public_url))


def where(store: Store, answer: Document, rows: list[Document]) -> Place:
    """`rows`: of the people whose address it is."""
    addresses = _addresses(answer, rows)
    at = until(answer)
    to_them = {"address": {"$in": addresses}, "created_at": {"$gt": at - REMEMBERED, "$lte": at}, "person_id": {"$ne": None}}
    sent = store.messages.find(WHOLE_CHAIN, to_them, sort="-created_at", limit=MOST)
    quoted = None
    if answer.get("quotes"):
        quoted = store.messages.first(WHOLE_CHAIN, {"carrier_id": answer["quotes"], "address": {"$in": addresses}})
    holders = [_holder(store, row) for row in rows]
    return place(_sent(store, quoted) if quoted else None, [_sent(store, each) for each in sent], holders, at)


def _was_read(store: Store, answer: Document, rows: list[Document], found: Place) -> bool:
    """Whether that is all: in a conversation "ok" is something that was said, too."""
    message = was_read(store, answer, _addresses(answer, rows))
    if message is None or found.conversation_id:
        return False
    beside = {"branch_id": message["branch_id"], "message_id": message["_id"], "person_id": message["person_id"]}
    _settle(store, answer, found, **beside, student_ids=message["student_ids"], placed=Keyword.READ.value)
    return True


def _say(store: Store, answer: Document, found: Place, public_url: str) -> Document | None:
    """In the thread; None when there is no teacher to hear it."""
    scope, person_id, student_id = branch(found.branch_id), found.person_id or "", found.student_id or ""
    conversation = store.conversations.first(scope, {"_id": found.conversation_id}) if found.conversation_id else None
    if conversation is None:
        teacher_id = found.teacher_id
        if not teacher_id or not store.teaches_student(scope, teacher_id, student_id):
            teacher_id = members.class_teacher(store, scope, student_id)
        if teacher_id is None:
            return None
        conversation = threads.between(store, scope, student_id, person_id, teacher_id, person_id)
    member = next((each for each in conversation["members"] if store.counting(scope, each["person_id"]) == person_id), None)
    if member is None:
        return None
    if member["role"] == members.GUARDIAN and blocking.blocked(store, scope, store.same_person(person_id)):
        return {"placed": blocking.BLOCKED}
    id = effect_id("answer", answer["_id"])
    at, channel = answer["received_at"], answer["channel"]
    files = attachments.from_phone(store, conversation, member["person_id"], answer.get("media") or (), id)
    more = {"channel": channel, "at": at, "attachment_ids": files}
    post = posts.keep(store, conversation, member["person_id"], member["role"], id=id, text=answer["text"], **more)
    if post["untold"]:
        teasers.tell(store, post, public_url)
    return {"conversation_id": conversation["_id"]}


def _settle(store: Store, answer: Document, found: Place, **more: object) -> None:
    known = {
        "branch_id": found.branch_id,
        "message_id": found.message_id,
        "person_id": found.person_id,
        "student_ids": sorted({student_id for _, student_id in found.candidates}),
        "placed": found.where.value,
    }
    to = {**known, **more, "taken": True, "taken_at": now(), "leased_until": None}
    if store.answers.change(WHOLE_CHAIN, answer["_id"], to=to, when={"taken": False}):
        metrics.answers.labels(answer["channel"], "yes" if found.where is Where.THREAD else "no").inc()
        log().info("answer_placed", channel=answer["channel"], where=to["placed"], branch=found.branch_id)


def _whose(store: Store, answer: Document) -> list[Document]:
    """The people of every branch whose address it is."""
    field = "email" if answer["channel"] == "email" else "phone"
    there = {field: answer["address"], "active": True}
    return list(store.people.collection.find(WHOLE_CHAIN.filter(there)).collation(ANY_CASE))


def _addresses(answer: Document, rows: list[Document]) -> list[str]:
    """As the roster writes it, too: a mailbox may have large letters."""
    return [answer["address"], *{str(row["email"]) for row in rows if answer["channel"] == "email"}]


def _holder(store: Store, row: Document) -> Holder:
    scope, id = branch(row["branch_id"]), row["person_id"]
    children = frozenset(store.students_of_guardian(scope, id, PERMITTED))
    return Holder(row["branch_id"], id, children, staff=not STAFF.isdisjoint(row["roles"]))


def _sent(store: Store, message: Document) -> Sent:
    scope, source = branch(message["branch_id"]), message.get("source") or {}
    return Sent(
        message["_id"],
        message["created_at"],
        message["branch_id"],
        store.counting(scope, message["person_id"]),
        tuple(message["student_ids"]),
        source["id"] if source.get("kind") == "conversation" else None,
        message["teacher_id"] if message["about_type"] != "conversation" else None,
        staff=message["role"] != "guardian",
    )
