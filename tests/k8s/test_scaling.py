"""Autoscalers look at what there is, and don't pull at each other."""

from typing import Any

import pytest

from deploy.k8s import scaling
from deploy.k8s.resources import Resource
from tests.k8s.conftest import one


def said(resources: list[Resource]) -> list[str]:
    return [str(fault) for fault in scaling.faults(resources)]


def triggers(resources: list[Resource], name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = one(resources, "ScaledObject", name)["spec"]["triggers"]
    return found


def test_two_autoscalers_of_one_deployment(resources: list[Resource]) -> None:
    one(resources, "HorizontalPodAutoscaler", "gateway")["spec"]["scaleTargetRef"]["name"] = "roster-serve"
    lines = said(resources)
    assert "ScaledObject/roster-serve spec.scaleTargetRef: roster-serve has 2 autoscalers, which would pull at it" in lines


def test_replicas_beside_an_autoscaler(resources: list[Resource]) -> None:
    one(resources, "Deployment", "roster-serve")["spec"]["replicas"] = 3
    assert said(resources) == ["Deployment/roster-serve spec.replicas: is the autoscaler's to say: each apply would undo it"]


def test_an_autoscaler_of_nothing(resources: list[Resource]) -> None:
    one(resources, "ScaledObject", "reports-heavy")["spec"]["scaleTargetRef"]["name"] = "reports-cards"
    assert said(resources) == ["ScaledObject/reports-heavy spec.scaleTargetRef: there is no Deployment reports-cards"]


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        (r"^rabta\.roster\.", "looks at queue rabta.roster.dead, which roster does not read"),
        (r"^rabta\.", "looks at queue rabta.delay.1s, which roster does not read"),
        (r"^rabta\.roster\.meetings", "does not look at queue rabta.roster."),
        (r"^rabta\.reports\.(?!dead$)", "does not look at queue rabta.roster."),
    ],
)
def test_queues_that_a_service_does_not_read(resources: list[Resource], pattern: str, reason: str) -> None:
    triggers(resources, "roster-serve")[1]["metadata"]["queueName"] = pattern
    assert any(line.startswith(f"ScaledObject/roster-serve spec.triggers[1]: {reason}") for line in said(resources))


def test_more_queues_than_a_page(resources: list[Resource]) -> None:
    triggers(resources, "notifications-serve")[1]["metadata"]["pageSize"] = "50"
    assert any("looks at the first 50 of" in line for line in said(resources))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"collection": "cards"}, "reports has no collection cards"),
        ({"dbName": "rabta_roster"}, "rabta_roster is not the database of reports"),
        ({"query": '{"state": "wanted"}'}, "no code of reports says 'wanted'"),
    ],
)
def test_work_that_is_not_there(resources: list[Resource], change: dict[str, str], reason: str) -> None:
    triggers(resources, "reports-heavy")[0]["metadata"].update(change)
    assert said(resources) == [f"ScaledObject/reports-heavy spec.triggers[0]: {reason}"]


def test_a_host_that_only_our_namespace_knows(resources: list[Resource]) -> None:
    one(resources, "ConfigMap", "state")["data"]["DATABASE_HOSTS"] = "database-svc:27017"
    reason = "KEDA finds no database-svc from its namespace: DATABASE_HOSTS wants NAME.NAMESPACE.svc.cluster.local"
    assert f"ScaledObject/reports-heavy spec.triggers[0]: {reason}" in said(resources)


def test_a_metric_that_is_not_there(resources: list[Resource]) -> None:
    triggers(resources, "reports-heavy").append({"type": "prometheus", "metadata": {"query": "max(rabta_cards_waiting)"}})
    assert said(resources) == ["ScaledObject/reports-heavy spec.triggers[2]: no metric is called rabta_cards_waiting"]
