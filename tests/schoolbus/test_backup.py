"""All databases at one moment, and back: what is kept, what is refused. tests/e2e/test_backup.py does so with the platform."""

import gzip
import json
import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import bson
import pytest
from bson.timestamp import Timestamp
from gridfs import GridFSBucket
from pymongo import MongoClient
from pymongo.database import Database as MongoDatabase

from deploy.local.infrastructure import Infrastructure
from schoolbus import management, topology
from schoolbus.backup import commands, half, letters, manifest, quiet, taking
from schoolbus.backup.databases import PARTS
from schoolbus.backup.history import WANTED
from schoolbus.backup.quiet import CLEAR
from schoolbus.backup.taking import NAMED, prune, prune_halves
from schoolbus.broker import Outgoing, Publisher
from schoolbus.clock import now
from schoolbus.contracts.roster import BranchChanged
from schoolbus.lease import Lease
from schoolbus.retry import ATTEMPT, QUEUE, REASON
from schoolbus.store import connect

QUEUE_OF_REPORTS = topology.queue(BranchChanged, "reports")


class Chain:
    """Databases and a vhost, and the environment in which the commands find them."""

    def __init__(self, infrastructure: Infrastructure, client: MongoClient[Any]) -> None:
        self.prefix = f"chain_{uuid4().hex[:8]}_"
        self.client = client
        self.amqp_uri = infrastructure.vhost("backup")
        self.environment = {
            "AMQP_URI": self.amqp_uri,
            "MONGODB_URI": infrastructure.mongodb_uri,
            "MANAGEMENT_URI": str(infrastructure.broker.management),
            "DATABASE_PREFIX": self.prefix,
        }
        with Publisher(self.amqp_uri) as publisher:
            topology.declare(publisher.channel)

    def database(self, part: str) -> MongoDatabase[Any]:
        return self.client[f"{self.prefix}{part}"]

    def fill(self) -> None:
        for part in PARTS:
            things = self.database(part)["things"]
            things.create_index([("branch_id", 1), ("at", -1)], unique=True, partialFilterExpression={"at": {"$gt": ""}})
            things.insert_many([{"_id": f"{part}-{number}", "branch_id": "b1", "at": str(number)} for number in range(2500)])
            self.database(part)["layout"].insert_one({"_id": "layout", "number": 2 if part == "meetings" else 1})
        reports = self.database("reports")
        reports.create_collection("ordered", clusteredIndex={"key": {"_id": 1}, "unique": True})
        GridFSBucket(reports, "attached").upload_from_stream_with_id("g/1", "g/1", b"x" * 700_000)
        reports["things"].create_index("outbox_at", sparse=True)
        reports["things"].update_one({"_id": "reports-1"}, {"$set": {"outbox": [{"id": "e1"}], "outbox_at": now()}})

    def send(self, *messages: Outgoing) -> None:
        with Publisher(self.amqp_uri) as publisher:
            assert len(publisher.publish(messages)) == len(messages)

    def waiting(self, queue: str) -> int:
        with Publisher(self.amqp_uri) as publisher:
            return int(publisher.channel.queue_declare(queue, passive=True).message_count)

    def drop(self) -> None:
        for part in PARTS:
            self.client.drop_database(self.database(part))

    def as_it_is(self) -> dict[str, Any]:
        """All documents, options and indexes, but of the collections that are the installation's own."""
        found: dict[str, Any] = {}
        for part in PARTS:
            database = self.database(part)
            for told in database.list_collections():
                name = told["name"]
                if name not in ("leases", "backups"):
                    documents = sorted(database[name].find(), key=repr)
                    found[f"{part}.{name}"] = (documents, told["options"], database[name].index_information())
        return found


@pytest.fixture(scope="module")
def client(infrastructure: Infrastructure) -> Iterator[MongoClient[Any]]:
    with MongoClient[Any](infrastructure.mongodb_uri) as client:
        yield client


@pytest.fixture
def other(infrastructure: Infrastructure, client: MongoClient[Any]) -> Iterator[Chain]:
    chain = Chain(infrastructure, client)
    yield chain
    chain.drop()
    infrastructure.remove_vhost(chain.amqp_uri)


@pytest.fixture(scope="module")
def taken(infrastructure: Infrastructure, client: MongoClient[Any], tmp_path_factory: Any) -> Iterator[tuple[Chain, Path]]:
    """A chain with a dead letter and one that is put off, and its backup."""
    chain, folder = Chain(infrastructure, client), tmp_path_factory.mktemp("backups")
    chain.fill()
    chain.send(
        Outgoing("l1", "", topology.dead("reports"), b"{}", {QUEUE: QUEUE_OF_REPORTS, REASON: "ValueError: a test"}),
        Outgoing("l2", topology.delay(600), QUEUE_OF_REPORTS, b"{}", {ATTEMPT: 4}),
    )
    assert run(chain, commands.backup, str(folder)) == 0
    yield chain, next(folder.iterdir())
    chain.drop()
    infrastructure.remove_vhost(chain.amqp_uri)


def run(chain: Chain, command: Any, *words: str) -> int:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in chain.environment.items():
            patch.setenv(name, value)
        return int(command(list(words)))


def test_all_comes_back_as_it_was(taken: tuple[Chain, Path], other: Chain, capsys: pytest.CaptureFixture[str]) -> None:
    chain, folder = taken
    assert run(other, commands.bring_back, str(folder)) == 0
    assert other.as_it_is() == chain.as_it_is()
    assert other.waiting(topology.dead("reports")) == 1
    assert other.waiting(QUEUE_OF_REPORTS) == 1, "what was put off is tried at once"
    assert "2 letters are back; 1 documents have events in their outboxes" in capsys.readouterr().out
    last = other.database("roster")["backups"].find_one({"_id": "last"})
    assert last is not None


def test_its_files_are_those_of_mongodump(taken: tuple[Chain, Path]) -> None:
    _, folder = taken
    zipped = folder / "reports" / "things.bson.gz"
    about = json.loads(gunzip(folder / "reports" / "things.metadata.json.gz"))
    assert {"options", "indexes", "uuid", "collectionName", "type"} <= about.keys()
    assert about["indexes"][1]["key"] == {"branch_id": {"$numberInt": "1"}, "at": {"$numberInt": "-1"}}
    assert len(bson.decode_all(gunzip(zipped))) == 2500
    assert "leases.bson.gz" not in {path.name for path in folder.rglob("*")}


def gunzip(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes())


def test_what_is_damaged_half_or_in_the_way_is_refused_and_nothing_touched(
    taken: tuple[Chain, Path], other: Chain, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chain, folder = taken
    before = chain.as_it_is()

    def refused(place: Path, where: Chain = chain) -> str:
        assert run(where, commands.bring_back, str(place)) == 1
        return capsys.readouterr().err

    assert "--replace throws it away" in refused(folder)
    assert "holds backups, name one of them" in refused(folder.parent)
    damaged = tmp_path / "damaged"
    shutil.copytree(folder, damaged)
    (damaged / "roster" / "things.bson.gz").write_bytes(b"other")
    (damaged / "meetings" / "things.bson.gz").unlink()
    assert "roster/things.bson.gz is not what was written; meetings/things.bson.gz is missing" in refused(damaged, other)
    (damaged / manifest.NAME).unlink()
    assert "no whole backup" in refused(damaged, other)
    later = tmp_path / "later"
    shutil.copytree(folder, later)
    made = json.loads((later / manifest.NAME).read_text())
    made["layouts"]["meetings"] |= {"newest": 99, "readable_by": 98}
    (later / manifest.NAME).write_text(json.dumps(made))
    assert "meetings has layout 99" in refused(later, other)
    assert Lease(other.database("reports"), "relay", 60).hold()
    assert "a relay is at work on" in refused(folder, other)
    with connect(other.environment["MONGODB_URI"], "reports.worker", other.database("reports").name) as worker:
        worker.admin.command("ping")
        assert f"used by rabta.reports.worker@{other.prefix}reports: stop" in refused(folder, other)
    assert chain.as_it_is() == before
    assert not other.database("roster").list_collection_names()


def test_replaced_on_demand(taken: tuple[Chain, Path], other: Chain) -> None:
    chain, folder = taken
    other.database("roster")["things"].insert_one({"_id": "of another life"})
    other.send(Outgoing("m1", "", QUEUE_OF_REPORTS, b"{}"))
    of_another = "rabta.reports.roster.thing_changed.v9"  # another release's
    with Publisher(other.amqp_uri) as publisher:
        publisher.channel.queue_declare(of_another, durable=True, auto_delete=False, arguments={"x-queue-type": "quorum"})
    other.send(Outgoing("m2", "", of_another, b"{}"))
    other.environment["RETRY_DELAYS"] = "1,7"
    assert run(other, commands.bring_back, str(folder), "--replace") == 0
    assert other.as_it_is() == chain.as_it_is()
    assert other.waiting(QUEUE_OF_REPORTS) == 1, "the one that came back"
    assert (other.waiting(of_another), other.waiting(topology.delay(7))) == (0, 0)


def test_a_restore_that_was_killed_is_begun_again(
    taken: tuple[Chain, Path], other: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing can start before all is back; then letters that it had brought back are in nobody's way."""
    chain, folder = taken
    bring_back = letters.bring_back

    def killed(*words: Any) -> int:
        bring_back(*words)
        raise KeyboardInterrupt

    monkeypatch.setattr(letters, "bring_back", killed)
    with pytest.raises(KeyboardInterrupt):
        run(other, commands.bring_back, str(folder))
    monkeypatch.undo()
    assert all(half.is_half(other.database(part)) for part in PARTS)
    assert run(other, commands.bring_back, str(folder)) == 0
    assert other.as_it_is() == chain.as_it_is()
    assert other.waiting(topology.dead("reports")) == 1


def test_it_is_for_its_owner_alone(taken: tuple[Chain, Path]) -> None:
    _, folder = taken
    assert {path.stat().st_mode & 0o077 for path in (folder, *folder.rglob("*"))} == {0}


def test_a_signal_ends_it_and_leaves_nothing_behind(
    taken: tuple[Chain, Path], client: MongoClient[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, seen = "minSnapshotHistoryWindowInSeconds", list[int]()

    def history() -> int:
        return int(client.admin.command({"getParameter": 1, name: 1})[name])

    def ended(*_: Any) -> None:
        seen.append(history())
        os.kill(os.getpid(), signal.SIGTERM)

    before = history()
    monkeypatch.setattr(taking, "moment", ended)
    with pytest.raises(SystemExit):
        run(taken[0], commands.backup, str(tmp_path))
    assert seen == [WANTED], "meanwhile"
    assert history() == before
    assert not list(tmp_path.iterdir()), "a disk that is full has room again"


def test_no_fault_names_a_password(taken: tuple[Chain, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    chain, folder = taken
    before = chain.environment["MANAGEMENT_URI"]
    address = management.clean(before)[0].replace("://", "://nobody:s%C3%BCsecret@")
    chain.environment["MANAGEMENT_URI"] = address
    try:
        assert run(chain, commands.backup, str(tmp_path)) == 1
        assert run(chain, commands.bring_back, str(folder)) == 1
    finally:
        chain.environment["MANAGEMENT_URI"] = before
    said = capsys.readouterr().err
    assert said.count("the broker's management API can't be used (HTTPError, 401)") == 2
    assert "secret" not in said


def test_while_events_are_under_way_there_is_no_backup(
    other: Chain, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other.fill()
    other.send(Outgoing("m1", "", QUEUE_OF_REPORTS, b"{}"))
    assert run(other, commands.backup, str(tmp_path), "--wait", "1") == 1
    assert f"events are still under way: {QUEUE_OF_REPORTS} (1)" in capsys.readouterr().err
    assert Lease(other.database("roster"), "relay").hold(), "relays go on at once"
    assert run(other, commands.backup, str(tmp_path), "--wait", "1") == 1
    assert "the relay of roster does not stop" in capsys.readouterr().err
    assert not list(manifest.within(tmp_path))
    assert CLEAR > 10, "the broker's figures are up to ten seconds old: a queue's own every five, the management API's too"


def test_a_moment_before_it_became_quiet_is_none(
    taken: tuple[Chain, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    begun = quiet._begun
    monkeypatch.setattr(quiet, "CLEAR", 0)
    monkeypatch.setattr(quiet, "_begun", lambda *words: (begun(*words)[0], Timestamp(1, 1)))
    assert run(taken[0], commands.backup, str(tmp_path)) == 1
    assert ") is before it became quiet" in capsys.readouterr().err


def test_old_ones_go_but_not_the_newest(taken: tuple[Chain, Path], tmp_path: Path) -> None:
    _, folder = taken
    made = json.loads((folder / manifest.NAME).read_text())
    for day in ("2026-01-01", "2026-01-02"):
        (tmp_path / f"{day}T000000Z").mkdir()
        text = json.dumps({**made, "at": f"{day}T00:00:00+00:00"})
        (tmp_path / f"{day}T000000Z" / manifest.NAME).write_text(text)
    half, begun, others = tmp_path / "2026-01-03T000000Z", tmp_path / now().strftime(NAMED), tmp_path / "notes"
    unreadable = [tmp_path / f"2025-01-0{number}T000000Z" for number in (1, 2)]
    for path in (half, begun, others, *unreadable):
        path.mkdir()
    (unreadable[0] / manifest.NAME).write_text("{")
    (unreadable[1] / manifest.NAME).write_text('{"format": 1}')
    said: list[str] = []
    prune_halves(tmp_path, said.append)
    assert said == [f"away: {half.name}, half a backup"]
    prune(tmp_path, 7, said.append)
    assert sum(each.startswith("passed over: ") for each in said) == 2
    left = ["2026-01-02T000000Z", begun.name, "notes", *(path.name for path in unreadable)]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(left)
