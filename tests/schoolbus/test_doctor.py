"""Each thing that the doctor finds, provoked once; and an installation with which nothing is wrong."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pymongo import MongoClient
from pymongo.database import Database as MongoDatabase

from deploy.local.infrastructure import Infrastructure
from deploy.local.processes import free_port
from schoolbus import health, outboxes, topology
from schoolbus.broker import Outgoing, Publisher
from schoolbus.chain import SERVICES
from schoolbus.clock import now
from schoolbus.contracts.reports import HomeworkSet
from schoolbus.doctor import broker, commands, databases, here, services
from schoolbus.doctor.finding import Finding
from schoolbus.doctor.wanted import Wanted
from schoolbus.lease import Lease
from schoolbus.management import Management, ManagementUrl
from schoolbus.settings import AmqpUrl, MongoUrl
from services.reports.store import Store
from tests.support.waiting import eventually

ROOT = Path(__file__).parents[2]


def said(found: Any) -> list[str]:
    found = list(found)
    for each in found:
        page, _, _ = each.see.partition("#")
        assert (ROOT / page).exists(), each
        assert all((each.what, each.where, each.do)), each
    return [each.what for each in found]


# What it was given


def test_settings_and_secrets() -> None:
    wanted, found = here.settings({"AMQP_URI": "nowhere"})
    assert wanted is None
    assert said(found) == [
        "settings: AMQP_URI wants an address like amqp://user:password@host:port/vhost; MONGODB_URI is not set"
    ]
    weak = {"LINK_SECRET": "short", "AMQP_URI": "amqp://rabta:guest@broker/rabta", "MONGODB_URI": "mongodb://database/"}
    assert said(here.secrets(weak)) == [
        "LINK_SECRET is 5 characters long, not 32",
        "the password of AMQP_URI is shorter than 16 characters",
        "MONGODB_URI names no password",
    ]
    assert "guest" not in repr(list(here.secrets(weak)))
    strong = {"LINK_SECRET": "x" * 32, "MONGODB_URI": "mongodb://127.0.0.1:1/"}
    assert not list(here.secrets(strong))


# The broker


@pytest.fixture
def vhost(infrastructure: Infrastructure) -> Iterator[AmqpUrl]:
    uri = infrastructure.vhost("doctor")
    yield AmqpUrl(uri)
    infrastructure.remove_vhost(uri)


def test_the_brokers_queues(infrastructure: Infrastructure, vhost: AmqpUrl) -> None:
    management = Management(ManagementUrl(str(infrastructure.broker.management)), vhost)
    assert any("queues are missing" in each for each in said(broker.queues(management.queues())))
    queue = topology.queue(HomeworkSet, "notifications")
    with Publisher(vhost) as publisher:
        topology.declare(publisher.channel)
        publisher.channel.queue_unbind(queue, "rabta.reports", HomeworkSet.routing_key())
        publisher.publish([Outgoing("l1", "", topology.dead("meetings"), b"{}")])

        def look() -> list[str]:
            found = management.queues()
            return said([*broker.queues(found), *broker.bindings(management.bindings(), found)])

        eventually(lambda: "1 dead letters of meetings" in look())
        assert "1 queues are not bound: their events are lost" in look()
        assert any(each.startswith("nobody consumes ") for each in look())
        publisher.channel.queue_bind(queue, "rabta.reports", HomeworkSet.routing_key())
        publisher.channel.queue_purge(topology.dead("meetings"))
        found = {name: {**each, "consumers": 1, "messages": 0} for name, each in management.queues().items()}
        assert said([*broker.queues(found), *broker.bindings(management.bindings(), found)]) == []
        assert said(broker.queues(found, (1, 7))) == ["1 queues are missing"], "RETRY_DELAYS may be others"
        found[queue]["messages"] = 20_000
        assert said(broker.queues(found)) == ["notifications is behind: over 10000 events wait"]


def test_the_brokers_nodes_and_whether_it_is_there() -> None:
    well = {"name": "rabbit@one", "running": True, "mem_alarm": False, "disk_free_alarm": False, "disk_free": 50 * 10**9}
    assert said(broker.nodes([well])) == []
    ill = [
        {**well, "running": False},
        {**well, "mem_alarm": True},
        {**well, "disk_free_alarm": True},
        {**well, "disk_free": 10**9},
    ]
    assert said(broker.nodes(ill)) == [
        "a node of the broker is down",
        "the broker has a memory alarm and takes nothing: events wait in outboxes",
        "the broker has a disk alarm and takes nothing: events wait in outboxes",
        "the broker's disk is nearly full: 1.0 GB left",
    ]
    gone = Wanted(AmqpUrl(f"amqp://x:y@127.0.0.1:{free_port()}/"), MongoUrl("mongodb://127.0.0.1:1/"))
    assert said(broker.look(gone))[0].startswith("the broker can't be reached")


# The databases


@pytest.fixture
def database(infrastructure: Infrastructure) -> Iterator[MongoDatabase[Any]]:
    with MongoClient[Any](infrastructure.mongodb_uri, tz_aware=True) as client:
        made = client[f"doctor_{uuid4().hex[:8]}_reports"]
        yield made
        client.drop_database(made)


def test_the_server() -> None:
    at = now()
    assert said(databases.server({"setName": "rabta", "isWritablePrimary": True, "localTime": at}, at)) == []
    late = {"setName": "rabta", "isWritablePrimary": False, "localTime": at - timedelta(seconds=9)}
    assert said(databases.server(late, at)) == [
        "the database has no primary that can be reached",
        "the database's clock is 9 s apart from ours",
    ]
    assert said(databases.server({"isWritablePrimary": True, "localTime": at}, at)) == [
        "the database is no replica set: transactions and backups fail"
    ]
    first = {"name": "db-0", "health": 1, "stateStr": "PRIMARY", "optimeDate": at}
    assert said(databases.state([first, {**first, "stateStr": "SECONDARY"}])) == []
    behind = {**first, "stateStr": "SECONDARY", "optimeDate": at - timedelta(seconds=60)}
    assert said(databases.state([first, behind, {"name": "db-2", "health": 0, "stateStr": "DOWN"}])) == [
        "a member of the replica set is 60 s behind",
        "a member of the replica set is DOWN",
    ]
    assert said(databases.disk({"fsUsedSize": 90, "fsTotalSize": 100}, "x")) == ["the database's disk is 90% full"]
    may = {"authenticatedUsers": ["a"], "authenticatedUserPrivileges": [{"resource": {"db": "other"}, "actions": ["find"]}]}
    assert said(databases.privileges(may, "rabta_reports")) == ["this account may not read rabta_reports"]
    assert said(databases.privileges(may, "other")) == []


def test_layout_indexes_and_backup(database: MongoDatabase[Any]) -> None:
    assert any("reports lacks" in each for each in said(databases.store("reports", database)))
    Store(database).ensure_indexes()
    assert said(databases.store("reports", database)) == []
    database["layout"].insert_one({"_id": "layout", "number": 99})
    assert said(databases.store("reports", database)) == ["reports's layout is 99, this release writes 1"]
    database["layout"].update_one({"_id": "layout"}, {"$set": {"number": 0}})
    assert said(databases.store("reports", database)) == ["reports's layout is 0, this release reads 1 on"]
    day = timedelta(hours=26)
    assert said(databases.backup(database, day)) == [f"there is no backup of {database.name}"]
    database["backups"].insert_one({"_id": "last", "at": now() - timedelta(hours=50), "completed_at": now()})
    assert said(databases.backup(database, day)) == [f"the last backup of {database.name} is 50 hours old"]
    assert said(databases.backup(database, timedelta(hours=60))) == []


def test_what_waits_in_outboxes(database: MongoDatabase[Any], capsys: pytest.CaptureFixture[str], monkeypatch: Any) -> None:
    things, lease = database["things"], Lease(database, "relay")
    things.create_index("outbox_at", sparse=True)

    def look() -> list[str]:
        return said(databases.outbox(outboxes.look("reports", database), now()))

    assert look() == []
    things.insert_one({"_id": 1, "outbox": [{}], "outbox_at": now() - timedelta(seconds=90)})
    assert look() == ["no relay of reports works, and events wait"]
    assert lease.hold()
    assert look() == ["events of reports wait for 90 s"]
    lease.note({"refused": {"at": now(), "collection": "things", "key": "reports.homework_set.v1", "count": 1}})
    assert look() == ["no queue took reports.homework_set.v1 of reports", "events of reports wait for 90 s"]
    shown = "\n".join(outboxes.lines(outboxes.look("reports", database)))
    assert f"held by {lease.holder}" in shown
    assert "1 in things, the oldest for 90 s" in shown
    assert "no queue took 1 of things, reports.homework_set.v1" in shown
    monkeypatch.setenv("MONGODB_URI", str(database.client.address and f"mongodb://127.0.0.1:{database.client.address[1]}/"))
    monkeypatch.setenv("MONGODB_DATABASE", database.name)
    assert outboxes.main(["reports", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["waiting"][0]["collection"] == "things"
    Lease(database, "relay").ask()
    assert "stopped for a backup" in outboxes.lines(outboxes.look("reports", database))[0]
    things.delete_many({})
    assert look() == [], "what was refused is gone"


# Processes


def test_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    port, holds = free_port(), {"database": True}
    health.serve("127.0.0.1", port, {}, {"database": lambda: holds["database"]})
    address = f"http://127.0.0.1:{port}"
    assert said(services.one("reports", address)) == []
    holds["database"] = False
    assert said(services.one("reports", address)) == ["reports is not ready: database"]
    later = now() + timedelta(seconds=60)
    monkeypatch.setattr(services, "now", lambda: later)
    assert any(each.startswith("the clock of reports is ") for each in said(services.one("reports", address)))
    assert said(services.one("reports", f"http://127.0.0.1:{free_port()}"))[0].startswith("reports does not answer")


def test_the_command(infrastructure: Infrastructure, vhost: AmqpUrl, monkeypatch: Any, capsys: Any) -> None:
    monkeypatch.setattr(commands, "examine", lambda: [])
    assert commands.main([]) == 0
    assert capsys.readouterr().out == "nothing is wrong\n"
    monkeypatch.undo()
    for name in (*here.SECRETS, "MANAGEMENT_URI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AMQP_URI", vhost)
    monkeypatch.setenv("MONGODB_URI", infrastructure.mongodb_uri)
    monkeypatch.setenv("DATABASE_PREFIX", "nobodys_")
    assert commands.main(["--json"]) == 1
    found = [Finding(**each) for each in json.loads(capsys.readouterr().out)]
    assert [each.what for each in found if each.level == "wrong"] == [f"{name} has no database" for name in SERVICES]
    assert [each.level for each in found[-2:]] == ["unseen", "unseen"]
