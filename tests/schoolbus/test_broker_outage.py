"""The broker falls ill, or away: requests go on, nothing is lost, and all is delivered when it is back."""

import signal
import time
from collections.abc import Iterator

import pytest
from pymongo import MongoClient

from tests.schoolbus.conftest import HERE
from tests.support.mortal import Mortal
from tests.support.people import teacher
from tests.support.services import Service
from tests.support.waiting import eventually


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mortal]:
    """A broker of its own, because it is stopped."""
    started = Mortal(tmp_path_factory.mktemp("outage"))
    yield started
    started.stop()


@pytest.fixture(scope="module")
def lonely(own: Mortal, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    service = Service("probe", own.infrastructure, tmp_path_factory.mktemp("probe"), {"PYTHONPATH": str(HERE)}).start()
    yield service
    for process in service.processes.values():
        process.kill()


def make(service: Service, id: str) -> None:
    answer = service.call("POST", "/v1/branches/b1/things", teacher("t1"), json={"thing_id": id, "name": "n"})
    assert answer.status_code == 201


def seen(service: Service) -> list[str]:
    with MongoClient(service.infrastructure.mongodb_uri) as client:
        return sorted(row["thing"] for row in client[service.database].seen.find({"times": 1}))


def test_an_alarm_of_the_broker_holds_nothing_up_but_delivery(lonely: Service, own: Mortal) -> None:
    own.control_broker("set_vm_memory_high_watermark", "0.000001")
    for number in range(50):
        make(lonely, f"alarm-{number}")
    own.control_broker("set_vm_memory_high_watermark", "0.4")
    eventually(lambda: len(seen(lonely)) == 50)


def test_twenty_seconds_without_a_broker(lonely: Service, own: Mortal) -> None:
    before = len(seen(lonely))
    own.end_broker(signal.SIGTERM)
    began, count = time.monotonic(), 0
    while time.monotonic() - began < 20:  # the outage itself: commands go on all the while
        make(lonely, f"outage-{count}")
        count += 1
        time.sleep(0.05)
    assert lonely.call("GET", "/health/ready").status_code == 200, "requests go on, so it stays in its load balancer"
    assert lonely.processes["serve"].metric("rabta_consumers_connected") == 0
    assert lonely.processes["relay"].running()
    own.begin_broker()
    eventually(lambda: len(seen(lonely)) == before + count)
    eventually(lambda: lonely.processes["serve"].metric("rabta_consumers_connected") == 1)
