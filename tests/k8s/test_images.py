"""Images: each is of its service, and what an operator would choose is named and pinned."""

from typing import Any

import pytest

from deploy.k8s import images
from deploy.k8s.check import OVERLAYS
from deploy.k8s.resources import Resource, build, container
from tests.k8s.conftest import one


def said(resources: list[Resource]) -> list[str]:
    return [str(fault) for fault in images.faults(resources)]


def in_database(resources: list[Resource], name: str) -> dict[str, Any]:
    pod = one(resources, "MongoDBCommunity", "database")["spec"]["statefulSet"]["spec"]["template"]["spec"]
    return next(each for each in (*pod["containers"], *pod["initContainers"]) if each["name"] == name)


def test_what_is_deployed_is_pinned(resources: list[Resource]) -> None:
    assert said(resources) == []


@pytest.mark.parametrize(("group", "name"), images.OF_DATABASE)
def test_an_image_that_an_operator_would_choose(resources: list[Resource], group: str, name: str) -> None:
    where = f"MongoDBCommunity/database spec.statefulSet.spec.template.spec.{group}.{name}.image:"
    image = in_database(resources, name)["image"]
    in_database(resources, name)["image"] = tagged = image.partition("@")[0]
    assert said(resources) == [f"{where} {tagged} is not pinned: wants a version and a digest"]
    del in_database(resources, name)["image"]
    assert said(resources) == [f"{where} is not named: its operator would choose"]
    in_database(resources, name)["name"] = "somebody"
    assert said(resources) == [f"{where} is not named: its operator would choose"]


def test_a_broker_without_a_digest(resources: list[Resource]) -> None:
    image = "docker.io/library/rabbitmq:4.2.4-management"
    one(resources, "RabbitmqCluster", "broker")["spec"]["image"] = image
    reason = f"{image} is not pinned: wants a version and a digest"
    assert said(resources) == [f"RabbitmqCluster/broker spec.image: {reason}"]


def test_a_trial_has_versions_and_no_digests() -> None:
    dev = build(OVERLAYS / "dev")
    assert said(dev) == []
    one(dev, "RabbitmqCluster", "broker")["spec"]["image"] = "docker.io/library/rabbitmq:management"
    assert said(dev) == [
        "RabbitmqCluster/broker spec.image: docker.io/library/rabbitmq:management is not pinned: wants a version"
    ]


def test_a_version_that_the_image_has_not(resources: list[Resource]) -> None:
    one(resources, "MongoDBCommunity", "database")["spec"]["version"] = "7.0.25"
    assert [line.partition("image: ")[2] for line in said(resources)] == ["is 7.0.24, and its operator is told 7.0.25"]


def test_another_services_image(resources: list[Resource]) -> None:
    gateway = one(resources, "Deployment", "gateway")
    container(gateway)["image"] = container(one(resources, "Deployment", "roster-serve"))["image"]
    assert said(resources) == ["Deployment/gateway spec.template.spec.containers[0].image: no image of gateway"]
