"""consumer.events_per_s: one service process keeps a projection; items per second, in chunks of 500, new rows
and changed ones."""

import time
from pathlib import Path

from bench.figures import Figure
from deploy.local.infrastructure import Infrastructure
from schoolbus.contracts.roster import PeopleChanged
from schoolbus.events import CHUNK
from schoolbus.store import connect
from tests.support.roster import people, someone
from tests.support.services import Service

CHUNKS = 200


def measure(infrastructure: Infrastructure, folder: Path) -> list[Figure]:
    service = Service("meetings", infrastructure, folder, {})
    client = connect(infrastructure.mongodb_uri, "bench")
    rows = client[service.database].people
    fresh = _time(service, rows, version=1)
    changed = _time(service, rows, version=2)
    service.stop()
    client.close()
    return [
        Figure("consumer.events_per_s", fresh, "items/s", 10_000),
        Figure("consumer.changed_per_s", changed, "items/s"),
    ]


def _time(service: Service, rows: object, version: int) -> float:
    """The chunks stand in the queue before the service starts; the clock runs from its first row to its last."""
    for chunk in range(CHUNKS):
        items = [
            someone(
                f"p{chunk}-{number}", "guardian", version=version, phone="+923001234567", name_ur="عائشہ خان", channels=["sms"]
            )
            for number in range(CHUNK)
        ]
        service.say(people("b1", *items))
    wanted = CHUNKS * CHUNK
    process = service.processes["serve"].start()
    at_version = {"version": version}
    while not rows.find_one(at_version):  # type: ignore[attr-defined]
        time.sleep(0.005)
    began, there = time.perf_counter(), rows.count_documents(at_version)  # type: ignore[attr-defined]
    while rows.count_documents(at_version) < wanted:  # type: ignore[attr-defined]
        time.sleep(0.05)
    rate = (wanted - there) / (time.perf_counter() - began)
    process.wait_ready()
    assert service.waiting(PeopleChanged) == 0
    process.stop()
    return rate
