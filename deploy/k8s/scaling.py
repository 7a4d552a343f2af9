"""Autoscalers: of something that is there, one for each, and by what the code has: queues, collections and states, metrics."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from deploy.capacity.shards import collections
from deploy.k8s.environment import environment, process
from deploy.k8s.metrics import unknown
from deploy.k8s.reads import ROOT
from deploy.k8s.resources import Fault, Resource, fault, named, of_kind
from schoolbus import topology
from schoolbus.events import Event

Trigger = dict[str, Any]


def faults(resources: Sequence[Resource]) -> Iterator[Fault]:
    scalers = [*of_kind(resources, "HorizontalPodAutoscaler"), *of_kind(resources, "ScaledObject")]
    scaled = Counter(each["spec"]["scaleTargetRef"]["name"] for each in scalers)
    for each in scalers:
        name = each["spec"]["scaleTargetRef"]["name"]
        target = named(resources, "Deployment", name)
        if target is None:
            yield fault(each, ("spec", "scaleTargetRef"), f"there is no Deployment {name}")
            continue
        if scaled[name] > 1:
            yield fault(each, ("spec", "scaleTargetRef"), f"{name} has {scaled[name]} autoscalers, which would pull at it")
        if "replicas" in target["spec"]:
            yield fault(target, ("spec", "replicas"), "is the autoscaler's to say: each apply would undo it")
        low, high = (each["spec"].get(f"{side}ReplicaCount", each["spec"].get(f"{side}Replicas")) for side in ("min", "max"))
        if low > high:
            yield fault(each, ("spec",), f"wants at least {low} and at most {high}")
        for number, trigger in enumerate(each["spec"].get("triggers", [])):
            yield from (fault(each, ("spec", "triggers", number), reason) for reason in _reasons(trigger, target, resources))


def _reasons(trigger: Trigger, target: Resource, resources: Sequence[Resource]) -> Iterator[str]:
    metadata, service = trigger["metadata"], process(target)[0]
    match trigger["type"]:
        case "rabbitmq":
            yield from _of_queues(metadata, service)
            wanted = trigger.get("authenticationRef", {}).get("name", "")
            if named(resources, "TriggerAuthentication", wanted) is None:
                yield f"there is no TriggerAuthentication {wanted}"
        case "mongodb":
            yield from _of_collection(metadata, service)
            yield from _unqualified(environment(target, resources).get("DATABASE_HOSTS") or "")
        case "prometheus":
            yield from (f"no metric is called {name}" for name in sorted(unknown(metadata["query"], resources)))
        case "cpu":
            if trigger.get("metricType") != "AverageValue":
                yield "wants an AverageValue: a process has one core, whatever it asks for"
        case other:
            yield f"nothing is known of {other}"


def _of_queues(metadata: Trigger, service: str) -> Iterator[str]:
    """All that a service reads, and not its dead letters: they don't become fewer by more processes."""
    wanted = {topology.queue(event, service) for event in Event.known.values() if service in event.read_by}
    everything = {topology.queue(event, reader) for event in Event.known.values() for reader in event.read_by}
    everything |= {topology.dead(reader) for reader in topology.readers()} | {topology.delay(each) for each in topology.DELAYS}
    found = {name for name in everything if re.search(metadata["queueName"], name)}
    for name in sorted(wanted - found):
        yield f"does not look at queue {name}"
    for name in sorted(found - wanted):
        yield f"looks at queue {name}, which {service} does not read"
    if int(metadata.get("pageSize", 100)) < len(wanted):
        yield f"looks at the first {metadata.get('pageSize', 100)} of {len(wanted)} queues"


def _of_collection(metadata: Trigger, service: str) -> Iterator[str]:
    if metadata["dbName"] != f"rabta_{service}":
        yield f"{metadata['dbName']} is not the database of {service}"
    if metadata["collection"] not in {documents.name for documents in collections(service)}:
        yield f"{service} has no collection {metadata['collection']}"
    states = json.loads(metadata["query"]).get("state", "")
    for state in states["$in"] if isinstance(states, dict) else [states]:
        if state not in _words(service):
            yield f"no code of {service} says {state!r}"


def _unqualified(hosts: str) -> Iterator[str]:
    """KEDA reads a process' address and looks from its own namespace, where a Service of ours has another name."""
    for host in (each.rpartition(":")[0] for each in hosts.split(",")):
        if "." not in host:
            yield f"KEDA finds no {host or 'host'} from its namespace: DATABASE_HOSTS wants NAME.NAMESPACE.svc.cluster.local"


@cache
def _words(service: str) -> frozenset[str]:
    """What stands in quotes in a module of states."""
    files = (ROOT / "services" / service).rglob("states.py")
    return frozenset(word for file in files for word in re.findall(r'"(\w+)"', file.read_text()))
