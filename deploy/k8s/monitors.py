"""Monitors: each chooses pods that are there, by a port and a path that they have; what serves metrics is scraped just once.

Prometheus' operator reads these alone, and no annotations.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from deploy.k8s.environment import watched
from deploy.k8s.resources import Fault, Resource, fault, of_kind, selected
from schoolbus import health

OF_BROKER = ("prometheus", ("/metrics", "/metrics/detailed"))  # the port's name, by the cluster operator; RabbitMQ's paths

LABELS = {"app", "component"}  # by which rules tell targets apart


def faults(resources: Sequence[Resource]) -> Iterator[Fault]:
    """None where an overlay has no monitoring."""
    scraped: Counter[tuple[str, str, str]] = Counter()
    for monitor in of_kind(resources, "PodMonitor"):
        chosen = [each for each in selected(resources, monitor["spec"]["selector"]) if _sees(monitor, each)]
        if not chosen:
            yield fault(monitor, ("spec", "selector"), "selects nothing")
        for number, endpoint in enumerate(monitor["spec"]["podMetricsEndpoints"]):
            labels = {each.get("targetLabel") for each in endpoint.get("relabelings", [])}
            if missing := sorted(LABELS - labels):
                reason = f"no label {', '.join(missing)} of its targets: rules ask for both"
                yield fault(monitor, ("spec", "podMetricsEndpoints", number), reason)
            for each in chosen:
                yield from _endpoint(monitor, number, endpoint, each, resources)
                scraped[each["kind"], each["metadata"]["name"], endpoint.get("path", health.METRICS)] += 1
    if scraped or any(of_kind(resources, "PrometheusRule")):
        yield from _all_once(resources, scraped)


def _all_once(resources: Sequence[Resource], scraped: Counter[tuple[str, str, str]]) -> Iterator[Fault]:
    for each in resources:
        serves = _serves(each, resources)
        for path in serves[1] if serves else ():
            times = scraped[each["kind"], each["metadata"]["name"], path]
            if times > 1 or (times == 0 and path == health.METRICS):
                yield fault(each, (), f"{path} is scraped by {times or 'no'} PodMonitors, not by one")


def _sees(monitor: Resource, each: Resource) -> bool:
    own = monitor["metadata"].get("namespace")
    return each["metadata"].get("namespace") in monitor["spec"].get("namespaceSelector", {}).get("matchNames", [own])


def _endpoint(
    monitor: Resource, number: int, endpoint: dict[str, Any], of: Resource, resources: Sequence[Resource]
) -> Iterator[Fault]:
    where, name = ("spec", "podMetricsEndpoints", number), of["metadata"]["name"]
    port, path = endpoint.get("port"), endpoint.get("path", health.METRICS)
    if (serves := _serves(of, resources)) is None:
        yield fault(monitor, where, f"{name} serves no metrics")
    elif port != serves[0] or path not in serves[1]:
        yield fault(monitor, where, f"metrics of {name} are on port {serves[0]} at {' and '.join(serves[1])}")


def _serves(each: Resource, resources: Sequence[Resource]) -> tuple[str, tuple[str, ...]] | None:
    """The name of a port, and paths; the first has to be scraped, others may be."""
    match each["kind"]:
        case "Deployment":
            return watched(each, resources), (health.METRICS,)
        case "RabbitmqCluster":
            return OF_BROKER
    return None
