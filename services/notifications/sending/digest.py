"""The day's digest: one message to a person that lists what waited for it. Each of those can be followed by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from schoolbus.clock import now
from schoolbus.scope import WHOLE_CHAIN, branch
from services.notifications.links import link
from services.notifications.sending.daily import DIGEST
from services.notifications.sending.lanes import BULK, DIRECT
from services.notifications.sending.queueing import enqueue
from services.notifications.sending.steps import stands
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
    """The digest that it waits for; again and again it is the same. Who comes after it was made goes alone."""
    scope, digest_id = branch(waiting["branch_id"]), waiting["digest_id"]
    these = {"digest_id": digest_id, "lane": DIGEST, "state": State.QUEUED.value, "send_at": {"$ne": None}}
    items = store.messages.find(scope, these, sort="created_at")
    made = store.messages.first(scope, {"_id": digest_id})
    if made is None:
        store.messages.change_all(scope, {**these, "_id": {"$in": [item["_id"] for item in items]}}, {"rides_on": digest_id})
        person = store.person(scope, waiting["person_id"])
        people = {waiting["person_id"]: person} if person else {}
        enqueue(store, [draft(items, digest_id, public_url)], people=people)
        made = store.messages.one(scope, digest_id)
    listed = {"_id": {"$in": made["collects"]}, "digest_id": digest_id, "state": State.QUEUED.value}
    if made["state"] == State.SKIPPED.value:
        store.messages.change_all(scope, listed, {"state": made["state"], "reason": made["reason"]})
    store.messages.change_all(scope, listed, {"send_at": None, "leased_until": None})
    for item in items:
        if item["_id"] not in made["collects"]:
            _alone(store, item)


def draft(items: Sequence[Mapping[str, Any]], digest_id: str, public_url: str) -> dict[str, Any]:
    """Of the same person, oldest first."""
    newest = items[-1]
    facts = {"count": len(items), "subjects": tuple(item["subject"] for item in items)}
    said, address = say(TEXT, newest["language"], [], facts), link(public_url, digest_id)
    return {
        "_id": digest_id,
        "branch_id": newest["branch_id"],
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


def _alone(store: Store, item: Document) -> None:
    change = stands(item, 0, rules(), now())
    waiting = {"state": State.QUEUED.value, "send_at": item["send_at"]}
    to = {**change.to, "lane": DIRECT, "digest_id": None, "rides_on": None}
    push = {"history": {"$each": change.history}}
    store.messages.change(WHOLE_CHAIN, item["_id"], to=to, when=waiting, push=push)
