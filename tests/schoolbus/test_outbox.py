"""Whatever is said while the relay works, each document's events arrive in their order, and none is missing."""

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pymongo import MongoClient

from deploy.local.infrastructure import Infrastructure
from schoolbus import outbox, relay, topology
from schoolbus.audit import Audited
from schoolbus.broker import Outgoing, Publisher
from schoolbus.contracts.roster import BranchChanged
from schoolbus.relay import Relay
from schoolbus.roster import RosterCopy
from schoolbus.scope import branch
from schoolbus.settings import CannotStart
from schoolbus.store import Database, Documents, connect
from tests.support.waiting import eventually

EARS = "test.ears"


class Store(Database):
    things = Documents("things", tells=True)
    others = Documents("others", tells=True)


@pytest.fixture(scope="module")
def bus(infrastructure: Infrastructure) -> Iterator[Any]:
    """A store, a connection to a fresh vhost, and a queue that hears all that roster says."""
    uri, name = infrastructure.vhost("test-outbox"), f"test_outbox_{uuid4().hex[:8]}"
    with connect(infrastructure.mongodb_uri, "tests") as client, Publisher(uri) as publisher:
        store = Store(client[name])
        store.ensure_indexes()
        topology.declare(publisher.channel)
        publisher.channel.queue_declare(EARS, durable=True, auto_delete=False)
        publisher.channel.queue_bind(EARS, "rabta.roster", "#")
        yield SimpleNamespace(store=store, publisher=publisher, uri=uri)
    infrastructure.remove_vhost(uri)
    with MongoClient(infrastructure.mongodb_uri) as client:
        client.drop_database(name)


def said(subject: str, name: str) -> BranchChanged:
    return BranchChanged(branch_id="b1", subject=subject, name=name, name_ur=None, services=[], active=True)


def say(documents: Documents, id: str, names: list[str]) -> None:
    events = [said(id, name) for name in names]
    if documents.change(branch("b1"), id, {}, saying=events) is None:
        documents.add({"_id": id, "branch_id": "b1"}, saying=events)


def heard(bus: Any) -> dict[str, list[tuple[int, str]]]:
    """Sequence and name of what was heard since the last time, by subject."""
    found: dict[str, list[tuple[int, str]]] = {}
    while message := bus.publisher.channel.basic_get(EARS, no_ack=True):
        event = BranchChanged.decode(message.body)
        found.setdefault(event.subject, []).append((event.sequence, event.data["name"]))
    return found


def relay_of(bus: Any) -> Relay:
    bus.store.database.leases.delete_many({})  # those before it are gone
    return Relay(bus.store, bus.uri, stopped=lambda: False)


def rounds(relaying: Relay, bus: Any) -> None:
    """Until nothing goes out any more."""
    while relaying._round(bus.publisher):
        pass


class Both(Audited):
    """A store with chunks and a collection of its own, declared after them."""

    things = Documents("things", tells=True)


steps = st.lists(
    st.one_of(st.tuples(st.sampled_from(["things", "others"]), st.sampled_from("ab"), st.integers(1, 3)), st.just("relay")),
    max_size=14,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps, st.integers(1, 3))
def test_each_document_keeps_its_order(bus: Any, steps: list[Any], window: int) -> None:
    for documents in bus.store.documents:
        documents.collection.delete_many({})
    bus.publisher.channel.queue_purge(EARS)
    relaying, told = relay_of(bus), {}
    ordinary, relay.WINDOW = relay.WINDOW, window
    try:
        for number, step in enumerate(steps):
            if step == "relay":
                relaying._round(bus.publisher)
                continue
            collection, letter, count = step
            id = f"{collection}-{letter}"
            names = [f"{number}.{each}" for each in range(count)]
            say(getattr(bus.store, collection), id, names)
            told.setdefault(id, []).extend(names)
        relaying._looked_from_the_start = -relay.WHOLE_LOOK  # a look from the start is due
        rounds(relaying, bus)
    finally:
        relay.WINDOW = ordinary
    assert heard(bus) == {id: list(enumerate(names, 1)) for id, names in told.items()}
    assert relaying.lag() == 0.0


def test_a_document_that_told_again_hides_nobody_who_told_meanwhile(bus: Any) -> None:
    """Its second event is younger than all that waits between the two; the next look begins at its first."""
    for id in ("first", *(f"meanwhile-{number}" for number in range(6)), "first"):
        say(bus.store.things, id, ["told"])
    age = timedelta(minutes=1)  # between any two: more than a look reaches back by itself
    for place, document in enumerate(bus.store.things.collection.find({"outbox": {"$exists": True}}).sort("outbox_at", 1)):
        entries = [{**entry, "at": entry["at"] + place * age} for entry in document["outbox"]]
        entries[1:] = [{**entry, "at": entry["at"] + 60 * age} for entry in entries[1:]]
        to = {"outbox": entries, "outbox_at": entries[0]["at"]}
        bus.store.things.collection.update_one({"_id": document["_id"]}, {"$set": to})
    relaying = relay_of(bus)
    relaying._looked_from_the_start = time.monotonic()
    ordinary, relay.WINDOW = relay.WINDOW, 1
    try:
        rounds(relaying, bus)
    finally:
        relay.WINDOW = ordinary
    assert outbox.oldest([bus.store.things.collection]) == {}


def test_what_stands_alone_waits_for_no_bulk(bus: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Thousands of chunks wait, and more come than go out: a branch's own change is told in the next look at everything."""
    monkeypatch.setattr(relay, "IDLE", (relay.IDLE[0], 0.0))  # which every look is here
    store = Audited(bus.store.database)
    store.ensure_indexes()
    relaying = Relay(Both(bus.store.database), bus.uri, stopped=lambda: False)
    bus.store.database.leases.delete_many({})
    ordinary, relay.WINDOW = relay.WINDOW, 10
    try:
        for number in range(200):
            say(store.chunks, f"chunk-{number:03}", ["chunk"])
        assert relaying._round(bus.publisher) <= 10 * relay.TURNS, "a few windows, then others have their turn"
        say(bus.store.things, "branch", ["its own"])
        for number in range(200, 300):
            say(store.chunks, f"chunk-{number:03}", ["chunk"])
        heard(bus)
        relaying._round(bus.publisher)
        assert next(iter(heard(bus))) == "branch"
    finally:
        relay.WINDOW = ordinary


def test_the_relay_asks_by_an_index(bus: Any, infrastructure: Infrastructure) -> None:
    """Also in a store that keeps a copy of the roster: a look at every person each quarter of a second would be too much."""
    store = RosterCopy(bus.store.database)
    store.ensure_indexes()
    telling = [documents.name for documents in store.telling]
    assert telling == ["replays", "replay_doubts", "chunks"], (
        "projections tell nothing; the trail's chunks do, and who asks for a replay"
    )
    for documents in [*bus.store.telling, *store.telling]:
        plan = documents.collection.find({outbox.PENDING: {"$exists": True}}).sort(outbox.PENDING, 1).explain()
        assert "IXSCAN" in str(plan["queryPlanner"]["winningPlan"]), documents.name


def test_what_is_not_declared_to_tell_refuses_an_event(bus: Any) -> None:
    """Nobody would ever hear of it."""
    silent = Documents("silent").bound(bus.store.database)
    silent.add({"_id": "kept", "branch_id": "b1"})
    event = said("kept", "one")
    telling = outbox.saying_with({"_id": "other", "branch_id": "b1"}, [event])
    for tries in (
        lambda: silent.add({"_id": "other", "branch_id": "b1"}, saying=[event]),
        lambda: silent.change(branch("b1"), "kept", {}, saying=[event]),
        lambda: silent.add_new([telling]),
        lambda: silent.put_all([telling]),
    ):
        with pytest.raises(TypeError, match="tells=True"):
            tries()
    assert list(silent.collection.find()) == [{"_id": "kept", "branch_id": "b1"}]


def test_what_is_said_while_it_is_forgotten_stays(bus: Any) -> None:
    say(bus.store.things, "late", ["one"])
    waiting = outbox.pending(bus.store.things.collection, 10)
    say(bus.store.things, "late", ["two"])
    outbox.forget(bus.store.things.collection, waiting)
    [left] = outbox.pending(bus.store.things.collection, 10)
    assert '"name":"two"' in left.body
    assert '"sequence":2' in left.body


def test_the_lag_is_the_age_of_the_oldest_that_waits_though_no_round_runs(bus: Any) -> None:
    say(bus.store.others, "waiting", ["one"])
    relaying = relay_of(bus)
    eventually(lambda: relaying.lag() > 0.05)
    relaying._round(bus.publisher)
    assert relaying.lag() == 0.0


def test_what_no_queue_takes_waits_and_the_relay_is_not_ready(bus: Any) -> None:
    channel, key = bus.publisher.channel, BranchChanged.routing_key()
    channel.queue_unbind(EARS, "rabta.roster", "#")
    for reader in BranchChanged.read_by:
        channel.queue_unbind(topology.queue(BranchChanged, reader), "rabta.roster", key)
    say(bus.store.things, "nobody", ["one"])
    relaying = relay_of(bus)
    relaying.last_round = time.monotonic() - relay.STUCK - 1
    assert relaying._round(bus.publisher) == 0
    assert outbox.oldest([bus.store.things.collection]).keys() == {"things"}
    assert not relaying.healthy()
    relaying._refused = False
    assert relaying._round(bus.publisher) == 1, "the queues are bound again"
    channel.queue_bind(EARS, "rabta.roster", "#")


def test_a_queue_with_other_arguments_is_named_and_nothing_loops(infrastructure: Infrastructure, bus: Any) -> None:
    name = topology.dead("notifications")
    with Publisher(bus.uri) as publisher:
        publisher.channel.queue_delete(name)
        publisher.channel.queue_declare(name, durable=True, auto_delete=False, arguments={"x-queue-type": "classic"})
        with pytest.raises(CannotStart, match=name):
            Relay(bus.store, bus.uri, stopped=lambda: False).run()
    with Publisher(bus.uri) as publisher:
        publisher.channel.queue_delete(name)
        topology.declare(publisher.channel)


def test_a_message_that_nobody_survives_is_among_the_dead_letters_with_a_reason(
    bus: Any, capsys: Any, monkeypatch: Any
) -> None:
    from schoolbus import dead

    monkeypatch.setenv("AMQP_URI", bus.uri)
    channel, queue = bus.publisher.channel, topology.queue(BranchChanged, "meetings")
    channel.queue_purge(queue)
    bus.publisher.publish([Outgoing("killer", "", queue, "{}")])
    for _ in range(topology.MAX_DELIVERIES + 1):
        message = eventually(lambda: channel.basic_get(queue))
        channel.basic_reject(message.delivery_tag, requeue=True)
    letters = topology.dead("meetings")
    eventually(lambda: channel.queue_declare(letters, passive=True).message_count == 1)
    for _ in range(25):  # to look is to deliver: it must not use up anything
        assert dead.main(["list", "meetings"], "") == 0
    assert f"1  {queue}  its process ended each time (delivery_limit)" in capsys.readouterr().out
    assert dead.main(["replay", "meetings", "killer"], "") == 0
    assert eventually(lambda: channel.basic_get(queue, no_ack=True)).properties["message_id"] == "killer"
    assert dead.main(["drop", "meetings", "killer"], "") == 1


def test_the_dead_letters_of_a_broker_that_is_away_are_one_clear_line(capsys: Any, monkeypatch: Any, tmp_path: Path) -> None:
    from schoolbus import dead

    monkeypatch.setenv("AMQP_URI", "amqp://127.0.0.1:1/x")
    assert dead.main(["list"], "") == 1
    assert capsys.readouterr().err.count("\n") == 1
