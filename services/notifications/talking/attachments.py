"""Files at messages: kept with whose they are, shown to members of their conversation alone, never opened by a browser."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from schoolbus import attached
from schoolbus.attached import COMING, KEPT, MOST, NOT_YET_THERE
from schoolbus.body import Raw
from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.ids import effect_id
from schoolbus.problems import Invalid, NotFound
from schoolbus.route import Answer
from schoolbus.scope import Scope, branch
from services.notifications.talking import blocking, members

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store

TO_FETCH, REFUSED, LOST = "to_fetch", "refused", "lost"  # beside those of schoolbus/attached.py
UNUSED = timedelta(days=1)  # after which one that nobody has sent goes


def upload(store: Store, caller: Caller, branch_id: str, query: Document, raw: Raw) -> Document:
    """For a message to come in this conversation. Twice is once. Raises NotFound, NotAllowed, Conflict, Problem 413 or 415."""
    found, place = members.seen(store, caller, branch_id, query["conversation_id"])
    if place is not None and place["role"] == members.GUARDIAN:
        blocking.check(store, caller, branch_id)
    owner_id = place["person_id"] if place else caller.person_id
    made = _new(found, owner_id, effect_id("attachment", found["_id"], owner_id, query["client_id"]), COMING)
    return attached.keep(store, store.attachments, branch(branch_id), made, raw.body, {"message_id": None})


def download(store: Store, caller: Caller, branch_id: str, attachment_id: str) -> Answer:
    """Raises NotFound, also while it is fetched, and once it is gone."""
    found = store.attachments.first(caller.branch(branch_id), {"_id": attachment_id, "state": KEPT})
    if found is None:
        raise NotFound("Attachment")
    members.seen(store, caller, branch_id, found["conversation_id"])
    if found["message_id"] is None and found["owner_id"] != caller.person_id:
        raise NotFound("Attachment")
    return attached.shown(store, found)


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
    attached.clear(store, store.attachments, {"message_id": None, "at": {"$lt": now() - UNUSED}})


def erase(store: Store, person_id: str) -> None:
    """The files of a person, and those about a child."""
    theirs: dict[str, Any] = {"$or": [{"owner_id": person_id}, {"student_id": person_id}]}
    attached.erase(store, store.attachments, theirs, media_id=None)


def _new(conversation: Document, owner_id: str, id: str, state: str) -> Document:
    return {
        "_id": id,
        "branch_id": conversation["branch_id"],
        "conversation_id": conversation["_id"],
        "student_id": conversation["student_id"],
        "owner_id": owner_id,
        "message_id": None,
        "media_id": None,
        **NOT_YET_THERE,
        "state": state,
        "at": now(),
    }
