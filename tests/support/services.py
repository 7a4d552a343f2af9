"""One service of the platform, started for real on a fresh database and a fresh vhost."""

import json
import re
import time
import uuid
from collections import Counter
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any

import requests
from pymongo import MongoClient

from deploy.local.infrastructure import Infrastructure
from deploy.local.processes import free_port
from schoolbus import topology
from schoolbus.broker import BROKER_FAULTS, Outgoing, Publisher
from schoolbus.caller import HEADER, Caller, sign_caller
from schoolbus.events import Event, with_sequence
from tests.support.http import http
from tests.support.processes import ROOT, Process, stop_all
from tests.support.waiting import eventually

IDLE = 20.0  # seconds
SECRET = "the-secret-of-the-tests-0123456789"
PUBLIC_URL = "https://school.rabta.test"


class Heard:
    """An event as it came. It is read once somebody asks for it: most are another test's, and of hundreds of items."""

    def __init__(self, routing_key: str, body: str | bytes) -> None:
        self.kind = Event.known[routing_key]
        self.body = body if isinstance(body, str) else body.decode()
        self.branch_id = json.loads(_BRANCH.search(self.body)[1])  # type: ignore[index]

    @cached_property
    def event(self) -> Event:
        return self.kind.decode(self.body)


_BRANCH = re.compile(r'"branchid":("[^"]*")')  # before the data
_HANDLED = re.compile(r'^rabta_events_handled_total{event="([^"]+)",outcome="(\w+)"[^}]*} (\S+)', re.MULTILINE)


class Service:
    """Its processes, and the two ways in: HTTP as the gateway calls, events as other services say them."""

    def __init__(self, name: str, infrastructure: Infrastructure, folder: Path, environment: dict[str, str]) -> None:
        self.name = name
        self.infrastructure = infrastructure
        self.amqp_uri = infrastructure.vhost(f"test-{name}")
        self.database = f"test_{name}_{uuid.uuid4().hex[:8]}"
        self.environment = {
            "AMQP_URI": self.amqp_uri,
            "MONGODB_URI": infrastructure.mongodb_uri,
            "MONGODB_DATABASE": self.database,
            "GATEWAY_SECRET": SECRET,
            "PUBLIC_URL": PUBLIC_URL,
            "USAGE_EVERY": "1",
            "TIMERS_FASTER": "10",
            **environment,
        }
        roles = ["serve", "relay"] + (["worker"] if (ROOT / "services" / name / "worker.py").exists() else [])
        self.processes = {role: self._process(role, folder) for role in roles}
        self._open: tuple[float, Publisher] | None = None
        topology.declare(self._ears.channel)
        self._ears.channel.queue_declare("test.ears", durable=True, auto_delete=False)
        if any(event.publisher() == name for event in Event.known.values()):
            self._ears.channel.queue_bind("test.ears", f"rabta.{name}", "#")
        self._heard: list[Heard] = []

    @property
    def _ears(self) -> Publisher:
        """A connection of its own; another one after some silence: the broker closes those that miss their heartbeats."""
        at = time.monotonic()
        if self._open is None or at - self._open[0] > IDLE:
            self._hang_up()
            self._open = (at, Publisher(self.amqp_uri))
        self._open = (at, self._open[1])
        return self._open[1]

    def _hang_up(self) -> None:
        if self._open is not None:
            with suppress(*BROKER_FAULTS):
                self._open[1].close()

    def start(self) -> "Service":
        for process in self.processes.values():
            process.start()
        for process in self.processes.values():
            process.wait_ready()
        return self

    def stop(self) -> None:
        """By their own leave: a transaction of who is killed stays open for a minute, and the database can't be dropped."""
        stop_all(self.processes.values())
        self._hang_up()
        self.infrastructure.remove_vhost(self.amqp_uri)
        with MongoClient(self.infrastructure.mongodb_uri) as client:
            client.drop_database(self.database)
            client.drop_database(f"{self.database}_audit")

    @property
    def url(self) -> str:
        return self.processes["serve"].url

    def call(self, method: str, path: str, caller: Caller | None = None, **more: Any) -> requests.Response:
        """A request as the gateway makes it; keywords as of requests.request."""
        headers = {**({HEADER: sign_caller(caller, SECRET)} if caller else {}), **more.pop("headers", {})}
        return http.request(method, self.url + path, headers=headers, timeout=30, **more)

    def say(self, *events: Event, sequence: int = 1) -> None:
        """Publishes events as other services would; all are in their queues when this returns."""
        for event in events:
            self.say_raw(type(event), with_sequence(event.encode(), sequence), event.id)

    def learn(self, *events: Event, sequence: int = 1) -> None:
        """The same; and the service has dealt with each of them when this returns. Those of several kinds are handled beside
        each other: who wants an order says them one after another."""
        wanted = self._dealt_with() + Counter(event.routing_key() for event in events)
        self.say(*events, sequence=sequence)
        eventually(lambda: all(count >= wanted[kind] for kind, count in self._dealt_with(*wanted).items()))

    def _dealt_with(self, *kinds: str) -> Counter[str]:
        """Events by kind, at least of these. One that was put off will come again: it is not dealt with."""
        found = Counter(dict.fromkeys(kinds, 0))
        for kind, outcome, count in _HANDLED.findall(self.processes["serve"].metrics("rabta_events_handled_total")):
            found[kind] += int(float(count)) if outcome != "put_off" else 0
        return found

    def say_raw(self, event: type[Event], body: str | bytes, id: str | None = None) -> None:
        """Whatever `body` is, to the queue of `event` in this service."""
        id = id or str(uuid.uuid4())
        safe = self._ears.publish([Outgoing(id, topology.exchange(event.routing_key()), event.routing_key(), body)])
        assert id in safe, f"no queue took {event.routing_key()}"

    def heard(self, event: type[Event] = Event, *branches: str) -> list[Any]:
        """All events (of one kind, of these branches) that the service has published so far."""
        while message := self._ears.channel.basic_get("test.ears", no_ack=True):
            self._heard.append(Heard(message.delivery_info["routing_key"], message.body))
        of_these = (heard for heard in self._heard if not branches or heard.branch_id in branches)
        return [heard.event for heard in of_these if issubclass(heard.kind, event)]

    def forget(self) -> None:
        """What was published so far is heard no more."""
        self._ears.channel.queue_purge("test.ears")
        self._heard.clear()

    def waiting(self, event: type[Event]) -> int:
        """How many messages of `event` stand ready in this service's queue."""
        return self.waiting_for(self.name, event)

    def waiting_for(self, reader: str, event: type[Event]) -> int:
        return int(self._ears.channel.queue_declare(topology.queue(event, reader), passive=True).message_count)

    def dead(self) -> int:
        return int(self._ears.channel.queue_declare(topology.dead(self.name), passive=True).message_count)

    def metric(self, role: str, name: str) -> float:
        """The sum of a metric's samples in one process."""
        return self.processes[role].metric(name)

    def _process(self, role: str, folder: Path) -> Process:
        environment = {**self.environment, "HTTP_PORT": str(free_port())}
        return Process(f"{self.name}.{role}", ["schoolbus", role, self.name], environment, folder)
