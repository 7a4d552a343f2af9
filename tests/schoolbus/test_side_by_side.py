"""Two releases of the probe at work on one database and one broker while the step from the one's layout to the other's runs."""

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from threading import Event as Flag
from threading import Thread
from typing import Any

import pytest
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

NEXT = HERE.parent / "probe_next"
KEPT = 1200  # things that were there before
THINGS = "/v1/branches/b1/things"


def signed() -> dict[str, str]:
    """Good for two minutes."""
    return {HEADER: sign_caller(teacher("t1"), SECRET)}


class Chain:
    """One broker and one database, and the processes of whatever release."""

    def __init__(self, infrastructure: Infrastructure, folder: Path) -> None:
        self.infrastructure, self.folder = infrastructure, folder
        self.uri = infrastructure.vhost("test-side-by-side")
        self.database = f"test_side_by_side_{uuid.uuid4().hex[:8]}"
        self.started: list[Process] = []
        self.made: list[str] = []

    def environment(self, **more: str) -> dict[str, str]:
        known = {"AMQP_URI": self.uri, "MONGODB_URI": self.infrastructure.mongodb_uri, "MONGODB_DATABASE": self.database}
        return {**known, "GATEWAY_SECRET": SECRET, "PATH": os.environ["PATH"], **more}

    def start(self, role: str, prepare: str, **release: str) -> Process:
        environment = self.environment(HTTP_PORT=str(free_port()), PREPARE=prepare, **release)
        self.started.append(Process(f"{role}.{len(self.started)}", ["schoolbus", role, "probe"], environment, self.folder))
        return self.started[-1].start()

    def make(self, process: Process, id: str) -> None:
        answer = http.post(process.url + THINGS, json={"thing_id": id, "name": f"Thing {id}"}, headers=signed(), timeout=30)
        assert answer.status_code == 201, answer.text
        self.made.append(id)

    def listed(self, process: Process) -> dict[str, Any]:
        found: dict[str, Any] = {}
        path: str | None = f"{THINGS}?limit=500"
        while path:
            answer = http.get(process.url + path, headers=signed(), timeout=30)
            assert answer.ok, answer.text
            found |= {thing["thing_id"]: thing for thing in answer.json()["items"]}
            after = answer.json().get("next")
            path = f"{THINGS}?limit=500&after={after}" if after else None
        return found


@pytest.fixture
def chain(infrastructure: Infrastructure, probe: Service, tmp_path: Path) -> Iterator[Chain]:
    """`probe`: its events are known."""
    made = Chain(infrastructure, tmp_path)
    yield made
    stop_all(made.started)
    infrastructure.remove_vhost(made.uri)
    with MongoClient[Any](infrastructure.mongodb_uri) as client:
        client.drop_database(made.database)


OLD = {"PYTHONPATH": str(HERE)}
EXPANDS = {"PYTHONPATH": f"{NEXT}:{HERE}"}
CONTRACTS = {**EXPANDS, "PROBE_READS": "2"}


def prepare(chain: Chain, **release: str) -> None:
    command = [sys.executable, "-W", "ignore", "-m", "schoolbus", "prepare", "probe"]
    environment = chain.environment(**release)
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr


def test_old_and_new_code_work_beside_each_other_while_the_step_runs(chain: Chain) -> None:
    with Publisher(chain.uri) as publisher:
        topology.declare(publisher.channel)
    with MongoClient[Any](chain.infrastructure.mongodb_uri) as client:
        database = client[chain.database]
        rows = ({"_id": f"kept-{id:05}", "branch_id": "b1", "name": f"Kept {id}"} for id in range(KEPT))
        database.things.insert_many(rows)
        old, relay = chain.start("serve", "self", **OLD), chain.start("relay", "self", **OLD)
        old.wait_ready(), relay.wait_ready()

        ended = Flag()
        going = Thread(target=goes_on, args=(chain, old, ended))
        going.start()
        try:
            new = chain.start("serve", "job", **EXPANDS)  # waits for the job
            eventually(lambda: "not_prepared" in new.tail())
            prepare(chain, **EXPANDS)
            new.wait_ready()
            for id in range(20):
                chain.make(new, f"new-{id}")
            assert len(chain.listed(old)) > KEPT
            assert all(thing["lower"] == thing["name"].lower() for thing in chain.listed(new).values())
        finally:
            ended.set()
            going.join()
        assert old.stop() == 0
        assert relay.stop() == 0

        relay = chain.start("relay", "job", **EXPANDS).wait_ready()
        prepare(chain, **CONTRACTS)
        last = chain.start("serve", "job", **CONTRACTS).wait_ready()
        assert len(chain.listed(last)) == KEPT + len(chain.made), "nothing is lost, and each is of the new layout"
        eventually(lambda: {row["thing"] for row in database.seen.find({"times": 1})} == set(chain.made))
        assert database.seen.count_documents({}) == len(chain.made), "heard once"


def goes_on(chain: Chain, process: Process, ended: Flag) -> None:
    """Old code goes on writing."""
    for id in count():
        if ended.is_set():
            return
        chain.make(process, f"old-{id}")
