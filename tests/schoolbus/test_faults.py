"""The broker and its connections fail in many ways; the service says so, ends when it is told to, and loses nothing."""

from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
import requests
from amqp.exceptions import NotFound
from pymongo import MongoClient

from deploy.local.infrastructure import Infrastructure
from deploy.local.processes import free_port
from schoolbus import topology
from schoolbus.broker import Publisher
from schoolbus.events import Event
from tests.schoolbus.conftest import HERE
from tests.support.people import teacher
from tests.support.processes import Process
from tests.support.services import SECRET, Service
from tests.support.waiting import eventually

THINGS = "/v1/branches/b1/things"


def make(probe: Service, thing_id: str, **more: object) -> None:
    answer = probe.call("POST", THINGS, teacher("t1"), json={"thing_id": thing_id, "name": "n", **more})
    assert answer.status_code == 201


def seen(probe: Service) -> dict[str, int]:
    with MongoClient(probe.infrastructure.mongodb_uri) as client:
        return {row["thing"]: row["times"] for row in client[probe.database].seen.find()}


def connected(probe: Service) -> bool:
    return probe.processes["serve"].metric("rabta_consumers_connected") == 1


def consumers(probe: Service, event: type[Event]) -> int:
    """Of the probe's queue; 0 while there is no such queue."""
    with Publisher(probe.amqp_uri) as publisher, suppress(NotFound):
        return int(publisher.channel.queue_declare(topology.queue(event, "probe"), passive=True).consumer_count)
    return 0


def test_a_deleted_queue_is_made_again(probe: Service) -> None:
    from services.probe.contracts import ThingMade

    with Publisher(probe.amqp_uri) as publisher:
        publisher.channel.queue_delete(topology.queue(ThingMade, "probe"))
    eventually(lambda: consumers(probe, ThingMade) == 1)
    make(probe, "after-the-queue")
    eventually(lambda: seen(probe).get("after-the-queue") == 1)


def test_a_connection_lost_while_a_handler_runs_costs_a_second_delivery_and_no_more(probe: Service) -> None:
    from services.probe.contracts import ThingMade

    make(probe, "under-way", seconds=1.5)
    eventually(lambda: any(event.subject == "under-way" for event in probe.heard()))
    eventually(lambda: probe.waiting(ThingMade) == 0)
    close_connections(probe.infrastructure, probe.amqp_uri)
    eventually(lambda: connected(probe))
    eventually(lambda: "under-way" in seen(probe))
    make(probe, "after-the-connection")
    eventually(lambda: seen(probe).get("after-the-connection") == 1)
    assert probe.processes["serve"].running()
    assert probe.processes["serve"].stop() == 0, "what was in hand when the connection went is still waited for"
    probe.processes["serve"].start().wait_ready()


def close_connections(infrastructure: Infrastructure, amqp_uri: str) -> None:
    """All of the vhost's, once the management API shows the service's (it looks every few seconds)."""
    if infrastructure.broker.management is None:
        pytest.skip("connections are closed by the broker's management API, and this broker shows none")
    vhost = urlsplit(amqp_uri).path.lstrip("/")
    api = infrastructure.broker.management

    def open_ones() -> list[str]:
        return [each["name"] for each in requests.get(f"{api}/api/vhosts/{vhost}/connections", timeout=10).json()]

    for name in eventually(open_ones):
        requests.delete(f"{api}/api/connections/{quote(name, safe='')}", timeout=10)


def environment(infrastructure: Infrastructure, amqp_uri: str) -> dict[str, str]:
    return {
        "AMQP_URI": amqp_uri,
        "MONGODB_URI": infrastructure.mongodb_uri,
        "MONGODB_DATABASE": "test_faults",
        "GATEWAY_SECRET": SECRET,
        "HTTP_PORT": str(free_port()),
        "PYTHONPATH": str(HERE),
    }


@pytest.mark.parametrize("role", ["serve", "relay"])
def test_without_a_broker_it_is_not_ready_and_still_ends_when_told(
    infrastructure: Infrastructure, tmp_path: Path, role: str
) -> None:
    process = Process(role, ["schoolbus", role, "probe"], environment(infrastructure, "amqp://127.0.0.1:1/x"), tmp_path).start()

    def alive() -> bool:
        try:
            return requests.get(f"{process.url}/health/live", timeout=30).status_code == 200
        except requests.RequestException:
            return False

    eventually(alive)
    if role == "serve":
        assert requests.get(f"{process.url}/health/ready", timeout=30).json() == {"consumers": False, "database": True}
    assert process.stop() == 0, process.tail()


@pytest.mark.parametrize("role", ["serve", "relay"])
def test_a_queue_with_other_arguments_ends_it_with_one_line(infrastructure: Infrastructure, tmp_path: Path, role: str) -> None:
    import services.probe.contracts  # noqa: F401

    uri = infrastructure.vhost("test-arguments")
    with Publisher(uri) as publisher:
        publisher.channel.queue_declare(topology.dead("probe"), durable=True, auto_delete=False)
    process = Process(role, ["schoolbus", role, "probe"], environment(infrastructure, uri), tmp_path).start()
    assert process.popen is not None
    assert process.popen.wait(60) == 78
    last = process.tail().strip().splitlines()[-1]
    assert topology.dead("probe") in last, process.tail()
    assert last.startswith("rabta: probe"), process.tail()
    infrastructure.remove_vhost(uri)


def test_a_taken_port_ends_it_with_one_line(infrastructure: Infrastructure, tmp_path: Path, probe: Service) -> None:
    taken = {**environment(infrastructure, probe.amqp_uri), "HTTP_PORT": str(probe.processes["serve"].port)}
    process = Process("second", ["schoolbus", "serve", "probe"], {**taken, "RETRY_DELAYS": "1,1"}, tmp_path).start()
    assert process.popen is not None
    assert process.popen.wait(60) == 78
    assert "cannot listen on 127.0.0.1:" in process.tail().strip().splitlines()[-1], process.tail()


@pytest.mark.parametrize("role", ["serve", "relay", "worker"])
def test_documents_of_another_layout_end_it_with_one_line(infrastructure: Infrastructure, tmp_path: Path, role: str) -> None:
    """Of the release before: a meeting day without the terms that it has by now."""
    uri = infrastructure.vhost("test-layout")
    wanted = {**environment(infrastructure, uri), "MONGODB_DATABASE": f"test_layout_{role}"}
    with MongoClient[Any](infrastructure.mongodb_uri) as client:
        days = client[wanted["MONGODB_DATABASE"]]["meeting_days"]
        days.insert_one({"_id": "d1", "branch_id": "b1", "title": "Autumn", "held_on": "2026-12-01"})
        process = Process(role, ["schoolbus", role, "meetings"], wanted, tmp_path).start()
        assert process.popen is not None
        assert process.popen.wait(60) == 78
        last = process.tail().strip().splitlines()[-1]
        assert "has the layout 1, and this release wants 2" in last, process.tail()
        assert client[wanted["MONGODB_DATABASE"]].list_collection_names() == ["meeting_days"], "nothing is changed"
        client.drop_database(wanted["MONGODB_DATABASE"])
    infrastructure.remove_vhost(uri)
