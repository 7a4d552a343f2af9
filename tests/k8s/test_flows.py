"""Each flow that code and settings want is allowed, and no other is."""

import re
from typing import Any

import pytest

from deploy.k8s import flows, schema
from deploy.k8s.check import OVERLAYS
from deploy.k8s.resources import Resource, build
from tests.k8s.conftest import one


def said(resources: list[Resource]) -> list[str]:
    return [str(fault) for fault in flows.faults(resources)]


def policy(resources: list[Resource], name: str) -> dict[str, Any]:
    found: dict[str, Any] = one(resources, "NetworkPolicy", name)["spec"]
    return found


def without(resources: list[Resource], kind: str, name: str) -> list[Resource]:
    return [each for each in resources if (each["kind"], each["metadata"]["name"]) != (kind, name)]


def test_what_is_deployed_has_all_and_no_more(resources: list[Resource]) -> None:
    assert said(resources) == []


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("names", "spec.egress: roster-serve needs names on port 53"),
        ("watched-gateway", "spec.ingress: prometheus needs gateway on port 9000"),
        ("into-gateway", "spec.ingress: ingress needs gateway on port 8000"),
        ("to-serve", "spec.egress: gateway needs meetings-serve on port 8000"),
        ("to-serve", "spec.egress: doctor needs roster-serve on port 8000"),
        ("to-broker-management", "spec.egress: doctor needs broker on port 15672"),
        ("into-serve", "spec.ingress: gateway needs reports-serve on port 8000"),
        ("certificates", "spec.ingress: ingress needs solver on port 8089"),
        ("to-broker", "spec.egress: roster-relay needs broker on port 5672"),
        ("broker", "spec.ingress: broker needs broker on port 25672"),
        ("to-database", "spec.egress: accounts needs database on port 27017"),
        ("database-to-api-server", "spec.egress: database needs api server on port 6443"),
        ("outward", "spec.egress: notifications-worker needs internet on port 443"),
        ("outward-mail", "spec.egress: notifications-worker needs internet on port 2775"),
        ("keda-to-broker", "spec.ingress: keda needs broker on port 15672"),
    ],
)
def test_a_flow_that_nobody_allows_is_named(resources: list[Resource], name: str, line: str) -> None:
    assert f"NetworkPolicy/* {line}" in said(without(resources, "NetworkPolicy", name))


def test_traces_go_to_their_collector() -> None:
    staging = build(OVERLAYS / "staging")
    assert said(staging) == []
    assert "NetworkPolicy/* spec.egress: gateway needs collector on port 4318" in said(
        without(staging, "NetworkPolicy", "to-collector")
    )


def test_without_the_policy_of_all_those_are_named_whom_nothing_holds_back(resources: list[Resource]) -> None:
    lines = said(without(resources, "NetworkPolicy", "nobody"))
    assert [line for line in lines if "no policy is about all pods' Ingress" in line]


def test_without_any_policy_everybody_is_open(resources: list[Resource]) -> None:
    assert said([each for each in resources if each["kind"] != "NetworkPolicy"]) == [
        "NetworkPolicy/* there is none: everybody may talk to everybody"
    ]


def test_whoever_calls_nobody_has_no_way_out(resources: list[Resource]) -> None:
    policy(resources, "outward")["podSelector"]["matchExpressions"][0]["values"].append("meetings")
    assert "NetworkPolicy/* spec.egress: meetings-serve may talk to internet on port 443 and does not" in said(resources)


def test_a_relay_does_not_need_the_management_api(resources: list[Resource]) -> None:
    policy(resources, "to-broker-management")["podSelector"]["matchExpressions"][1]["values"].append("relay")
    assert "NetworkPolicy/* spec.egress: roster-relay may talk to broker on port 15672 and does not" in said(resources)


def test_outward_is_not_inward(resources: list[Resource]) -> None:
    del policy(resources, "outward")["egress"][0]["to"][0]["ipBlock"]["except"]
    assert "NetworkPolicy/* spec.egress: roster-serve may talk to api server on port 443 and does not" in said(resources)


@pytest.mark.parametrize("block", ["0.0.0.0/0", "128.0.0.0/1", "::/0"])
def test_an_agent_may_not_reach_the_whole_world(resources: list[Resource], block: str) -> None:
    policy(resources, "database-to-api-server")["egress"][0]["to"] = [{"ipBlock": {"cidr": block}}]
    assert said(resources) == [
        f"NetworkPolicy/database-to-api-server spec.egress[0]: {block} is more than the API server: "
        f"wants its address (docs/deploy.md), or a network of /{48 if ':' in block else 16}"
    ]


def test_only_a_trial_does_not_know_its_api_server() -> None:
    """The address stands in one patch of the overlay, for broker and database."""
    for overlay, address in (("dev", "0.0.0.0/0"), ("prod", "203.0.113.10/32")):
        built = build(OVERLAYS / overlay)
        for name in ("broker", "database"):
            assert policy(built, f"{name}-to-api-server")["egress"][0]["to"] == [{"ipBlock": {"cidr": address}}]


def test_a_port_of_another_protocol(resources: list[Resource]) -> None:
    policy(resources, "into-serve")["ingress"][0]["ports"] = [{"port": 8000, "protocol": "UDP"}]
    lines = said(resources)
    assert "NetworkPolicy/* spec.ingress: gateway needs roster-serve on port 8000" in lines
    assert "NetworkPolicy/* spec.ingress: gateway may talk to roster-serve on port 8000/UDP and does not" in lines


def test_names_are_asked_for_both_ways(resources: list[Resource]) -> None:
    policy(resources, "names")["egress"][0]["ports"] = [{"port": 53, "protocol": "TCP"}]
    assert "NetworkPolicy/* spec.egress: roster-serve needs names on port 53/UDP" in said(resources)


@pytest.mark.parametrize(
    ("ports", "line"),
    [
        ([{"port": 8000, "endPort": 65535}], r"ports\[0\]\.endPort: .*\(each port by its number and no range of them\)"),
        ([{"port": "http"}], r"ports\[0\]\.port: .*\(each by its number, with which the code is compared\)"),
        ([{"protocol": "TCP"}], r"ports\[0\]: 'port' is a required property"),
        ([], r"ports: .*\(none would be all\)"),
    ],
)
def test_more_ports_than_one_can_compare(resources: list[Resource], ports: list[dict[str, Any]], line: str) -> None:
    wide = one(resources, "NetworkPolicy", "into-serve")
    wide["spec"]["ingress"][0]["ports"] = ports
    assert any(re.match(r"NetworkPolicy/into-serve spec\.ingress\[0\]\." + line, str(each)) for each in schema.faults(wide))


def test_somebody_from_elsewhere_is_named(resources: list[Resource]) -> None:
    policy(resources, "into-serve")["ingress"][0]["from"].append({"namespaceSelector": {}, "podSelector": {}})
    assert any("any namespace/?=? may talk to roster-serve on port 8000" in line for line in said(resources))


def test_a_setting_makes_a_flow(resources: list[Resource]) -> None:
    """Where there is a broker of somebody else's, its port is that of the setting."""
    away = [each for each in resources if each["kind"] != "RabbitmqCluster"]
    one(away, "ConfigMap", "state")["data"]["BROKER_HOST"] = "broker.example:5671"
    assert "NetworkPolicy/* spec.egress: roster-relay needs elsewhere on port 5671" in said(away)


def test_a_policy_about_nobody_is_named(resources: list[Resource]) -> None:
    policy(resources, "into-serve")["podSelector"] = {"matchLabels": {"app.kubernetes.io/component": "server"}}
    assert "NetworkPolicy/into-serve spec.podSelector: selects nothing" in said(resources)
