"""What the platform has kept in the end, by the databases, the broker and the carriers alone."""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import requests
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from deploy.local import plan
from services.notifications.sending.attempts import Outcome
from services.notifications.states import State
from tests.chaos.commands import TEXTS, told
from tests.support.platform import Platform

READERS = ("meetings", "reports", "notifications")
NOT_NOW = ["paper", "digest", "shared_phone"]  # the last go when the one goes that they ride on, which may be in the digest
CARRIED = ("sms", "whatsapp", "email")
UNKNOWN = "outcome_unknown"  # of a carrier that can't be asked: a row says so, and nobody sends it again


class Kept:
    """Looks at a running platform from beside its links."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        uri = platform.infrastructure.mongodb_uri
        self.client: MongoClient[Any] = MongoClient(uri, tz_aware=True, serverSelectionTimeoutMS=2000)
        self._last = 0

    def database(self, service: str) -> Any:
        return self.client[self.platform.database(service)]

    def messages(self) -> int:
        """While the database is away, as many as there were. Counted one by one: the database's own estimate lacks, for good,
        what was written in the minute before it was killed."""
        with suppress(PyMongoError):
            self._last = self.database("notifications").messages.count_documents({}, hint="_id_")
        return self._last

    def effects(self) -> Counter[str]:
        """How often each has come about. A booking is known by its slot: without an answer nobody knows its id."""
        slots = {row["_id"]: row["slot_id"] for row in self.database("meetings").bookings.find({}, {"slot_id": 1})}
        shown = {"text": 1, "about_id": 1, "person_id": 1, "_id": 0}
        rows = self.database("notifications").messages.find({"text": {"$in": list(TEXTS)}}, shown)
        return Counter(told(row["text"], slots.get(row["about_id"], row["about_id"]), row["person_id"]) for row in rows)

    def stale(self, *person_ids: str) -> list[str]:
        """People (of these) of a branch whom a reader knows otherwise than roster, or not at all; and whom it alone knows."""
        among = {"$in": list(person_ids)} if person_ids else {"$exists": True}
        of_branches = {"_id": among, "branch_id": {"$ne": []}}
        rows = self.database("roster").people.find(of_branches, {"branch_id": 1, "version": 1})
        owner = {(row["_id"], branch): row["version"] for row in rows for branch in row["branch_id"]}
        shown, found = {"person_id": 1, "branch_id": 1, "version": 1}, []
        for reader in READERS:
            rows = self.database(reader).people.find({"person_id": among}, shown)
            known = {(row["person_id"], row["branch_id"]): row["version"] for row in rows}
            differ = sorted(who for who in owner.keys() | known.keys() if owner.get(who) != known.get(who))
            found += [f"person_changed: {reader} knows {who[0]} as version {known.get(who)}" for who in differ]
        return found

    def not_carried(self) -> list[str]:
        """What has failed, in a school where somebody answers everywhere; and what a carrier took, by our word, and knows
        nothing of. Where its answer was lost, delivered is its own word: nobody else signs receipts."""
        carried = {message.get("message_id") or message["id"] for message in self._carried()}
        shown = {"text": 1, "about_id": 1, "channel": 1, "state": 1, "reason": 1, "attempts": 1}
        found = []
        for row in self.database("notifications").messages.find({"text": {"$in": list(TEXTS)}}, shown):
            taken = [attempt["carrier_id"] for attempt in row["attempts"] if attempt["outcome"] == Outcome.TAKEN]
            untaken = row["state"] == State.SENT and row["channel"] in CARRIED and not taken
            if row["state"] == State.FAILED or not carried.issuperset(taken) or untaken:
                found.append(f"{row['text']} {row['about_id']} by {row['channel']}: {row['state']}, {row['reason']}, {taken}")
        return found

    def waiting(self) -> dict[str, int]:
        """What is still on its way: events in outboxes and queues, messages that should have gone. Dead letters too."""
        found = {f"outbox {service}": self._outbox(service) for service in plan.SERVICES}
        found |= self._queues()
        due = {"state": "queued", "channel": {"$nin": NOT_NOW}, "reason": {"$ne": UNKNOWN}}
        found["messages to send"] = self.database("notifications").messages.count_documents(due)
        return {name: count for name, count in found.items() if count}

    def _outbox(self, service: str) -> int:
        database = self.database(service)
        there = {"outbox_at": {"$exists": True}}
        return sum(database[name].count_documents(there) for name in database.list_collection_names())

    def _queues(self) -> dict[str, int]:
        vhost = urlsplit(self.platform.vhost).path
        rows = requests.get(f"{self.platform.infrastructure.broker.management}/api/queues{vhost}", timeout=10).json()
        return {row["name"]: row.get("messages", 1) for row in rows}

    def told_twice(self) -> list[str]:
        """Words that reached a phone or a mailbox more than once: each has a link of its own."""
        found = Counter((message["phone"], message["text"]) for message in self._carried())
        return [f"{phone}: {text}" for (phone, text), times in found.items() if times > 1]

    def _carried(self) -> Iterator[dict[str, Any]]:
        since, page = 0, [{}]
        while page:
            answer = requests.get(f"{self.platform.carriers}/api/messages", params={"since": since}, timeout=60).json()
            page, since = answer["messages"], answer["next"]
            yield from page


def quiet(kept: Kept) -> bool:
    """For `eventually`: nothing is on its way any more, and nothing is dead."""
    waiting = kept.waiting()
    assert not waiting, f"on its way: {waiting}"
    return True
