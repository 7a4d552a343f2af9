"""The day's digest: one message to a person that lists what waited for it. Each of those can be followed by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from schoolbus.clock import now
from schoolbus.scope import WHOLE_CHAIN
from services.notifications import usage
from services.notifications.links import link
from services.notifications.sending.daily import DIGEST
from services.notifications.sending.lanes import BULK, DIRECT
from services.notifications.sending.marking import follow, tell
from services.notifications.sending.onward import within_limit
from services.notifications.sending.queueing import enqueue
from services.notifications.sending.steps import Change, beyond, ended, over, stands
from services.notifications.settings import rules
from services.notifications.states import State
from services.notifications.wording.languages import say
from services.notifications.wording.texts import DIGEST as TEXT

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store

LEASE = 60  # seconds
SETTLED = timedelta(seconds=5)  # what was being stored as the digest's hour came is in it too


def claim(store: Store) -> Document | None:
    """A message that waits for a digest whose hour has come."""
    waiting = {"lane": DIGEST, "channel": DIGEST, "state": State.QUEUED.value, "send_at": {"$lte": now() - SETTLED}}
    return store.messages.claim(waiting, lease=LEASE, sort="urgency send_at", counting=False)


def make(store: Store, waiting: Document, public_url: str) -> None:
    """The digest that it waits for; again and again it is the same. Who comes after it was made goes alone, and what is no
    longer so is not told.

    One for the messages of all branches: it is of one of them, and the others ride on it.
    """
    digest_id = waiting["digest_id"]
    these = {"digest_id": digest_id, "lane": DIGEST, "state": State.QUEUED.value, "send_at": {"$ne": None}}
    items = store.messages.find(WHOLE_CHAIN, these, sort="created_at")
    made = store.messages.first(WHOLE_CHAIN, {"_id": digest_id})
    listed = made["collects"] if made else []
    items = [item for item in items if item["_id"] in listed or not _ended(store, item)]
    if made is None:
        if not items:
            return
        ids = {"_id": {"$in": [item["_id"] for item in items]}}
        store.messages.change_all(WHOLE_CHAIN, {**these, **ids}, {"rides_on": digest_id})
        branch_id = _branch_for(store, items)
        person = store.people_near(branch_id, [waiting["person_id"]]).get(waiting["person_id"])
        people = {waiting["person_id"]: person} if person else {}
        language = str((person or items[-1])["language"])
        enqueue(store, [{**draft(items, digest_id, language, public_url), "branch_id": branch_id}], people=people)
        made = store.messages.one(WHOLE_CHAIN, digest_id)
    its = {"_id": {"$in": made["collects"]}, "digest_id": digest_id, "state": State.QUEUED.value}
    if made["state"] == State.SKIPPED.value:
        store.messages.change_all(WHOLE_CHAIN, its, {"state": made["state"], "reason": made["reason"]})
    store.messages.change_all(WHOLE_CHAIN, its, {"send_at": None, "leased_until": None})
    for item in items:
        if item["_id"] not in made["collects"]:
            _alone(store, item)


def _branch_for(store: Store, items: Sequence[Document]) -> str:
    """The first whose plans give another message this month."""
    ids = list(dict.fromkeys(str(item["branch_id"]) for item in items))
    return next((id for id in ids if usage.left(store, id) != 0), ids[0])


def draft(items: Sequence[Mapping[str, Any]], digest_id: str, language: str, public_url: str) -> dict[str, Any]:
    """Of the same person, oldest first. Which branch's it is, the caller says."""
    newest = items[-1]
    facts = {"count": len(items), "subjects": tuple(item["subject"] for item in items)}
    said, address = say(TEXT, language, [], facts), link(public_url, digest_id)
    return {
        "_id": digest_id,
        "person_id": newest["person_id"],
        "student_ids": list(dict.fromkeys(child for item in items for child in item["student_ids"])),
        "about_type": DIGEST,
        "about_id": digest_id,
        "path": "/v1/feed",
        "text": TEXT.name,
        **said.fields(address),
        "link": address,
        "lane": BULK,
        "source": {"kind": DIGEST, "id": digest_id},
        "carries": True,
        "collects": [item["_id"] for item in items],
    }


def _ended(store: Store, item: Document) -> bool:
    """Whether it has changed, or its moment has passed, while it waited."""
    reason = over(item, now())
    if reason is None:
        return False
    change = ended(item, now(), reason)
    if item.get("carries"):
        follow(store.messages, item, change, None)
    waiting = {"state": State.QUEUED.value, "send_at": item["send_at"]}
    push = {"history": {"$each": change.history}}
    if (after := store.messages.change(WHOLE_CHAIN, item["_id"], to=change.to, when=waiting, push=push)) is not None:
        tell(item, after)
    return True


def _alone(store: Store, item: Document) -> None:
    def write(change: Change) -> None:
        waiting = {"state": State.QUEUED.value, "send_at": item["send_at"]}
        to = {**change.to, "lane": DIRECT, "digest_id": None, "rides_on": None}
        push = {"history": {"$each": change.history}}
        store.messages.change(WHOLE_CHAIN, item["_id"], to=to, when=waiting, push=push)

    within_limit(store, item, stands(item, 0, rules(), now()), partial(beyond, item, rules(), now()), write)
