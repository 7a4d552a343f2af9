"""The broker: is it there, has it all queues and bindings, are they consumed, does it take anything, what is dead."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import requests

from schoolbus import topology
from schoolbus.broker import BROKER_FAULTS, Publisher
from schoolbus.doctor.finding import Finding
from schoolbus.doctor.wanted import Wanted
from schoolbus.events import Event
from schoolbus.management import Management, ManagementUrl
from schoolbus.settings import AmqpUrl

LETTERS = "docs/runbooks/dead-letters.md"
MANY = 10_000  # messages that wait in one queue
LOW = 2  # GB of the broker's disk


def look(wanted: Wanted) -> list[Finding]:
    try:
        Publisher(wanted.amqp_uri).close()
    except BROKER_FAULTS as fault:
        do = "see whether it runs, and whether AMQP_URI and its password are right"
        return [Finding(f"the broker can't be reached: {type(fault).__name__}", "AMQP_URI", do)]
    if not wanted.management_uri:
        return [Finding("queues, consumers and alarms were not looked at", "MANAGEMENT_URI", "set it", level="unseen")]
    try:
        management = Management(ManagementUrl(wanted.management_uri), AmqpUrl(wanted.amqp_uri))
        found = management.queues()
        return [*queues(found, wanted.retry_delays), *bindings(management.bindings(), found), *nodes(management.nodes())]
    except (requests.RequestException, ValueError) as fault:
        do = "see whether its management plugin is on, and whether the account has the tag monitoring"
        return [Finding(f"the management API can't be used: {type(fault).__name__}", "MANAGEMENT_URI", do, level="unseen")]


def queues(found: Mapping[str, Mapping[str, Any]], delays: Iterable[int] = topology.DELAYS) -> Iterator[Finding]:
    """`found`: as the management API tells them."""
    missing = [name for name in topology.queues(delays) if name not in found]
    if missing:
        yield Finding(
            f"{len(missing)} queues are missing",
            _some(missing),
            "start a service, or run `prepare broker`",
            see="docs/runbooks/outbox-refused.md",
        )
    for reader in topology.readers():
        own = [
            name
            for event in Event.known.values()
            if reader in event.read_by
            if (name := topology.queue(event, reader)) in found
        ]
        idle = [name for name in own if not found[name].get("consumers")]
        if idle:
            yield Finding(
                f"nobody consumes {len(idle)} of {len(own)} queues of {reader}",
                _some(idle),
                f"start {reader}, or see its log",
                see="docs/runbooks/queue-not-consumed.md",
            )
        late = [name for name in own if found[name].get("messages", 0) > MANY]
        if late:
            yield Finding(
                f"{reader} is behind: over {MANY} events wait",
                _some(late),
                f"see {reader}'s log; run more of it",
                see="docs/runbooks/queue-growing.md",
            )
        if dead := found.get(topology.dead(reader), {}).get("messages", 0):
            do = f"python -m schoolbus dead list {reader}"
            yield Finding(f"{dead} dead letters of {reader}", topology.dead(reader), do, LETTERS)


def bindings(bound: Iterable[Mapping[str, Any]], found: Mapping[str, Any]) -> Iterator[Finding]:
    """Of queues that are there."""
    there = {(each["source"], each["destination"], each["routing_key"]) for each in bound}
    wanted = [
        (topology.exchange(event.routing_key()), name, event.routing_key())
        for event in Event.known.values()
        for reader in event.read_by
        if (name := topology.queue(event, reader)) in found
    ]
    missing = [name for source, name, key in wanted if (source, name, key) not in there]
    if missing:
        yield Finding(
            f"{len(missing)} queues are not bound: their events are lost",
            _some(missing),
            "run `prepare broker`",
            see="docs/runbooks/outbox-refused.md",
        )


def nodes(found: Iterable[Mapping[str, Any]]) -> Iterator[Finding]:
    for node in found:
        where = str(node["name"])
        if not node.get("running", True):
            yield Finding("a node of the broker is down", where, "start it", see="docs/runbooks/broker-node-down.md")
        for alarm, name in (("mem_alarm", "memory"), ("disk_free_alarm", "disk")):
            if node.get(alarm):
                what = f"the broker has a {name} alarm and takes nothing: events wait in outboxes"
                yield Finding(what, where, f"give it more {name}", see=f"docs/runbooks/broker-{name}-alarm.md")
        free = node.get("disk_free")
        if isinstance(free, int) and free < LOW * 10**9 and not node.get("disk_free_alarm"):
            yield Finding(
                f"the broker's disk is nearly full: {free / 1e9:.1f} GB left",
                where,
                "make room",
                see="docs/runbooks/broker-disk-alarm.md",
            )


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - 2} more" if len(names) > 2 else ""
    return ", ".join(names[:2]) + more
