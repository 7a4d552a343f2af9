"""Where a job prepares (PREPARE=job), processes make nothing: they look, and wait until it is there."""

import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from pymongo import MongoClient

from deploy.local.infrastructure import Infrastructure
from deploy.local.processes import free_port
from schoolbus import topology
from schoolbus.broker import Publisher
from schoolbus.caller import HEADER, sign_caller
from tests.schoolbus.conftest import HERE
from tests.support.http import http
from tests.support.people import teacher
from tests.support.processes import ROOT, Process, stop_all
from tests.support.services import SECRET, Service
from tests.support.waiting import eventually


@pytest.fixture
def environment(infrastructure: Infrastructure, probe: Service) -> Iterator[dict[str, str]]:
    """A vhost and a database with nothing in them; the probe's events are known."""
    uri, database = infrastructure.vhost("test-prepare"), f"test_prepare_{uuid.uuid4().hex[:8]}"
    yield {
        "AMQP_URI": uri,
        "MONGODB_URI": infrastructure.mongodb_uri,
        "MONGODB_DATABASE": database,
        "GATEWAY_SECRET": SECRET,
        "PYTHONPATH": str(HERE),
        "PREPARE": "job",
    }
    infrastructure.remove_vhost(uri)
    with MongoClient[Any](infrastructure.mongodb_uri) as client:
        client.drop_database(database)


@pytest.fixture
def processes(environment: dict[str, str], tmp_path: Path) -> Iterator[dict[str, Process]]:
    made = {
        role: Process(role, ["schoolbus", role, "probe"], {**environment, "HTTP_PORT": str(free_port())}, tmp_path).start()
        for role in ("serve", "relay")
    }
    yield made
    stop_all(made.values())


def prepare(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "ignore", "-m", "schoolbus", "prepare", *words]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)


def queues(uri: str) -> bool:
    with Publisher(uri) as publisher:
        try:
            publisher.channel.queue_declare(topology.dead("probe"), passive=True)
        except Exception:
            return False
        return True


def test_processes_wait_for_the_jobs_and_make_nothing(environment: dict[str, str], processes: dict[str, Process]) -> None:
    for process in processes.values():
        eventually(lambda process=process: "is not yet begun: the job `python -m schoolbus prepare probe`" in process.tail())
        assert requests.get(f"{process.url}/health/live", timeout=30).ok
        assert requests.get(f"{process.url}/health/ready", timeout=30).status_code == 503
    with MongoClient[Any](environment["MONGODB_URI"]) as client:
        assert client[environment["MONGODB_DATABASE"]].list_collection_names() == []

    done = prepare(environment, "probe")
    assert done.returncode == 0, done.stderr
    for process in processes.values():
        eventually(lambda process=process: "the broker has no rabta.probe" in process.tail())
        assert requests.get(f"{process.url}/health/live", timeout=30).ok
        assert requests.get(f"{process.url}/health/ready", timeout=30).status_code == 503
    assert not queues(environment["AMQP_URI"])

    with Publisher(environment["AMQP_URI"]) as publisher:
        topology.declare(publisher.channel)
    for process in processes.values():
        process.wait_ready()
    assert prepare(environment, "probe").returncode == 0, "twice is once"


def test_a_relay_whose_event_no_queue_takes_waits_and_declares_nothing(
    environment: dict[str, str], processes: dict[str, Process]
) -> None:
    from services.probe.contracts import ThingMade

    assert prepare(environment, "probe").returncode == 0
    with Publisher(environment["AMQP_URI"]) as publisher:
        topology.declare(publisher.channel)
        for process in processes.values():
            process.wait_ready()
        queue = topology.queue(ThingMade, "probe")
        publisher.channel.queue_unbind(queue, "rabta.probe", ThingMade.routing_key())
        body = {"thing_id": "t1", "name": "one"}
        headers = {HEADER: sign_caller(teacher("t1"), SECRET)}
        assert http.post(f"{processes['serve'].url}/v1/branches/b1/things", json=body, headers=headers, timeout=30).ok
        eventually(lambda: "event_returned" in processes["relay"].tail())
        with MongoClient[Any](environment["MONGODB_URI"]) as client:
            database = client[environment["MONGODB_DATABASE"]]
            assert database.seen.count_documents({}) == 0
            topology.declare(publisher.channel)
            eventually(lambda: database.seen.count_documents({"times": 1}) == 1)


def test_a_job_that_can_not_says_why_in_one_line(environment: dict[str, str]) -> None:
    nowhere = {**environment, "AMQP_URI": "amqp://127.0.0.1:1/x", "MONGODB_URI": "mongodb://127.0.0.1:1/?timeoutMS=200"}
    for name in ("broker", "probe"):
        done = prepare(nowhere, name)
        assert done.returncode == 1
        assert done.stderr.strip().splitlines()[-1].startswith(f"rabta: prepare {name}: the "), done.stderr


def test_queues_of_real_services_are_declared_by_the_job(environment: dict[str, str]) -> None:
    done = prepare(environment, "broker")
    assert done.returncode == 0, done.stderr
    with Publisher(environment["AMQP_URI"]) as publisher:
        for service in ("roster", "notifications"):
            topology.look(publisher.channel, service)
