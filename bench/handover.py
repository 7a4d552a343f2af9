"""handover.per_s: queued SMS to the carriers' simulator by one worker process; the database and the simulator on the same
cores.

Each call is in the ledger before it is made and its outcome after it; the simulator counts what it took.
"""

import itertools
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import requests

from bench.figures import Figure
from deploy.local.infrastructure import Infrastructure
from deploy.local.processes import free_port
from schoolbus.clock import now
from schoolbus.ids import new_id
from schoolbus.store import connect
from services.notifications.links import link
from services.notifications.sending.queueing import placed
from services.notifications.settings import Rules
from tests.notifications.conftest import ANY_HOUR, SECRETS
from tests.support.processes import Process
from tests.support.services import Service

MESSAGES = 15_000
WARM = 1_000  # taken before the clock runs


def measure(infrastructure: Infrastructure, folder: Path) -> list[Figure]:
    environment = {**SECRETS, "HTTP_PORT": str(free_port()), "SMTP_PORT": str(free_port()), "CALLBACKS": "false"}
    carriers = Process(
        "carriers", ["demo.carriers"], {**environment, "DELIVERY_DELAY": "600", "PUBLIC_URL": "http://rabta.test"}, folder
    )
    service = Service("notifications", infrastructure, folder, settings(carriers.url, environment["SMTP_PORT"]))
    client = connect(infrastructure.mongodb_uri, "bench")
    messages = client[service.database].messages
    for chunk in _batched(waiting(MESSAGES), 5_000):
        messages.insert_many(chunk)
    carriers.start().wait_ready()
    worker = service.processes["worker"].start()
    while (there := taken(carriers.url)) < WARM:
        time.sleep(0.02)
    began = time.perf_counter()
    while (arrived := taken(carriers.url)) < MESSAGES:
        time.sleep(0.1)
    rate = (arrived - there) / (time.perf_counter() - began)
    while messages.count_documents({"state": "sent"}) < MESSAGES:
        time.sleep(0.1)
    assert taken(carriers.url) == MESSAGES, "none is sent twice"
    assert messages.count_documents({"attempts.1": {"$exists": True}}) == 0, "one attempt each"
    for process in (worker, carriers):
        process.stop()
    service.stop()
    client.close()
    return [Figure("handover.per_s", rate, "messages/s", 500)]


def settings(carriers: str, smtp_port: str, rate: str = "100000") -> dict[str, str]:
    return {
        **SECRETS,
        **ANY_HOUR,
        "PUBLIC_URL": "http://rabta.test",
        "SMS_API_URL": carriers,
        "WHATSAPP_API_URL": carriers,
        "SMTP_URL": f"smtp://127.0.0.1:{smtp_port}",
        "MAIL_FROM": "school@example.pk",
        "SMS_PER_SECOND": rate,
        "BRANCH_PER_SECOND": rate,
    }


def waiting(count: int, branches: int = 100) -> Iterator[dict[str, Any]]:
    """Messages to as many phones, as an announcement would queue them."""
    for number in range(count):
        person = {"active": True, "channels": ["sms"], "phone": f"+92300{number:06}9", "preferences": None}
        id = new_id()
        draft = {
            "_id": id,
            "branch_id": f"b{number % branches}",
            "person_id": f"g{number}",
            "student_ids": [f"s{number}"],
            "about_type": "homework",
            "about_id": "hw1",
            "path": "/v1/branches/b1/homework/hw1",
            "text": "homework_set",
            "language": "en",
            "body": "Ayesha has new homework in Science 5, due Fri 27 Nov.",
            "link": link("http://rabta.test", id),
            "lane": "bulk",
            "source": {"kind": "announcement", "id": "a1"},
        }
        yield placed(draft, person, Rules(), now())


def taken(carriers: str) -> int:
    return int(requests.get(f"{carriers}/api/messages", params={"limit": 0}, timeout=30).json()["total"])


def _batched(items: Iterator[Any], size: int) -> Iterator[list[Any]]:
    while batch := list(itertools.islice(items, size)):
        yield batch
