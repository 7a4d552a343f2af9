"""A private broker and a private database in a folder."""

import os

import amqp
import psutil
import pytest
from pymongo import MongoClient

from deploy.local import infrastructure as local
from deploy.local.infrastructure import Ports, start
from deploy.local.processes import FILES, LOOPBACK, CannotStart, Ledger

if os.environ.get("AMQP_URI") or os.environ.get("MONGODB_URI"):
    pytest.skip("the broker and the database are given", allow_module_level=True)


def declare(uri: str, queue: str, *, passive: bool) -> None:
    server, _, vhost = uri.removeprefix("amqp://").partition("/")
    user, _, address = server.rpartition("@")
    name, _, password = user.partition(":")
    with amqp.Connection(address, userid=name, password=password, virtual_host=vhost or "/") as connection:
        connection.channel().queue_declare(queue, passive=passive, durable=True, auto_delete=False)


def test_each_vhost_is_a_world_of_its_own(infrastructure):
    first, other = infrastructure.vhost("story"), infrastructure.vhost("story")
    declare(first, "letters", passive=False)
    declare(first, "letters", passive=True)
    with pytest.raises(amqp.NotFound):
        declare(other, "letters", passive=True)
    infrastructure.remove_vhost(first)
    with pytest.raises(amqp.AMQPError):
        declare(first, "letters", passive=True)


def test_two_documents_change_in_one_transaction(infrastructure):
    with MongoClient(infrastructure.mongodb_uri) as client, client.start_session() as session, session.start_transaction():
        client.test.one.insert_one({}, session=session)
        client.test.two.insert_one({}, session=session)


def test_nothing_listens_beyond_this_machine(infrastructure):
    for entry in infrastructure.ledger.entries():
        if entry.name != Ledger.OWNER:
            listening = [each.laddr for each in entry.process().net_connections() if each.status == psutil.CONN_LISTEN]
            assert {address.ip for address in listening} <= {LOOPBACK, "::1"}, f"{entry.name}: {listening}"


def test_the_database_may_open_many_files(infrastructure):
    mongod = next(entry.process() for entry in infrastructure.ledger.entries() if entry.name == "mongod")
    now, most = mongod.rlimit(psutil.RLIMIT_NOFILE)
    assert now in (FILES, most)


def test_after_the_end_nothing_is_left_and_the_data_are_kept_where_wanted(tmp_path):
    ports = Ports.free()
    for documents in (0, 1):
        started = start(tmp_path, ports=ports, keep=True)
        running = [entry.process() for entry in started.ledger.entries() if entry.name != Ledger.OWNER]
        with MongoClient(started.mongodb_uri) as client:
            assert client.test.kept.count_documents({}) == documents
            client.test.kept.insert_one({})
        started.stop()
        assert not any(process.is_running() for process in running)


def test_a_folder_in_use_gives_way_to_one_beside(monkeypatch, tmp_path):
    monkeypatch.setenv("AMQP_URI", "amqp://broker.example")  # nothing to start
    monkeypatch.setenv("MONGODB_URI", "mongodb://database.example")
    first, second = start(tmp_path / "test"), start(tmp_path / "test")
    assert [each.ledger.path.parent.name for each in (first, second)] == ["test", "test-2"]


def test_what_is_given_is_used_as_it_is(monkeypatch, tmp_path):
    monkeypatch.setenv("AMQP_URI", "amqp://user:password@broker.example:5672/chain")
    monkeypatch.setenv("MONGODB_URI", "mongodb://database.example/?replicaSet=rs0")
    monkeypatch.delenv("MANAGEMENT_URI", raising=False)
    given = start(tmp_path)
    assert given.vhost("any") == given.amqp_uri == "amqp://user:password@broker.example:5672/chain"
    assert given.mongodb_uri == "mongodb://database.example/?replicaSet=rs0"
    given.stop()


def test_a_full_disk_is_one_line(monkeypatch, tmp_path):
    monkeypatch.setattr(local, "ROOM", 2**60)
    with pytest.raises(CannotStart, match=r"the disk of .* is nearly full: \d+ MB free, \d+ MB wanted"):
        start(tmp_path)
