"""What serves metrics is scraped by one monitor, at the port and the path that it has."""

from typing import Any

import pytest

from deploy.k8s import monitors
from deploy.k8s.check import OVERLAYS
from deploy.k8s.resources import Resource, build, of_kind
from tests.k8s.conftest import one


def said(resources: list[Resource]) -> list[str]:
    return [str(fault) for fault in monitors.faults(resources)]


def endpoint(resources: list[Resource], name: str) -> dict[str, Any]:
    found: dict[str, Any] = one(resources, "PodMonitor", name)["spec"]["podMetricsEndpoints"][0]
    return found


def test_what_is_deployed_is_scraped(resources: list[Resource]) -> None:
    assert said(resources) == []


@pytest.mark.parametrize(
    ("name", "change", "reason"),
    [
        ("rabta", {"port": "nope"}, "metrics of roster-serve are on port http at /metrics"),
        ("rabta", {"path": "/nothing"}, "metrics of roster-serve are on port http at /metrics"),
        ("rabta-gateway", {"port": "http"}, "metrics of gateway are on port metrics at /metrics"),
        ("rabta-broker", {"path": "/nothing"}, "metrics of broker are on port prometheus at /metrics and /metrics/detailed"),
        ("rabta", {"relabelings": []}, "no label app, component of its targets: rules ask for both"),
    ],
)
def test_an_endpoint_that_nobody_has(resources: list[Resource], name: str, change: dict[str, Any], reason: str) -> None:
    endpoint(resources, name).update(change)
    assert f"PodMonitor/{name} spec.podMetricsEndpoints[0]: {reason}" in said(resources)


@pytest.mark.parametrize(
    "selector",
    [
        {"matchLabels": {"app.kubernetes.io/component": "nobody"}},
        {
            "matchLabels": {"app.kubernetes.io/part-of": "rabta"},
            "matchExpressions": [{"key": "app.kubernetes.io/component", "operator": "DoesNotExist"}],
        },
    ],
)
def test_a_monitor_of_nobody(resources: list[Resource], selector: dict[str, Any]) -> None:
    one(resources, "PodMonitor", "rabta")["spec"]["selector"] = selector
    lines = said(resources)
    assert "PodMonitor/rabta spec.selector: selects nothing" in lines
    assert "Deployment/roster-serve /metrics is scraped by no PodMonitors, not by one" in lines


def test_a_monitor_of_another_namespace(resources: list[Resource]) -> None:
    one(resources, "PodMonitor", "rabta")["metadata"]["namespace"] = "monitoring"
    assert "PodMonitor/rabta spec.selector: selects nothing" in said(resources)


def test_rules_without_any_monitor(resources: list[Resource]) -> None:
    blind = [each for each in resources if each["kind"] != "PodMonitor"]
    assert "RabbitmqCluster/broker /metrics is scraped by no PodMonitors, not by one" in said(blind)


def test_what_is_scraped_twice(resources: list[Resource]) -> None:
    one(resources, "PodMonitor", "rabta-gateway")["spec"]["selector"] = {"matchLabels": {"app.kubernetes.io/part-of": "rabta"}}
    lines = said(resources)
    assert "Deployment/roster-serve /metrics is scraped by 2 PodMonitors, not by one" in lines
    assert "PodMonitor/rabta-gateway spec.podMetricsEndpoints[0]: backup serves no metrics" in lines


def test_without_monitoring_nothing_is_asked() -> None:
    assert said(build(OVERLAYS / "dev")) == []


def test_somebody_elses_broker_is_not_scraped() -> None:
    managed = build(OVERLAYS / "managed")
    assert said(managed) == []
    assert "rabta-broker" not in {each["metadata"]["name"] for each in of_kind(managed, "PrometheusRule")}
