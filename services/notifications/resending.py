"""Whoever follows messages sends those again that have not reached their guardian: one at once, all about one thing by a wish
that a worker works off. Killed anywhere, it goes on with the same chunk, and nobody is told twice by one wish."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from schoolbus import audit
from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.ids import new_id
from schoolbus.logs import log
from schoolbus.problems import AlreadyThere, Conflict, NotFound
from schoolbus.scope import WHOLE_CHAIN, Scope, branch
from services.notifications import following
from services.notifications.sending import again

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store

WAITING, DONE = "waiting", "done"
CHUNK = 50  # messages
LEASE = 60  # seconds; a chunk takes one or two
UNREACHED = {"state": {"$in": again.NOT_REACHED}, "reason": {"$nin": again.FOR_GOOD}, "person_id": {"$ne": None}}


def one(store: Store, caller: Caller, branch_id: str, message_id: str) -> Document:
    """What has reached its guardian, or is on its way, stays as it is. Raises NotFound, and Conflict where there is no way."""
    following.one(store, caller, branch_id, message_id)
    found = store.messages.one(branch(branch_id), message_id)
    if found["state"] in again.NOT_REACHED and again.send(store, found) is None:
        found = store.messages.one(branch(branch_id), message_id)
        if found["state"] in again.NOT_REACHED:
            raise Conflict(
                "no-way",
                "This message can't be sent again",
                "There is still no way to this guardian, or it is no longer so, or not theirs: repair their contact, choose a "
                "channel, or write anew.",
            )
    log().info("message_sent_again", message=message_id, branch=branch_id)
    return following.one(store, caller, branch_id, message_id)


def about(store: Store, caller: Caller, branch_id: str, query: Mapping[str, Any]) -> Document:
    """All about one thing; a teacher's, of children whom they teach. While one wish for it waits, another is the same. Raises
    NotFound where nobody was told of it."""
    scope = caller.branch(branch_id)
    taught = following.taught_by(store, caller, scope)
    if store.messages.first(scope, following.about(query, taught)) is None:
        raise NotFound("A message about this")
    unreached = scope.filter({**following.about(query, taught), **UNREACHED})
    children = set(store.messages.collection.distinct("student_ids", unreached))
    audit.note(store, caller, branch_id, children if taught is None else children & taught)
    wish = {
        "_id": new_id(),
        "branch_id": branch_id,
        **_thing(query),
        "asked_by": caller.person_id,
        "own_classes": taught is not None,
        "asked_at": now(),
        "ended_at": None,
        "state": WAITING,
        "after": "",
        "sent": 0,
        "stays": 0,
        "attempts": 0,
        "leased_until": None,
    }
    try:
        return store.resends.add(wish)
    except AlreadyThere:
        return newest(store, caller, branch_id, query)


def newest(store: Store, caller: Caller, branch_id: str, query: Mapping[str, Any]) -> Document:
    """The caller's last wish about a thing, and how far it is. Raises NotFound."""
    own = {**_thing(query), "asked_by": caller.person_id}
    found = store.resends.first(caller.branch(branch_id), own, sort="-asked_at")
    if found is None:
        raise NotFound("Resend")
    return found


def claim(store: Store) -> Document | None:
    return store.resends.claim({"state": WAITING}, lease=LEASE, sort="asked_at")


def work_off(store: Store, wish: Document) -> None:
    """In the order of ids, so what fails meanwhile does not come twice."""
    scope = branch(wish["branch_id"])
    taught = set(store.students_of_teacher(scope, wish["asked_by"])) if wish["own_classes"] else None
    while wish["state"] == WAITING:
        found = _next(store, scope, wish, taught)
        sent = sum(_sent(store, message, wish["_id"]) for message in found)
        gone_on = _gone_on(store, wish, found, sent)
        if gone_on is None:
            return  # it is another's by now
        wish = gone_on
    log().info("messages_sent_again", branch=wish["branch_id"], sent=wish["sent"], stays=wish["stays"])


def _next(store: Store, scope: Scope, wish: Mapping[str, Any], taught: set[str] | None) -> list[Document]:
    """With those that a worker that died has sent by this wish, so that they count."""
    wanted = {"$or": [UNREACHED, {"sent_by_wish": wish["_id"]}], "_id": {"$gt": wish["after"]}}
    return store.messages.find(scope, {**following.about(wish, taught), **wanted}, limit=CHUNK)


def _sent(store: Store, message: Document, wish_id: str) -> bool:
    if message["rides_on"]:  # it may have gone with the one before
        message = store.messages.one(WHOLE_CHAIN, message["_id"])
    return message.get("sent_by_wish") == wish_id or again.send(store, message, wish_id) is not None


def _gone_on(store: Store, wish: Document, found: Sequence[Document], sent: int) -> Document | None:
    """How far it is, with its counts: one write, so no chunk counts twice."""
    to: dict[str, Any] = {"sent": wish["sent"] + sent, "stays": wish["stays"] + len(found) - sent}
    if len(found) < CHUNK:
        to |= {"state": DONE, "ended_at": now(), "leased_until": None}
    else:
        to |= {"after": found[-1]["_id"], "leased_until": now() + timedelta(seconds=LEASE)}
    ours = {"state": WAITING, "after": wish["after"], "attempts": wish["attempts"]}
    return store.resends.change(WHOLE_CHAIN, wish["_id"], to=to, when=ours)


def _thing(query: Mapping[str, Any]) -> dict[str, str]:
    return {"about_type": query["about_type"], "about_id": query["about_id"]}
