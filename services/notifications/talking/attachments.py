"""Files at messages: kept with whose they are, shown to members of their conversation alone, never opened by a browser."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from schoolbus.body import Raw
from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.ids import effect_id
from schoolbus.logs import log
from schoolbus.problems import Conflict, Invalid, NotFound
from schoolbus.route import Answer
from schoolbus.scope import WHOLE_CHAIN, Scope, branch
from services.notifications.talking import blocking, members
from services.notifications.talking.files import KINDS, MOST, kind_of

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store

COMING, TO_FETCH, KEPT = "coming", "to_fetch", "kept"
REFUSED, LOST, ERASED = "refused", "lost", "erased"
UNUSED = timedelta(days=1)  # after which one that nobody has sent goes
MOST_UNUSED = 20  # of one person
SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, no-store",
}


def upload(store: Store, caller: Caller, branch_id: str, query: Document, raw: Raw) -> Document:
    """For a message to come in this conversation. Twice is once. Raises NotFound, NotAllowed, Conflict, Problem 413 or 415."""
    found, place = members.seen(store, caller, branch_id, query["conversation_id"])
    if place is not None and place["role"] == members.GUARDIAN:
        blocking.check(store, caller, branch_id)
    kind, scope, owner_id = kind_of(raw.body), branch(branch_id), place["person_id"] if place else caller.person_id
    made = _new(found, owner_id, effect_id("attachment", found["_id"], owner_id, query["client_id"]), COMING)
    known = {"content_type": kind.content_type, "size": len(raw.body), "sha256": hashlib.sha256(raw.body).hexdigest()}
    unused = {"owner_id": owner_id, "message_id": None, "_id": {"$ne": made["_id"]}}
    if store.attachments.count(scope, unused) >= MOST_UNUSED:
        raise Conflict("too-many-attachments", "There are many files that you have not sent", "Send them, or wait a day.")
    store.attachments.add_new([{**made, **known}])
    there = store.attachments.one(scope, str(made["_id"]))
    if there["sha256"] != known["sha256"]:
        raise Conflict("already-there", "This client_id is taken by another file of yours", "Send another id.")
    if there["state"] == COMING:
        store.keep_file(there["_id"], raw.body)
        there = store.attachments.change(scope, there["_id"], to={"state": KEPT}) or there
    return there


def download(store: Store, caller: Caller, branch_id: str, attachment_id: str) -> Answer:
    """Raises NotFound, also while it is fetched, and once it is gone."""
    found = store.attachments.first(caller.branch(branch_id), {"_id": attachment_id, "state": KEPT})
    if found is None:
        raise NotFound("Attachment")
    members.seen(store, caller, branch_id, found["conversation_id"])
    if found["message_id"] is None and found["owner_id"] != caller.person_id:
        raise NotFound("Attachment")
    named = f'attachment; filename="{attachment_id}.{KINDS[found["content_type"]].ending}"'
    return Answer(store.file(attachment_id), found["content_type"], headers={**SAFE, "Content-Disposition": named})


def to_send(store: Store, conversation: Document, owner_id: str, ids: Sequence[str], post_id: str) -> None:
    """Raises Invalid for what is not theirs, not of this conversation, or at another message."""
    wanted = {"_id": {"$in": list(ids)}, "conversation_id": conversation["_id"], "owner_id": owner_id, "state": KEPT}
    theirs = {"message_id": {"$in": [None, post_id]}}
    if store.attachments.count(branch(conversation["branch_id"]), {**wanted, **theirs}) != len(set(ids)):
        raise Invalid({"attachment_ids": ["Not a file that you have sent here and not used yet."]})


def sent(store: Store, scope: Scope, ids: Sequence[str], post_id: str) -> None:
    """Within the message's own transaction."""
    if ids:
        store.attachments.change_all(scope, {"_id": {"$in": list(ids)}}, {"message_id": post_id})


def from_phone(store: Store, conversation: Document, owner_id: str, media: Iterable[str], post_id: str) -> list[str]:
    """What came by WhatsApp, which a worker is to fetch; their ids."""
    made = [
        {
            **_new(conversation, owner_id, effect_id("attachment", post_id, id), TO_FETCH),
            "message_id": post_id,
            "media_id": id,
        }
        for id in list(media)[:MOST]
    ]
    store.attachments.add_new(made)
    return [str(each["_id"]) for each in made]


def of_posts(store: Store, scope: Scope, posts: Sequence[Document]) -> dict[str, Document]:
    """By id."""
    ids = [id for post in posts for id in post["attachments"]]
    return {each["_id"]: each for each in store.attachments.find(scope, {"_id": {"$in": ids}})} if ids else {}


def clear(store: Store) -> None:
    """What was uploaded and never sent."""
    old = {"message_id": None, "at": {"$lt": now() - UNUSED}}
    for each in store.attachments.find(WHOLE_CHAIN, old, sort="at", limit=500):
        store.drop_file(each["_id"])
        store.attachments.remove(WHOLE_CHAIN, each["_id"])
        log().info("attachment_cleared", attachment=each["_id"])


def erase(store: Store, person_id: str) -> None:
    """The files of a person, and those about a child."""
    theirs: dict[str, Any] = {"$or": [{"owner_id": person_id}, {"student_id": person_id}]}
    for each in store.attachments.find(WHOLE_CHAIN, theirs):
        store.drop_file(each["_id"])
    store.attachments.change_all(WHOLE_CHAIN, theirs, {"state": ERASED, "media_id": None, "sha256": None})


def _new(conversation: Document, owner_id: str, id: str, state: str) -> Document:
    return {
        "_id": id,
        "branch_id": conversation["branch_id"],
        "conversation_id": conversation["_id"],
        "student_id": conversation["student_id"],
        "owner_id": owner_id,
        "message_id": None,
        "media_id": None,
        "content_type": None,
        "size": None,
        "sha256": None,
        "state": state,
        "at": now(),
    }
