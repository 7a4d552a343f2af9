"""The broker falls ill, or away: requests go on, nothing is lost, and all is delivered when it is back."""

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from pymongo import MongoClient

from deploy.local import broker
from deploy.local.infrastructure import Infrastructure, Ports, start
from tests.schoolbus.conftest import HERE
from tests.support.people import teacher
from tests.support.services import Service
from tests.support.waiting import eventually


@pytest.fixture(scope="module")
def ports() -> Ports:
    return Ports.free()


@pytest.fixture(scope="module")
def own(ports: Ports, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Infrastructure]:
    """A broker of its own, because it is stopped."""
    started = start(tmp_path_factory.mktemp("outage"), ports=ports, keep=True)
    yield started
    started.stop()


@pytest.fixture(scope="module")
def lonely(own: Infrastructure, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    service = Service("probe", own, tmp_path_factory.mktemp("probe"), {"PYTHONPATH": str(HERE)}).start()
    yield service
    for process in service.processes.values():
        process.kill()


def make(service: Service, id: str) -> None:
    answer = service.call("POST", "/v1/branches/b1/things", teacher("t1"), json={"thing_id": id, "name": "n"})
    assert answer.status_code == 201


def seen(service: Service) -> list[str]:
    with MongoClient(service.infrastructure.mongodb_uri) as client:
        return sorted(row["thing"] for row in client[service.database].seen.find({"times": 1}))


def node(own: Infrastructure) -> psutil.Process:
    return next(
        process for entry in reversed(own.ledger.entries()) if entry.name == "rabbitmq" and (process := entry.process())
    )


def control(own: Infrastructure, *words: str) -> None:
    program = Path(node(own).environ().get("RABBITMQ_HOME", "/usr/lib/rabbitmq")) / "bin" / "rabbitmqctl"
    command = str(program) if program.exists() else "/usr/lib/rabbitmq/bin/rabbitmqctl"
    subprocess.run([command, *words], env=node(own).environ(), check=True, capture_output=True, timeout=60)


def test_an_alarm_of_the_broker_holds_nothing_up_but_delivery(lonely: Service, own: Infrastructure) -> None:
    control(own, "set_vm_memory_high_watermark", "0.000001")
    for number in range(50):
        make(lonely, f"alarm-{number}")
    control(own, "set_vm_memory_high_watermark", "0.4")
    eventually(lambda: len(seen(lonely)) == 50)


def test_twenty_seconds_without_a_broker(lonely: Service, own: Infrastructure, ports: Ports) -> None:
    before = len(seen(lonely))
    gone = node(own)
    gone.terminate()
    gone.wait(60)
    began, count = time.monotonic(), 0
    while time.monotonic() - began < 20:  # the outage itself: commands go on all the while
        make(lonely, f"outage-{count}")
        count += 1
        time.sleep(0.05)
    assert lonely.call("GET", "/health/ready").status_code == 200, "requests go on, so it stays in its load balancer"
    assert lonely.processes["serve"].metric("rabta_consumers_connected") == 0
    assert lonely.processes["relay"].running()
    broker.begin(own.ledger, own.ledger.path.parent / "rabbitmq", ports.amqp, ports.management)()
    eventually(lambda: len(seen(lonely)) == before + count)
    eventually(lambda: lonely.processes["serve"].metric("rabta_consumers_connected") == 1)
