"""Rules and dashboards ask for metrics that somebody has."""

import pytest

from deploy.k8s import metrics
from deploy.k8s.promql import names
from deploy.k8s.resources import Resource, of_kind


def said(resources: list[Resource]) -> list[str]:
    return [str(fault) for fault in metrics.faults(resources)]


def test_what_is_deployed_asks_for_what_there_is(resources: list[Resource]) -> None:
    assert said(resources) == []


def test_metrics_of_rules_and_dashboards_are_those_of_the_code() -> None:
    rule = {"expr": 'sum(rate(rabta_http_request_seconds_bucket{le="1"}[5m])) > rabta_https_requests_total'}
    board = '{"panels": [{"targets": [{"expr": "rabta_outbox_lag"}]}]}'
    made = [
        {"kind": "PrometheusRule", "metadata": {"name": "rules"}, "spec": {"groups": [{"rules": [rule]}]}},
        {"kind": "ConfigMap", "metadata": {"name": "board"}, "data": {"platform.json": board}},
    ]
    assert said(made) == [
        "PrometheusRule/rules no metric is called rabta_https_requests_total",
        "ConfigMap/board no metric is called rabta_outbox_lag",
    ]


@pytest.mark.parametrize(
    "whose", ["rabbitmq_", "kube_", "kubelet_", "container_", "keda_", "certmanager_", "process_", "rabta:"]
)
def test_a_typing_error_in_somebody_elses_metric(resources: list[Resource], whose: str) -> None:
    for each in of_kind(resources, "PrometheusRule"):
        for rule in (rule for group in each["spec"]["groups"] for rule in group["rules"]):
            rule["expr"] = str(rule["expr"]).replace(whose, f"x{whose}")
    lines = said(resources)
    assert [line for line in lines if f"no metric is called x{whose}" in line], f"rules name nothing of {whose}"


def test_a_recording_that_nobody_makes(resources: list[Resource]) -> None:
    without = [each for each in resources if each["metadata"]["name"] != "rabta-recorded"]
    assert any("PrometheusRule/rabta-gateway no metric is called rabta:" in line for line in said(without))


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ('max by (app) (up{app="roster_x", job=~"a}b"}) == 0 or absent(up)', {"up"}),
        ("sum(rate(a_total[5m:1m] offset 2h)) / on (x) group_left (y) scalar(b) > bool 1e3", {"a_total", "b"}),
        ("label_replace(c:d:e5m, 'to', '$1', 'from', '(.*)') unless ignoring(q) f # of g", {"c:d:e5m", "f"}),
        ('increase(h{service="$app"}[$__rate_interval]) > $least and time() - i < 0.5', {"h", "i"}),
        ('topk(10, {__name__=~"j.+"}) and -Inf < k', {"k"}),
    ],
)
def test_names_in_an_expression(expression: str, found: set[str]) -> None:
    assert names(expression) == found
