"""Each service's account, on a real broker and a real database that asks who one is: enough for its work, and for no more."""

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from amqp.exceptions import AccessRefused, AMQPError
from pymongo import MongoClient
from pymongo.errors import OperationFailure

from deploy.local import database
from deploy.local.infrastructure import Infrastructure
from deploy.local.processes import Ledger, free_port
from schoolbus import accounts, roles, topology
from schoolbus.backup import letters, manifest
from schoolbus.broker import Outgoing, Publisher
from schoolbus.caller import HEADER, sign_caller
from schoolbus.clock import now
from schoolbus.contracts.roster import BranchChanged
from schoolbus.management import Management, ManagementUrl
from schoolbus.outbox import PENDING
from schoolbus.paging import Paging
from schoolbus.scope import branch
from schoolbus.settings import AmqpUrl
from services.roster.privacy.trail import AuditTrail
from services.roster.store import Store
from tests.schoolbus.conftest import HERE
from tests.support.http import http
from tests.support.people import teacher
from tests.support.processes import ROOT, Process, stop_all
from tests.support.services import SECRET, Service
from tests.support.waiting import eventually

PASSWORD, ANOTHER = "not-a-secret-of-anything", "another-that-is-no-secret"
DELAYS = (1, 1)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
OF_PROBE = roles.own("probe")
LOOKERS = (accounts.BACKUP, accounts.DOCTOR)
USERS = [*LOOKERS, *(user for service in (*accounts.SERVICES, "probe") for user in accounts.names(service))]


@dataclass
class Guarded:
    """A vhost and a database whose doors are shut; `amqp`, `mongodb` are an administrator's."""

    management: str
    amqp: str
    mongodb: str

    @property
    def vhost(self) -> str:
        return urlsplit(self.amqp).path[1:]

    def administration(self) -> accounts.Broker:
        return accounts.Broker(Management(ManagementUrl(self.management), AmqpUrl(self.amqp)))

    def environment(self, password: str = PASSWORD) -> dict[str, str]:
        who = (*accounts.SERVICES, *LOOKERS)
        named = {f"{name.upper()}_{where}_PASSWORD": password for name in who for where in ("BROKER", "DATABASE")}
        admin = {"AMQP_URI": self.amqp, "MANAGEMENT_URI": self.management, "MONGODB_URI": self.mongodb}
        return {**admin, **named, "PATH": os.environ["PATH"], "AUDIT_DATABASE": "rabta_audit"}

    def broker(self, user: str, password: str = PASSWORD) -> str:
        return f"amqp://{user}:{password}@{urlsplit(self.amqp).netloc.rpartition('@')[2]}/{self.vhost}"

    def looking(self, user: str) -> dict[str, str]:
        """The environment of a command that looks at everything, as this user."""
        management = urlsplit(self.management)
        own = management._replace(netloc=f"{user}:{PASSWORD}@{management.netloc.rpartition('@')[2]}").geturl()
        to = {"AMQP_URI": self.broker(user), "MANAGEMENT_URI": own, "MONGODB_URI": self.database(user)}
        return {**to, "AUDIT_DATABASE": "rabta_audit", "PATH": os.environ["PATH"]}

    def database(self, user: str, password: str = PASSWORD) -> str:
        address = urlsplit(self.mongodb)
        own = roles.ADMIN if user in LOOKERS else roles.own(user.removesuffix("-b"))
        return f"mongodb://{user}:{password}@{address.netloc.rpartition('@')[2]}/{own}?replicaSet={database.REPLICA_SET}"


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "ignore", "-m", "schoolbus", *words]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture(scope="module")
def mongodb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("guarded")
    key_file = folder / "key"
    key_file.write_text(uuid.uuid4().hex)
    key_file.chmod(0o600)
    ledger, port = Ledger(folder), free_port()
    ledger.claim()
    try:
        open_yet = database.begin(ledger, folder / "mongodb", port, cache=0.25, hasty=True, key_file=key_file)()
        with MongoClient[Any](open_yet) as client:  # from this machine, until there is a user
            client.admin.command("createUser", "admin", pwd=PASSWORD, roles=["root"])
        yield f"mongodb://admin:{PASSWORD}@127.0.0.1:{port}/?replicaSet={database.REPLICA_SET}"
    finally:
        ledger.end()


@pytest.fixture(scope="module")
def guarded(infrastructure: Infrastructure, mongodb: str, probe: Service) -> Iterator[Guarded]:
    """`probe`: its events are known meanwhile."""
    management = infrastructure.broker.management
    if management is None:
        pytest.skip("users are made by the broker's management API, and this broker shows none")
    made = Guarded(management, infrastructure.vhost("test-accounts"), mongodb)
    done = run("accounts", **made.environment())
    assert done.returncode == 0, done.stderr
    assert "roster: may work as roster at the broker's vhost" in done.stdout
    assert "backup: may take backups\ndoctor: may look at all but the audit trail\n" in done.stdout
    with MongoClient[Any](mongodb) as client:  # the probe's, as any service's
        accounts.make_at_database(client, "probe", PASSWORD, OF_PROBE, [roles.read_write(OF_PROBE)])
    made.administration().make("probe", "probe", PASSWORD, DELAYS)
    with Publisher(made.amqp) as publisher:
        topology.declare(publisher.channel)
    yield made
    for user in USERS:
        requests.delete(f"{management}/api/users/{user}", timeout=30)
    infrastructure.remove_vhost(made.amqp)


# At the broker


@pytest.mark.parametrize(
    ("exchange", "key"),
    [
        ("rabta.meetings", "meetings.booking_made.v1"),
        ("rabta.roster", "meetings.booking_made.v1"),
        ("rabta.reports.own", topology.queue(BranchChanged, "reports")),
        (topology.later(1), topology.queue(BranchChanged, "reports")),
        (topology.delay(1), topology.queue(BranchChanged, "reports")),
        ("", topology.queue(BranchChanged, "reports")),
        ("amq.topic", "roster.branch_changed.v1"),
    ],
)
def test_nobody_says_what_is_not_theirs(guarded: Guarded, exchange: str, key: str) -> None:
    with Publisher(guarded.broker("roster")) as publisher, pytest.raises(AccessRefused):
        publisher.publish([Outgoing("1", exchange, key, "{}")])


@pytest.mark.parametrize(
    "do",
    [
        lambda channel: channel.basic_get(topology.queue(BranchChanged, "reports")),
        lambda channel: channel.basic_get(topology.dead("reports")),
        lambda channel: channel.basic_consume(topology.queue(BranchChanged, "reports")),
        lambda channel: channel.queue_declare("rabta.roster.mine", durable=True, auto_delete=False),
        lambda channel: channel.queue_declare("", exclusive=True),
        lambda channel: channel.exchange_declare("rabta.roster", "topic", durable=True, auto_delete=False),
        lambda channel: channel.queue_bind(topology.dead("roster"), "rabta.meetings", "#"),
        lambda channel: channel.queue_delete(topology.dead("roster")),
        lambda channel: channel.queue_purge(topology.dead("reports")),
    ],
)
def test_nobody_reads_what_is_anothers_nor_declares(guarded: Guarded, do: Callable[[Any], Any]) -> None:
    with Publisher(guarded.broker("roster")) as publisher, pytest.raises(AccessRefused):
        do(publisher.channel)


def test_a_service_may_do_its_work(guarded: Guarded) -> None:
    with Publisher(guarded.broker("roster")) as publisher:
        topology.look(publisher.channel, "roster")
        own = topology.dead("roster")
        window = [
            Outgoing("said", "rabta.roster", BranchChanged.routing_key(), "{}"),
            Outgoing("put off", topology.later(600), own, "{}"),
            Outgoing("buried", topology.own("roster"), own, "{}"),
        ]
        assert publisher.publish(window) == {"said", "put off", "buried"}
        assert eventually(lambda: publisher.channel.basic_get(own, no_ack=True)).properties["message_id"] == "buried"


# At the database


def test_a_service_has_its_own_database_and_roster_the_audit_trail_too(guarded: Guarded) -> None:
    done = run(
        "prepare", "roster", MONGODB_URI=guarded.database("roster"), AUDIT_DATABASE="rabta_audit", PATH=os.environ["PATH"]
    )
    assert done.returncode == 0, done.stderr
    with MongoClient[Any](guarded.database("roster")) as client:
        client.rabta_audit.entries.insert_one({"_id": "1", "branch_id": "b1"})
        assert client.rabta_audit.entries.count_documents({}) == 1
        for name in ("rabta_meetings", "admin", "local", "anything"):
            for refused in (client[name].people.find_one, lambda name=name: client[name].people.insert_one({"_id": "1"})):
                with pytest.raises(OperationFailure, match="not authorized"):
                    refused()
    with MongoClient[Any](guarded.database("reports")) as client, pytest.raises(OperationFailure, match="not authorized"):
        client.rabta_audit.entries.find_one()


def test_with_its_rights_roster_keeps_the_trail(guarded: Guarded) -> None:
    at, page = now().isoformat(), {"student_id": None, "person_id": "p", "since": None, "until": None, "page": Paging()}
    more = {"person_id": "p", "role": "head", "action": "change", "branch_id": "b", "student_ids": ["s"], "class_id": None}
    with MongoClient[Any](guarded.database("roster"), tz_aware=True) as client:
        store = Store(client.rabta_roster)
        store.audit = AuditTrail(client.rabta_audit)
        for outcome in ("allowed", "failed", "failed"):
            store.audit.keep(store, [{**more, "entry_id": "changed", "at": at, "outcome": outcome}])
        assert [each["outcome"] for each in store.audit.of(branch("b"), page).items] == ["failed"]


@pytest.mark.parametrize("collection", ["entries", "failures"])
@pytest.mark.parametrize(
    "do",
    [
        lambda kept: kept.update_one({}, {"$set": {"forget_at": LONG_AGO}}),
        lambda kept: kept.replace_one({"_id": "0"}, {"forget_at": LONG_AGO}, upsert=True),
        lambda kept: kept.find_one_and_update({}, {"$unset": {"person_id": 1}}),
        lambda kept: kept.delete_one({}),
        lambda kept: kept.find_one_and_delete({}),
        lambda kept: kept.drop(),
        lambda kept: kept.rename("others"),
        lambda kept: kept.drop_index("forget_at_1"),
        lambda kept: kept.create_index("at", expireAfterSeconds=0),
        lambda kept: kept.aggregate([{"$match": {"_id": "none"}}, {"$out": {"db": "rabta_audit", "coll": kept.name}}]),
        lambda kept: kept.aggregate([{"$merge": {"into": {"db": "rabta_audit", "coll": kept.name}}}]),
        lambda kept: kept.database.command("collMod", kept.name, index={"name": "forget_at_1", "expireAfterSeconds": 1}),
        lambda kept: kept.database.client.drop_database(kept.database),
        lambda kept: kept.database.others.insert_one({"_id": "1"}),
        lambda kept: kept.database.command("updateRole", "rabta-keeps-trail", roles=["readWrite"]),
    ],
)
def test_roster_adds_to_the_audit_trail_and_takes_nothing_away(
    guarded: Guarded, collection: str, do: Callable[[Any], Any]
) -> None:
    """Not by way of an index by which entries expire, either."""
    with MongoClient[Any](guarded.database("roster")) as client:
        kept = client.rabta_audit[collection]
        kept.insert_one({"_id": uuid.uuid4().hex})
        before = kept.count_documents({})
        with pytest.raises(OperationFailure, match="not authorized"):
            do(kept)
        assert kept.count_documents({}) == before
        assert "forget_at_1" in kept.index_information()


# Who looks at everything


@pytest.fixture(scope="module")
def whole(guarded: Guarded) -> Guarded:
    """With a database of each service, and with no event under way."""
    with MongoClient[Any](guarded.mongodb) as client, Publisher(guarded.amqp) as publisher:
        for service in accounts.SERVICES:
            client[roles.own(service)].things.create_index(PENDING, sparse=True)
            client[roles.own(service)].things.insert_one({"_id": "1", PENDING: LONG_AGO})
        for queue in topology.queues():
            publisher.channel.queue_purge(queue)
    return guarded


def test_the_doctor_sees_what_an_administrator_sees(whole: Guarded) -> None:
    own = whole.looking("doctor")
    admin = {**own, "AMQP_URI": whole.amqp, "MANAGEMENT_URI": whole.management, "MONGODB_URI": whole.mongodb}
    seen, there = ([(each["level"], each["what"]) for each in told("doctor", environment)] for environment in (own, admin))
    assert seen == there
    assert ("wrong", "no relay of meetings works, and events wait") in seen
    assert [what for level, what in seen if level == "unseen"] == ["no process was asked how it is"]
    assert told("outbox", own) == told("outbox", admin)


def told(command: str, environment: dict[str, str]) -> Any:
    done = run(command, "--json", **environment)
    assert done.stderr == ""
    return json.loads(done.stdout)


def test_a_backup_is_taken_without_an_administrator(whole: Guarded, tmp_path: Path) -> None:
    """With a dead letter and one that was put off."""
    with Publisher(whole.amqp) as publisher:
        publisher.publish([Outgoing("1", "", topology.dead("reports"), "{}")])
        publisher.publish([Outgoing("2", topology.delay(600), topology.dead("reports"), "{}")])
    done = run("backup", str(tmp_path), **whole.looking("backup"))
    assert (done.returncode, done.stderr) == (0, "")
    assert "can't be set" not in done.stdout, "how long the database remembers"
    (folder,) = tmp_path.iterdir()
    kept = {file.name: file.count for file in manifest.read(folder).files}
    assert kept[letters.NAME] == 2
    assert {"reports/things.bson.gz", "roster_audit/entries.bson.gz"} <= kept.keys()
    with MongoClient[Any](whole.mongodb) as client:
        assert client.rabta_reports.backups.find_one({"_id": "last"})


@pytest.mark.parametrize("user", LOOKERS)
@pytest.mark.parametrize(
    "do",
    [
        lambda client: client.rabta_roster.people.insert_one({"_id": "1"}),
        lambda client: client.rabta_roster.people.delete_many({}),
        lambda client: client.rabta_roster.leases.delete_many({}),
        lambda client: client.rabta_roster.backups.drop(),
        lambda client: client.rabta_roster.people.create_index("name"),
        lambda client: client.rabta_audit.entries.insert_one({"_id": "1"}),
        lambda client: client.rabta_audit.entries.delete_many({}),
        lambda client: client.rabta_probe.seen.find_one(),
        lambda client: client.admin["system.users"].find_one(),
        lambda client: client.admin.command("createUser", "another", pwd=PASSWORD, roles=["root"]),
        lambda client: client.admin.command("shutdown"),
    ],
)
def test_who_looks_changes_nothing_at_the_database(guarded: Guarded, user: str, do: Callable[[Any], Any]) -> None:
    with MongoClient[Any](guarded.database(user)) as client, pytest.raises(OperationFailure, match="not authorized"):
        do(client)


def test_the_doctor_reads_no_audit_trail_and_stops_no_relay(guarded: Guarded) -> None:
    with MongoClient[Any](guarded.database("doctor")) as client:
        for refused in (client.rabta_audit.entries.find_one, lambda: client.rabta_roster.leases.insert_one({"_id": "relay"})):
            with pytest.raises(OperationFailure, match="not authorized"):
                refused()


@pytest.mark.parametrize("user", LOOKERS)
@pytest.mark.parametrize(
    "do",
    [
        lambda channel: channel.basic_get(topology.queue(BranchChanged, "reports")),
        lambda channel: channel.queue_declare("rabta.roster.mine", durable=True, auto_delete=False),
        lambda channel: channel.queue_delete(topology.dead("roster")),
        lambda channel: channel.queue_bind(topology.dead("roster"), "rabta.meetings", "#"),
    ],
)
def test_who_looks_takes_no_event_at_the_broker(guarded: Guarded, user: str, do: Callable[[Any], Any]) -> None:
    with Publisher(guarded.broker(user)) as publisher, pytest.raises(AccessRefused):
        do(publisher.channel)


@pytest.mark.parametrize("user", LOOKERS)
@pytest.mark.parametrize("exchange", ["", "rabta.roster", "rabta.reports.own", topology.later(1)])
def test_who_looks_says_nothing(guarded: Guarded, user: str, exchange: str) -> None:
    with Publisher(guarded.broker(user)) as publisher, pytest.raises(AccessRefused):
        publisher.publish([Outgoing("1", exchange, topology.dead("reports"), "{}")])


def test_the_doctor_opens_no_letter(guarded: Guarded) -> None:
    with Publisher(guarded.broker("doctor")) as publisher, pytest.raises(AccessRefused):
        publisher.channel.basic_get(topology.dead("reports"))


# The whole of a service


class Working:
    """A service's two processes as one of its accounts."""

    def __init__(self, guarded: Guarded, user: str, password: str, folder: Path) -> None:
        self.environment = {
            "AMQP_URI": guarded.broker(user, password),
            "MONGODB_URI": guarded.database(user, password),
            "GATEWAY_SECRET": f"{SECRET[::-1]}\n{SECRET}",  # the gateway still signs with the one of before
            "RETRY_DELAYS": ",".join(map(str, DELAYS)),
            "PREPARE": "job",
            "PYTHONPATH": str(HERE),
        }
        words = {role: ["schoolbus", role, "probe"] for role in ("serve", "relay")}
        self.processes = {
            role: Process(f"{user}.{role}", words[role], {**self.environment, "HTTP_PORT": str(free_port())}, folder)
            for role in words
        }
        self.serve = self.processes["serve"]

    def start(self) -> "Working":
        for process in self.processes.values():
            process.start()
        for process in self.processes.values():
            process.wait_ready()
        return self

    def stop(self) -> None:
        stop_all(self.processes.values())


@pytest.fixture(scope="module")
def working(guarded: Guarded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Working]:
    made = Working(guarded, "probe", PASSWORD, tmp_path_factory.mktemp("working"))
    done = run("prepare", "probe", **made.environment, PATH=os.environ["PATH"])
    assert done.returncode == 0, done.stderr
    try:
        yield made.start()
    finally:
        made.stop()


def make(process: Process, id: str, poison: bool = False) -> None:
    headers = {HEADER: sign_caller(teacher("t1"), SECRET)}
    body = {"thing_id": id, "name": "n", "poison": poison}
    answer = http.post(f"{process.url}/v1/branches/b1/things", json=body, headers=headers, timeout=30)
    assert answer.status_code == 201, answer.text


def seen(guarded: Guarded, id: str) -> bool:
    with MongoClient[Any](guarded.mongodb) as client:
        return client.rabta_probe.seen.count_documents({"thing": id, "times": 1}) == 1


def test_with_its_rights_a_service_works_whole(guarded: Guarded, working: Working, monkeypatch: Any, capsys: Any) -> None:
    """Says, hears, tries again, buries, and what was buried goes back."""
    from schoolbus import dead

    make(working.serve, "well")
    eventually(lambda: seen(guarded, "well"))
    make(working.serve, "ill", poison=True)
    with Publisher(guarded.amqp) as publisher:
        eventually(lambda: publisher.channel.queue_declare(topology.dead("probe"), passive=True).message_count == 1)
    with MongoClient[Any](guarded.mongodb) as client:
        client.rabta_probe.cures.insert_one({"_id": "1", "branch_id": "b1"})
    monkeypatch.setenv("AMQP_URI", guarded.broker("probe"))
    assert dead.main(["list"], "") == 0
    shown = capsys.readouterr().out
    assert "probe: 1\n" in shown
    assert "roster: 0\n" in shown or "roster: 0, for the account of roster alone" in shown
    assert dead.main(["replay", "probe"], "") == 0
    eventually(lambda: seen(guarded, "ill"))


def test_passwords_change_by_going_over_to_the_other_account(guarded: Guarded, working: Working, tmp_path: Path) -> None:
    """While both are at work, each says and hears; nobody is refused until nobody works with the old one."""
    broker = guarded.administration()
    with MongoClient[Any](guarded.mongodb) as client:
        broker.make("probe", "probe-b", ANOTHER, DELAYS)
        accounts.make_at_database(client, "probe-b", ANOTHER, OF_PROBE, [roles.read_write(OF_PROBE)])
        newer = Working(guarded, "probe-b", ANOTHER, tmp_path).start()
        for number, process in enumerate((working.serve, newer.serve)):
            make(process, f"both {number}")
            eventually(lambda number=number: seen(guarded, f"both {number}"))
        working.stop()
        broker.remove("probe")
        accounts.remove_at_database(client, "probe", OF_PROBE)
        make(newer.serve, "after")
        eventually(lambda: seen(guarded, "after"))
        newer.stop()
    with pytest.raises((AMQPError, OSError)):
        Publisher(guarded.broker("probe"))
    with MongoClient[Any](guarded.database("probe")) as client, pytest.raises(OperationFailure, match="Authentication"):
        client.rabta_probe.seen.find_one()


# The command


@pytest.fixture
def command(guarded: Guarded, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """The command within this process, with these settings beside the right ones."""

    def do(*, retire: bool = False, **environment: str) -> int:
        for name, text in {**guarded.environment(), **environment}.items():
            monkeypatch.setenv(name, text)
        return accounts.main(retire=retire)

    return do


def test_twice_is_once_and_who_is_retired_is_no_more(guarded: Guarded, command: Callable[..., int]) -> None:
    for retire, users in ((False, {"reports", "reports-b"}), (True, {"reports-b"}), (True, {"reports-b"})):
        assert command(retire=retire, REPORTS_ACCOUNT="reports-b") == 0
        with MongoClient[Any](guarded.mongodb) as client:
            assert {user["user"] for user in client.rabta_reports.command("usersInfo")["users"]} == users
        listed = requests.get(f"{guarded.management}/api/users", timeout=30).json()
        assert {each["name"] for each in listed if each["name"].startswith("reports")} == users


def test_a_fault_is_one_line_without_a_password(guarded: Guarded, command: Callable[..., int], capsys: Any) -> None:
    wrong = guarded.management.replace("@", "x@")
    assert command(MANAGEMENT_URI=wrong) == 1
    said = capsys.readouterr().err
    assert said.startswith("rabta: accounts: the broker's management API can't be used (MANAGEMENT_URI"), said
    assert str(urlsplit(wrong).password) not in said
    with pytest.raises(SystemExit):
        command(MANAGEMENT_URI=guarded.management, ROSTER_BROKER_PASSWORD="a/b@c:d with room for more")
    assert "ROSTER_BROKER_PASSWORD wants at least 16 letters" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        command(ROSTER_ACCOUNT="root", ROSTER_BROKER_PASSWORD=PASSWORD)
    assert "ROSTER_ACCOUNT wants roster or roster-b" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        command(BACKUP_DATABASE_PASSWORD="", ROSTER_ACCOUNT="roster")
    assert "BACKUP wants a password at broker and database, or none" in capsys.readouterr().err
