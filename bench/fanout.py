"""fanout: an announcement of the chain to 100,000 guardians, from the request to all stored, by one worker process.

Beside it in the same run: the usual nameko way with an event for each recipient (bench/reference/announcements.py); the
worker's memory at 10,000 and at 100,000; and how long one-time codes take while such a send drains.
"""

import itertools
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from statistics import quantiles
from typing import Any

import requests
from amqp.exceptions import NotFound
from nameko.standalone.events import event_dispatcher
from pymongo.database import Database

from bench.figures import Figure
from bench.handover import settings, taken
from bench.memory import Peaks
from deploy.local.infrastructure import Infrastructure
from deploy.local.processes import free_port
from schoolbus.clock import now
from schoolbus.contracts.roster import SignInCodeRequested
from schoolbus.store import connect
from services.notifications.store import Store
from tests.notifications.conftest import SECRETS
from tests.support.people import operator
from tests.support.processes import Process
from tests.support.services import Service
from tests.support.waiting import eventually

FEW, MANY = 10_000, 100_000  # guardians
NAIVE = 4_000
DRAINED = 20_000  # in the background of the codes
CODES = 100
PER_BRANCH = 220
NIGHT = {"QUIET_FROM": "00:00", "QUIET_TO": "23:59", "FRIDAY_FROM": "00:00", "FRIDAY_TO": "00:00"}  # nothing goes out
TEXTS = {
    "en": {"subject": "School is closed", "body": "School is closed tomorrow because of the rain. It opens again on Monday."},
    "ur": {"subject": "اسکول بند ہے", "body": "بارش کی وجہ سے کل اسکول بند رہے گا۔ پیر کو پھر کھلے گا۔"},
}
_CHANNELS = (["sms"], ["sms", "app"], ["whatsapp", "sms"], ["app"])


def measure(infrastructure: Infrastructure, folder: Path) -> list[Figure]:
    with Chain(infrastructure, folder, MANY) as chain:
        naive = usual_way(chain)
        chain.send(FEW // PER_BRANCH)  # warm
        small = chain.watched(FEW // PER_BRANCH)
        large = chain.watched(MANY // PER_BRANCH)
        late = chain.codes_meanwhile()
    return [
        Figure("fanout.recipients_per_s", large.rate, "recipients/s", 5_000),
        Figure("fanout.accepted_ms", large.accepted * 1000, "ms", 200, ceiling=True),
        Figure("fanout.naive_per_s", naive, "recipients/s"),
        Figure("fanout.vs_naive_ratio", large.rate / naive, "times as fast", 5),
        Figure("fanout.memory_10k_mib", small.peak, "MiB"),
        Figure("fanout.memory_100k_mib", large.peak, "MiB"),
        Figure("fanout.memory_growth", large.peak / small.peak, "of the memory at 10,000", 1.2, ceiling=True),
        Figure("otp_p99_s", late, "s", 2, ceiling=True),
    ]


class Sent:
    """`rate`: recipients a second. `accepted`: seconds for the request. `peak`: the worker's memory, MiB."""

    def __init__(self, count: int, accepted: float, taken: float, peak: float) -> None:
        self.count, self.rate, self.accepted, self.peak = count, count / taken, accepted, peak


class Chain:
    """The service with a roster of so many guardians; its worker hands nothing over until `codes_meanwhile`."""

    def __init__(self, infrastructure: Infrastructure, folder: Path, guardians: int) -> None:
        self.infrastructure, self.folder, self.guardians = infrastructure, folder, guardians
        ports = {"HTTP_PORT": str(free_port()), "SMTP_PORT": str(free_port())}
        given = {**SECRETS, **ports, "CALLBACKS": "false", "DELIVERY_DELAY": "600", "PUBLIC_URL": "http://rabta.test"}
        self.carriers = Process("carriers", ["demo.carriers"], given, folder)
        self.environment = settings(self.carriers.url, ports["SMTP_PORT"]) | {"MESSAGES_PER_DAY": "1000"}
        self.service = Service("notifications", infrastructure, folder, self.environment | NIGHT)
        self.client = connect(infrastructure.mongodb_uri, "bench")
        self.database: Database[dict[str, Any]] = self.client[self.service.database]

    def __enter__(self) -> "Chain":
        Store(self.database).ensure_indexes()
        fill(self.database, self.guardians)
        self.carriers.start().wait_ready()
        self.service.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.carriers.kill()
        self.service.stop()
        self.client.close()

    def send(self, branches: int) -> Sent:
        """An announcement to the first so many branches, until all are stored."""
        audience = {"branch_ids": [branch_id(number) for number in range(branches)]} if branches < self.branches else {}
        body = {"texts": TEXTS, "audience": audience}
        path = "/v1/announcements"
        id = self.service.call("POST", path, operator(), json=body).json()["announcement_id"]
        began = time.perf_counter()
        answer = self.service.call("POST", f"{path}/{id}/send", operator())
        accepted = time.perf_counter() - began
        assert answer.status_code == 202, answer.text
        eventually(lambda: self._is_sent(id), timeout=600, every=0.1)
        took = time.perf_counter() - began
        stored = self.database.messages.count_documents({"about_type": "announcement", "about_id": id})
        counts = self.service.call("GET", f"{path}/{id}", operator()).json()["counts"]
        assert stored == counts["stored"] == counts["planned"], (stored, counts)
        return Sent(stored, accepted, took, 0)

    def watched(self, branches: int) -> Sent:
        with Peaks(self.service) as peaks:
            sent = self.send(branches)
        sent.peak = peaks.worker
        return sent

    @property
    def branches(self) -> int:
        return -(-self.guardians // PER_BRANCH)

    def codes_meanwhile(self) -> float:
        """Seconds, of 99 in 100, from the event to the phone, while SMS of an announcement drain."""
        worker = self.service.processes["worker"]
        worker.stop()
        worker.environment |= self.environment
        self.database.messages.delete_many({})
        worker.start().wait_ready()
        before = taken(self.carriers.url)
        sending = threading.Thread(target=self.send, args=(DRAINED // PER_BRANCH,))
        sending.start()
        eventually(lambda: taken(self.carriers.url) > before, timeout=60)
        late = sorted(self._code(number) for number in range(CODES))
        waiting = self.database.messages.count_documents({"state": "queued", "lane": "bulk", "channel": {"$ne": "paper"}})
        sending.join()
        assert waiting, "the send had ended before the last code"
        return quantiles(late, n=100)[98]

    def _code(self, number: int) -> float:
        phone = f"+92333{number:07}"
        told = {"phone": phone, "language": "en", "code": "123456", "expires_at": now() + timedelta(minutes=5)}
        began = time.perf_counter()
        self.service.say(SignInCodeRequested(branch_id="chain", subject=phone, **told))
        eventually(lambda: self._arrived(phone), timeout=60, every=0.01)
        return time.perf_counter() - began

    def _arrived(self, phone: str) -> bool:
        return bool(requests.get(f"{self.carriers.url}/api/phones/{phone}/messages", timeout=30).json()["messages"])

    def _is_sent(self, id: str) -> bool:
        found = self.database.announcements.find_one({"_id": id}, {"state": True})
        return found is not None and found["state"] == "sent"


def usual_way(chain: Chain) -> float:
    """Recipients a second with an event for each; the same people and words, in a collection with the same indexes."""
    database, infrastructure = chain.database, chain.infrastructure
    Store.messages.bound(database).ensure_indexes()
    for index in Store.messages.indexes:
        other = Store.messages.bound(database)
        other.collection = database.reference_messages
        other.ensure_index(index)
    amqp_uri = infrastructure.vhost("reference")
    given = {"AMQP_URI": amqp_uri, "MONGODB_URI": infrastructure.mongodb_uri, "HTTP_PORT": str(free_port())}
    given["MONGODB_DATABASE"] = chain.service.database
    reference = Process("reference", ["bench.reference", "announcements"], given, chain.folder).start()
    ids = [branch_id(number) for number in range(NAIVE // PER_BRANCH)]
    words = {"_id": "naive", "texts": TEXTS, "link": None, "urgent": False, "on_paper": True, "text": 1}
    stored = database.reference_messages
    eventually(lambda: _warm(amqp_uri, stored, words), timeout=120, every=1)
    dispatch = event_dispatcher({"AMQP_URI": amqp_uri})
    stored.delete_many({})
    began = time.perf_counter()
    dispatch("reference_announcements", "announced", {"announcement": words, "branch_ids": ids})
    count = len(ids) * PER_BRANCH
    eventually(lambda: stored.count_documents({}) >= count, timeout=600, every=0.1)
    took = time.perf_counter() - began
    reference.kill()
    infrastructure.remove_vhost(amqp_uri)
    stored.drop()
    return count / took


def _warm(amqp_uri: str, stored: Any, words: dict[str, Any]) -> bool:
    """It listens, once one got through."""
    one = {"announcement": words, "person_id": "g0000000", "branch_id": branch_id(0)}
    try:
        event_dispatcher({"AMQP_URI": amqp_uri})("reference_announcements", "recipient", one)
    except NotFound:  # it has not made its exchange yet
        return False
    return bool(stored.count_documents({}))


def fill(database: Database[dict[str, Any]], guardians: int) -> None:
    """Branches, guardians with one to three children each and relations, as roster's events would leave them."""
    for chunk in _batched(range(-(-guardians // PER_BRANCH)), 1000):
        database.branches.insert_many(_branch(number) for number in chunk)
    for chunk in _batched(range(guardians), 2_000):
        database.people.insert_many(row for number in chunk for row in _family(number))
        database.relations.insert_many(row for number in chunk for row in _relations(number))


def branch_id(number: int) -> str:
    return f"b{number:05}"


def _branch(number: int) -> dict[str, Any]:
    id = branch_id(number)
    row = {"_id": f"{id}:{id}", "branch_id": id, "version": 1, "active": True, "services": ["notifications"]}
    return {**row, "name": id, "name_ur": None, "limits": {}}


def _children(number: int) -> list[str]:
    return [f"s{number:07}{place}" for place in range(1 + number % 3)]


def _family(number: int) -> Iterator[dict[str, Any]]:
    where = branch_id(number // PER_BRANCH)
    for id, role in ((f"g{number:07}", "guardian"), *((id, "student") for id in _children(number))):
        yield {
            "_id": f"{where}:{id}",
            "branch_id": where,
            "person_id": id,
            "version": 1,
            "active": True,
            "roles": [role],
            "given_name": f"Ayesha{number % 50}",
            "family_name": "Khan",
            "name_ur": "عائشہ خان",
            "given_name_ur": "عائشہ",
            "phone": f"+9230{number:08}" if role == "guardian" else None,
            "email": None,
            "language": "ur" if number % 5 else "en",
            "channels": _CHANNELS[number % len(_CHANNELS)],
        }


def _relations(number: int) -> Iterator[dict[str, Any]]:
    where = branch_id(number // PER_BRANCH)
    allowed = dict.fromkeys(("active", "may_receive_reports", "may_book", "may_collect"), True)
    for id in _children(number):
        row = {"_id": f"{where}:r-{id}", "branch_id": where, "relation_id": f"r-{id}", "version": 1}
        yield {**row, "student_id": id, "guardian_id": f"g{number:07}", **allowed}


def _batched(items: Any, size: int) -> Iterator[list[Any]]:
    rest = iter(items)
    while batch := list(itertools.islice(rest, size)):
        yield batch
