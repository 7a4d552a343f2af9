"""A node that is drained takes one of each at a time, and can be drained."""

import pytest

from deploy.k8s import schema, wiring
from deploy.k8s.resources import Resource
from tests.k8s.conftest import one


def said(resources: list[Resource]) -> list[str]:
    return [str(fault) for fault in wiring.faults(resources)]


@pytest.mark.parametrize(
    ("name", "who"),
    [
        ("roster-relay", "Deployment/roster-relay"),
        ("gateway", "Deployment/gateway"),
        ("broker", "RabbitmqCluster/broker"),
        ("database", "MongoDBCommunity/database"),
    ],
)
def test_without_a_budget(resources: list[Resource], name: str, who: str) -> None:
    rest = [each for each in resources if (each["kind"], each["metadata"]["name"]) != ("PodDisruptionBudget", name)]
    assert said(rest) == [f"{who} has no PodDisruptionBudgets, not one"]


def test_two_budgets_of_one(resources: list[Resource]) -> None:
    other = one(resources, "PodDisruptionBudget", "roster-serve")["spec"]
    one(resources, "PodDisruptionBudget", "roster-relay")["spec"]["selector"] = other["selector"]
    assert said(resources) == [
        "Deployment/roster-relay has no PodDisruptionBudgets, not one",
        "Deployment/roster-serve has 2 PodDisruptionBudgets, not one",
    ]


@pytest.mark.parametrize("change", [{"maxUnavailable": 0}, {"minAvailable": 1}])
def test_a_budget_that_keeps_a_node_from_being_drained(resources: list[Resource], change: dict[str, int]) -> None:
    budget = one(resources, "PodDisruptionBudget", "broker")
    del budget["spec"]["maxUnavailable"]
    budget["spec"].update(change)
    assert any("maxUnavailable" in str(each) for each in schema.faults(budget))
