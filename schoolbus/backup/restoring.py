"""Brings a backup back, into empty databases and an empty broker, before any process starts."""

import importlib
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from pymongo import IndexModel, MongoClient, WriteConcern
from pymongo.database import Database as MongoDatabase
from pymongo.errors import OperationFailure

from schoolbus import outbox, topology
from schoolbus.backup import dumped, half, letters, manifest
from schoolbus.backup.databases import PARTS, Wanted, WantedBack
from schoolbus.backup.manifest import BackupFault, Manifest
from schoolbus.backup.taking import note
from schoolbus.broker import Publisher
from schoolbus.chain import SERVICES
from schoolbus.events import Event
from schoolbus.management import Management

Say = Callable[[str], None]
MAJORITY = WriteConcern("majority")


def restore(wanted: WantedBack, client: MongoClient[Any], folder: Path, replace: bool, say: Say) -> None:
    """Raises BackupFault before anything is changed, when anything is wrong."""
    made = manifest.read(folder)
    manifest.check(folder, made)
    say(f"{folder}: of {made.at:%Y-%m-%d %H:%M:%S} UTC, {made.documents} documents, every file as it was written")
    _check_release(made)
    management = Management(wanted.management_uri, wanted.amqp_uri)
    _check_stopped(wanted, client, management, say)
    _check_empty(wanted, client, management, replace)
    _empty_broker(wanted, management, say)
    for part in PARTS:  # nothing starts on any of them before all is back, letters too
        client.drop_database(wanted.name(part))
        half.begin(client[wanted.name(part)])
    for part in PARTS:
        _restore_part(client[wanted.name(part)], folder / part)
        say(f"{wanted.name(part)}: as it was")
    back = letters.bring_back(wanted.amqp_uri, folder / letters.NAME)
    for part in SERVICES:
        note(client[wanted.name(part)], made)
    for part in PARTS:
        half.end(client[wanted.name(part)], *_layouts(folder / part))
    waiting = sum(_waiting(client[wanted.name(part)]) for part in SERVICES)
    say(f"{back} letters are back; {waiting} documents have events in their outboxes, which go out when the relays start")
    say("now start the processes (docs/runbooks/restore.md says what to tell people of what was lost after that moment)")


def _check_release(made: Manifest) -> None:
    """Of the services whose code is here: an image holds one of them."""
    for part, kept in made.layouts.items():
        try:
            store = importlib.import_module(f"services.{part}.store").Store
        except ModuleNotFoundError:
            continue
        if half.is_beyond(store.layout, kept):
            has = f"the backup's {part} has layout {kept['newest']}, and this release writes {store.layout}"
            raise BackupFault(f"{has}: use the release that took it, or a later one")
    if unknown := sorted({*made.events} - {*Event.known}):
        raise BackupFault(f"the backup may hold events that this release does not know ({', '.join(unknown[:3])}): use its own")


def _check_stopped(wanted: Wanted, client: MongoClient[Any], management: Management, say: Say) -> None:
    consumed = [name for name, each in management.queues().items() if topology.is_ours(name) and each.get("consumers")]
    if consumed:
        raise BackupFault(
            f"{len(consumed)} queues are consumed, such as {consumed[0]}: stop all services, relays and workers first"
        )
    if processes := _connected(wanted, client, say):
        raise BackupFault(f"the databases are used by {', '.join(processes)}: stop all services, relays and workers first")
    begun = [wanted.name(part) for part in SERVICES if client[wanted.name(part)]["leases"].find_one(_HELD)]
    if begun:
        raise BackupFault(f"a relay is at work on {', '.join(begun)}: stop it, and wait for the ten seconds of its lease")


def _connected(wanted: Wanted, client: MongoClient[Any], say: Say) -> list[str]:
    """Processes that are connected, such as `rabta.reports.worker@rabta_reports`: a worker reads no queue and holds no lease.
    Those of other installations at the same servers name other databases; those of releases that named none may be ours."""
    try:
        found = client.admin.aggregate([{"$currentOp": {"idleConnections": True, "allUsers": True}}, _OF_RABTA])
        names = {str(each["appName"]) for each in found}
    except OperationFailure as fault:
        say(f"whether workers run was not looked at ({fault.code}; it wants the role clusterMonitor): see to it that none does")
        return []
    ours = {wanted.name(part) for part in PARTS}
    return sorted(name for name in names if _is_at(name, ours))


def _is_at(name: str, databases: Collection[str]) -> bool:
    process, _, database = name.partition("@")
    return database in databases if database else process.split(".")[1] in SERVICES


_OF_RABTA = {"$match": {"appName": {"$regex": r"^rabta\."}}}
_HELD = {"_id": "relay", "$expr": {"$gt": ["$until", "$$NOW"]}}


def _check_empty(wanted: Wanted, client: MongoClient[Any], management: Management, replace: bool) -> None:
    """What a restore has begun and not ended counts as empty, and so do letters that it has brought back: nobody else could
    start and send anything."""
    full = [name for part in PARTS if _is_full(client[name := wanted.name(part)])]
    if full and not replace:
        raise BackupFault(f"there is something in {', '.join(full)}: --replace throws it away; or set another DATABASE_PREFIX")
    begun = all(half.is_half(client[wanted.name(part)]) for part in PARTS)
    waiting = sum(each.get("messages", 0) for name, each in management.queues().items() if topology.is_ours(name))
    if waiting and not replace and not begun:
        raise BackupFault(f"{waiting} messages wait at the broker: --replace throws them away, or use an empty vhost")


def _is_full(database: MongoDatabase[Any]) -> bool:
    return bool(dumped.collections(database)) and not half.is_half(database)


def _empty_broker(wanted: WantedBack, management: Management, say: Say) -> None:
    """What its messages tell has happened after the backup, or is in an outbox of it and comes again. Whatever release or
    RETRY_DELAYS a queue is of: those of delays first, which release into others."""
    found = {name for name in management.queues() if topology.is_ours(name)} | {*topology.queues(wanted.retry_delays)}
    with Publisher(wanted.amqp_uri) as publisher:
        topology.declare(publisher.channel, wanted.retry_delays)
        order = sorted(found, key=lambda name: not name.startswith(topology.delay_prefix()))
        gone = sum(int(publisher.channel.queue_purge(name) or 0) for name in order)
    say(f"the broker's queues are there and empty ({gone} messages thrown away)")


def _restore_part(database: MongoDatabase[Any], folder: Path) -> None:
    for path in sorted(folder.glob("*.metadata.json.gz")):
        about = dumped.about(path)
        if about["collectionName"] != half.LAYOUT:
            _restore_collection(database, about, _documents_of(path))


def _layouts(folder: Path) -> list[Any]:
    path = _documents_of(folder / f"{half.LAYOUT}.metadata.json.gz")
    return [each for batch in dumped.documents(path) for each in batch] if path.exists() else []


def _documents_of(about: Path) -> Path:
    return about.with_name(about.name.replace(".metadata.json.gz", ".bson.gz"))


def _restore_collection(database: MongoDatabase[Any], about: dict[str, Any], path: Path) -> None:
    database.create_collection(about["collectionName"], **about["options"])
    collection = database[about["collectionName"]].with_options(write_concern=MAJORITY)
    for batch in dumped.documents(path):
        collection.insert_many(batch, ordered=False)
    indexes = [_index(index) for index in about["indexes"] if not index.get("clustered") and index["name"] != "_id_"]
    if indexes:
        collection.create_indexes(indexes)


def _index(told: dict[str, Any]) -> IndexModel:
    options = {name: value for name, value in told.items() if name not in ("key", "v", "ns")}
    return IndexModel(list(told["key"].items()), **options)


def _waiting(database: MongoDatabase[Any]) -> int:
    indexed = (each["name"] for each in dumped.collections(database) if _tells(database, each["name"]))
    return sum(
        database[name].count_documents({outbox.PENDING: {"$exists": True}}, hint=f"{outbox.PENDING}_1") for name in indexed
    )


def _tells(database: MongoDatabase[Any], name: str) -> bool:
    return f"{outbox.PENDING}_1" in database[name].index_information()
