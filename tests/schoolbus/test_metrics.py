"""What Prometheus is told beside counts: ids to find log lines by, what is asked of the database, timers."""

import re
import threading
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from opentelemetry.sdk.trace import TracerProvider
from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.openmetrics import exposition as openmetrics
from pymongo.errors import AutoReconnect
from werkzeug.wrappers import Request

from deploy.local.infrastructure import Infrastructure
from schoolbus import backlog, metrics, topology, tracing
from schoolbus.answers import respond
from schoolbus.broker import Publisher
from schoolbus.clock import now
from schoolbus.consumer import EventEntrypoint
from schoolbus.contracts.roster import BranchChanged
from schoolbus.looked_up import LookedUp
from schoolbus.route import Answer, Route
from schoolbus.store import Database, Documents
from schoolbus.work import Work, Worker
from tests.support.http import http
from tests.support.people import teacher
from tests.support.services import Service
from tests.support.stores import own_database
from tests.support.waiting import eventually

OPEN_METRICS = {"Accept": "application/openmetrics-text;version=1.0.0"}


class Store(Database):
    pieces = Documents("pieces", indexes=["state urgency send_at"])


@pytest.fixture
def store(infrastructure: Infrastructure) -> Iterator[Store]:
    with own_database(infrastructure, Store) as database:
        yield Store(database)


def exemplars(probe: Service, role: str, metric: str) -> str:
    """All that go with a histogram's buckets."""
    answer = http.get(f"{probe.processes[role].url}/metrics", params={"name[]": f"{metric}_bucket"}, headers=OPEN_METRICS)
    assert answer.headers["Content-Type"].startswith("application/openmetrics-text")
    return " ".join(re.findall(r"# \{(.*?)\}", answer.text))


def test_slow_points_carry_the_id_of_their_log_lines(probe: Service) -> None:
    """From the request over the relay to the handler: one correlation id."""
    id = "exemplar-0123456789"
    thing = {"thing_id": "exemplified", "name": "x"}
    made = probe.call("POST", "/v1/branches/b1/things", teacher("t1"), json=thing, headers={"X-Correlation-ID": id})
    assert made.status_code == 201
    for role, metric in (
        ("serve", "rabta_http_request_seconds"),
        ("relay", "rabta_outbox_delay_seconds"),
        ("serve", "rabta_event_handling_seconds"),
        ("serve", "rabta_event_age_seconds"),
    ):
        eventually(lambda role=role, metric=metric: f'correlation_id="{id}"' in exemplars(probe, role, metric))


def test_who_does_not_ask_for_open_metrics_gets_none(probe: Service) -> None:
    assert "# {" not in probe.call("GET", "/metrics").text


def test_ids_that_are_too_long_are_left_out() -> None:
    assert metrics.exemplar("c" * 36, event_id="e" * 36) == {"correlation_id": "c" * 36, "event_id": "e" * 36}
    assert metrics.exemplar(None) is None
    assert metrics.exemplar("c" * 64, event="e" * 64) is None


def test_in_a_trace_they_name_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a request by its step, of an event by that which it follows; with both ids the event's own would be too long."""
    monkeypatch.setattr(tracing, "_tracer", TracerProvider().get_tracer("tests"))
    answered = Request.from_values("/exemplified", headers={"X-Correlation-ID": "c" * 36})
    respond(Route("GET", "/exemplified", "", ""), answered, lambda: Answer(b""))
    assert re.search(r'request_seconds_bucket.*"/exemplified".*correlation_id="c{36}",trace_id="\w{32}"', shown())
    event = BranchChanged.__new__(BranchChanged)
    event.id, event.correlation_id, event.time = "e" * 36, "d" * 36, now()
    event.traceparent = f"00-{'a' * 32}-{'b' * 16}-01"
    entrypoint = SimpleNamespace(reader="tests", _count=print, consumer=SimpleNamespace(settle=print))
    EventEntrypoint._handled(entrypoint, None, event, 0.0, None, None, None)  # type: ignore[arg-type]
    assert re.search(r'handling_seconds_bucket.*"tests".*correlation_id="d{36}",trace_id="a{32}"', shown())


def shown() -> str:
    return openmetrics.generate_latest(REGISTRY).decode()


def test_what_a_process_is_and_what_it_sees_of_the_database(probe: Service) -> None:
    for role in ("serve", "relay"):
        shown = probe.processes[role].metric
        assert shown(f'rabta_release_info{{layout="1",release="unreleased",role="{role}",service="probe"}}') == 1
        assert shown('rabta_database_members{state="primary"}') == 1
        assert shown("rabta_database_replication_lag_seconds") == 0
        assert shown('rabta_database_layout{service="probe",that="newest"}') == 1
    assert probe.metric("relay", "rabta_relay_leads") == 1
    eventually(lambda: probe.metric("serve", "rabta_event_loop_lag_seconds_count") > 0)


def test_dead_letters_are_counted_by_the_relay(probe: Service) -> None:
    from services.probe.contracts import ThingMade  # type: ignore[import-not-found]

    before = probe.dead()
    probe.say_raw(ThingMade, "no event")
    eventually(lambda: probe.metric("relay", 'rabta_dead_letters{reader="probe"}') == before + 1)
    with Publisher(probe.amqp_uri) as publisher:  # other tests count them
        publisher.channel.queue_purge(topology.dead("probe"))


def test_what_waits_is_asked_as_it_is_claimed(store: Store) -> None:
    at = now()
    late = {"state": "queued", "send_at": at - timedelta(minutes=9)}
    soon = {"state": "queued", "urgency": 0, "send_at": at - timedelta(minutes=1)}
    store.pieces.add_new([{"_id": "a", "branch_id": "b1", "urgency": 5, **late}, {"_id": "b", "branch_id": "b1", **soon}])
    with backlog.watched() as looks:
        claimed = store.pieces.claim({"state": "queued", "send_at": {"$lte": at}}, lease=60, sort="urgency send_at")
    assert claimed is not None
    assert claimed["_id"] == "b", "the urgent one goes first"
    assert backlog.count(looks[-1]) == 2, "what is in hand counts: a piece that fails is in hand nearly always"
    assert 9 * 60 <= (backlog.waited(looks[-1]) or 0) < 10 * 60
    store.pieces.add({"_id": "c", "branch_id": "b1", "state": "queued", "urgency": 5, "send_at": at + timedelta(minutes=30)})
    an_hour_ago = looks[-1]._replace(at=looks[-1].at - timedelta(hours=1))
    assert backlog.count(an_hour_ago) == 3, "a worker that is at one piece for long asks for no other meanwhile"
    store.pieces.collection.delete_many({})
    assert (backlog.count(looks[-1]), backlog.waited(looks[-1])) == (0, 0.0)


def test_what_takes_turns_is_as_old_as_its_oldest(store: Store) -> None:
    at = now()
    turns = {"a": (at - timedelta(seconds=9), 5), "b": (at, 9)}
    rows = [
        {"_id": id, "branch_id": "b1", "leased_until": until, "created_at": at - timedelta(minutes=minutes)}
        for id, (until, minutes) in turns.items()
    ]
    store.pieces.add_new(rows)
    with backlog.watched() as looks:
        store.pieces.claim({}, lease=60, sort="leased_until created_at")
    assert 9 * 60 <= (backlog.waited(looks[-1]) or 0) < 10 * 60


def test_an_order_without_moments_has_no_oldest(store: Store) -> None:
    store.pieces.add({"_id": "a", "branch_id": "b1", "state": "queued"})
    with backlog.watched() as looks:
        store.pieces.claim_some({"state": "queued"}, lease=60, limit=5)
    assert (backlog.count(looks[-1]), backlog.waited(looks[-1])) == (1, None)
    worker = Worker(store, [Work("pieces", lambda _: None, lambda *_: None)], threading.Event())
    worker._looks["pieces"] = looks[-1]
    waiting, oldest = worker.gauges()
    assert list(waiting._ask()) == [((store.service, "pieces"), 1)]
    assert list(oldest._ask()) == [], "nought would say that nothing waits"


def test_the_database_is_asked_now_and_then_and_a_fault_is_no_nought() -> None:
    asked: list[int] = []

    def ask() -> Iterator[Any]:
        asked.append(1)
        if len(asked) > 1:
            raise AutoReconnect("gone")
        yield ("x",), 3.0

    gauge = LookedUp("rabta_tried", "", ["what"], ask)
    registry = CollectorRegistry()
    registry.register(gauge)
    assert 'rabta_tried{what="x"} 3.0' in generate_latest(registry).decode()
    assert 'rabta_tried{what="x"} 3.0' in generate_latest(registry).decode()
    assert len(asked) == 1, "a second scraper costs nothing"
    forgetful = LookedUp("rabta_failing", "", ["what"], ask, kept=0)
    assert list(next(iter(forgetful.collect())).samples) == []
