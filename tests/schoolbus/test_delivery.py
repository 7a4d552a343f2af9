"""What the bus promises: everything that was committed is handled, nothing takes effect twice, nothing is lost on the way."""

import os
import subprocess
import sys
import threading
from collections import Counter
from functools import partial

import requests
from pymongo import MongoClient

from tests.schoolbus.conftest import HERE
from tests.support.people import teacher
from tests.support.processes import ROOT
from tests.support.services import Service
from tests.support.waiting import eventually

THINGS = "/v1/branches/b1/things"


def make(probe: Service, thing_id: str, **more: object) -> int:
    return probe.call("POST", THINGS, teacher("t1"), json={"thing_id": thing_id, "name": "n", **more}).status_code


def seen(probe: Service) -> dict[str, int]:
    """How often the event of each thing has come."""
    with MongoClient(probe.infrastructure.mongodb_uri) as client:
        return {row["thing"]: row["times"] for row in client[probe.database].seen.find()}


def effects(probe: Service) -> Counter[str]:
    """How many effects each thing has had."""
    with MongoClient(probe.infrastructure.mongodb_uri) as client:
        return Counter(row["thing"] for row in client[probe.database].seen.find())


def test_what_is_committed_is_handled_with_its_correlation_id(probe: Service) -> None:
    probe.call("POST", THINGS, teacher("t1"), json={"thing_id": "a", "name": "n"}, headers={"X-Correlation-ID": "corr-0001"})
    eventually(lambda: seen(probe).get("a") == 1)
    heard = eventually(lambda: [event for event in probe.heard() if event.subject == "a"])
    assert [(event.sequence, event.correlation_id) for event in heard] == [(1, "corr-0001")]


def test_killed_again_and_again_everything_is_delivered_and_nothing_twice(probe: Service) -> None:
    """2,000 commands, while the service and its relay are killed in the middle."""
    wanted = [f"k{number}" for number in range(2000)]
    todo, made, lock = list(reversed(wanted)), [], threading.Lock()

    def is_made(id: str) -> bool:
        try:
            return make(probe, id) in (201, 409)
        except requests.RequestException:
            return False  # down: the client tries again, with the same id

    def work() -> None:
        while True:
            with lock:
                if not todo:
                    return
                id = todo.pop()
            eventually(partial(is_made, id))
            with lock:
                made.append(id)

    threads = [threading.Thread(target=work, daemon=True) for _ in range(8)]
    for thread in threads:
        thread.start()
    for progress in (300, 700, 1100, 1500):
        eventually(lambda progress=progress: len(made) >= progress)
        for role in ("relay", "serve"):
            probe.processes[role].kill()
            probe.processes[role].start().wait_ready()
    for thread in threads:
        thread.join()
    eventually(lambda: set(wanted) <= set(seen(probe)))
    assert {id for id, count in effects(probe).items() if count != 1} == set(), "some took effect twice"
    assert probe.dead() == 0


def test_a_slow_handler_is_waited_for_at_the_end(probe: Service) -> None:
    from services.probe.contracts import ThingMade

    make(probe, "slow", seconds=3.0)
    eventually(lambda: "slow" in [event.subject for event in probe.heard()])
    eventually(lambda: probe.waiting(ThingMade) == 0)
    assert probe.processes["serve"].stop() == 0
    assert seen(probe).get("slow") == 1
    assert probe.waiting(ThingMade) == 0, "its acknowledgement was dropped"
    probe.processes["serve"].start().wait_ready()


def test_what_is_no_event_dies_with_its_reason(probe: Service) -> None:
    from services.probe.contracts import ThingMade

    probe.say_raw(ThingMade, b"not json", id="broken")
    probe.say_raw(ThingMade, b'{"specversion": "1.0"}', id="half")
    eventually(lambda: probe.dead() == 2)
    probe.forget()  # nobody can read them, and others hear this probe too
    assert "Missing data for required field" in dead(probe, "show", "probe", "half")
    assert f"rabta.probe.{ThingMade.routing_key()}" in dead(probe, "list")
    dead(probe, "drop", "probe", "broken")
    dead(probe, "drop", "probe", "half")
    eventually(lambda: probe.dead() == 0)


def test_a_poison_message_dies_after_its_tries_and_is_replayed_after_the_fix(probe: Service) -> None:
    make(probe, "poisoned", poison=True)
    eventually(lambda: probe.dead() == 1)
    assert "RuntimeError: poisoned" in dead(probe, "show", "probe")
    with MongoClient(probe.infrastructure.mongodb_uri) as client:
        client[probe.database].cures.insert_one({"_id": "cure", "branch_id": "b1"})
    assert dead(probe, "replay", "probe") == "1 done\n"
    eventually(lambda: seen(probe).get("poisoned") == 1)
    assert probe.dead() == 0


_DEAD = "import sys, services.probe.contracts, schoolbus.__main__ as m; sys.exit(m.main(['dead', *sys.argv[1:]]))"


def dead(probe: Service, *words: str) -> str:
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _DEAD, *words],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "AMQP_URI": probe.amqp_uri, "PYTHONPATH": f"{HERE}:{ROOT}"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout
