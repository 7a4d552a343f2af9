"""Prometheus scrapes running processes: an alert fires when a service is stopped, and resolves when it is back."""

import time
from collections.abc import Callable, Iterator

import pytest

from tests.gateway.support import Platform
from tests.support.people import teacher
from tests.support.roster import branch
from tests.support.services import Service
from tests.support.waiting import eventually
from tests.watch.prometheus import Prometheus
from tests.watch.rules import program
from tests.watch.test_names import queries

ROLES = ("serve", "relay", "worker")


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    platform = Platform(tmp_path_factory.mktemp("gateway"))
    try:
        yield platform.start()
    finally:
        platform.stop()


@pytest.fixture(scope="module")
def reports(started: Callable[..., Service]) -> Service:
    program("prometheus")  # skips before anything is started
    return started("reports")


@pytest.fixture(scope="module")
def prometheus(gateway: Platform, reports: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    targets = {("reports", role): reports.processes[role] for role in ROLES}
    started = Prometheus(tmp_path_factory.mktemp("prometheus"), {**targets, ("gateway", "gateway"): gateway.gateway})
    eventually(lambda: started.value("sum(up)") == len(ROLES) + 1)
    yield started
    started.stop()


def test_an_alert_fires_while_a_service_is_stopped(prometheus: Prometheus, reports: Service) -> None:
    gone = {"app": "reports", "component": "serve"}
    eventually(lambda: not prometheus.firing("ProcessGone", **gone))  # before its first scrape it was not there
    eventually(lambda: prometheus.firing("ProcessGone", app="roster", component="serve"))  # nobody has started it
    reports.processes["serve"].stop()
    eventually(lambda: prometheus.firing("ProcessGone", **gone))
    alert = prometheus.firing("ProcessGone", **gone)[0]
    assert alert["labels"]["severity"] == "critical"
    assert alert["annotations"]["summary"] == "No reports serve answers"
    assert alert["annotations"]["runbook_url"].endswith("/process-gone.md")
    reports.processes["serve"].start().wait_ready()
    eventually(lambda: not prometheus.firing("ProcessGone", **gone))


def test_what_is_asked_is_there(prometheus: Prometheus, gateway: Platform, reports: Service) -> None:
    """Of each part one number: requests, events, work, timers, the database, the chain."""
    reports.learn(branch("b1"))
    reports.call("GET", "/v1/branches/b1/engagement", caller=teacher("t1", "b1"))
    gateway.get("/v1/branches/b1/today")
    wanted = (
        'sum(rabta_http_requests_total{app="reports"}) > 0',
        'sum(rabta_events_handled_total{reader="reports", outcome="handled"}) > 0',
        'max(rabta_relay_leads{service="reports"}) == 1',
        'max(rabta_work_waiting{service="reports", work="report_cards"}) == 0',
        'time() - max(rabta_timer_last_success_timestamp_seconds{service="reports", timer="meter_usage"}) < 60',
        'max(rabta_database_members{state="primary"}) == 1',
        'max(rabta_dead_letters{reader="reports"}) == 0',
        'max(rabta_chain_branches{that="subscribe"})',
        "count(rabta_release_info) >= 4",
        "rabta:gateway_requests:increase1h >= 0",
    )

    def all_there() -> bool:
        missing = [query for query in wanted if prometheus.value(query) is None]
        assert missing == []
        return True

    eventually(all_there)


def test_exemplars_come_along(prometheus: Prometheus, gateway: Platform) -> None:
    known = gateway.get("/v1/branches/b1/today", gateway.key.token("t1", {"b1": ["teacher"]})).headers["X-Correlation-ID"]

    def found() -> bool:
        window = {"start": str(time.time() - 600), "end": str(time.time() + 60)}
        series = prometheus.ask("query_exemplars", query="rabta_gateway_request_seconds_bucket", **window)
        return any(each["labels"].get("correlation_id") == known for one in series for each in one["exemplars"])

    eventually(found)


def test_every_query_of_the_dashboards_is_valid(prometheus: Prometheus) -> None:
    for where, query in queries():
        asked = query.replace("$__rate_interval", "5m").replace("$app", "reports")
        assert "$" not in asked, f"{where} has a variable that this test does not know"
        prometheus.ask("query", query=asked)
