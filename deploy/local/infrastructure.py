"""RabbitMQ and MongoDB for one folder: those that AMQP_URI and MONGODB_URI name, else private ones that are started here."""

import os
import shutil
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path

from deploy.local import broker, database, memory
from deploy.local.processes import CannotStart, Ledger, allow_many_files, free_port

SERVERS = "rabbitmq", "mongodb"  # each has its files in `data`, below the folder of its name
CACHE = 0.5  # GiB for MongoDB; enough for a demo and for tests
ROOM = 2 * 1024**3  # bytes; MongoDB's journal and the broker's log files take several hundred MB when empty


@dataclass(frozen=True)
class Ports:
    amqp: int
    management: int
    mongodb: int

    @classmethod
    def free(cls) -> "Ports":
        return cls(free_port(), free_port(), free_port())


@dataclass(frozen=True)
class Infrastructure:
    """A broker (management API included, where there is one) and a replica set, both ready."""

    broker: broker.Broker
    mongodb_uri: str
    ledger: Ledger
    keep: bool
    hasty: bool

    @property
    def amqp_uri(self) -> str:
        """The broker with its default vhost."""
        return self.broker.uri

    def vhost(self, name: str) -> str:
        """The AMQP URI of a fresh vhost; its name begins with `name`."""
        return self.broker.vhost(name)

    def remove_vhost(self, uri: str) -> None:
        self.broker.remove_vhost(uri)

    def stop(self) -> None:
        """Ends what was started here, and nothing else; at once when the data are not kept.

        Both write ahead and are whole within a second or two; RabbitMQ's management plugin then hangs for five more.
        """
        self.ledger.end(patience=3 if self.keep else 0)
        if self.hasty:
            _clear_data(self.ledger.path.parent)


def start(
    folder: Path, *, ports: Ports | None = None, keep: bool = False, hasty: bool = False, cache: float = CACHE
) -> Infrastructure:
    """Starts what is not given, both at once, and waits for them. Raises CannotStart with one clear line.

    `cache` is MongoDB's, in GiB. `folder` holds all their files. Without `ports` free ones are taken; without `keep` the
    data of the run before are thrown away, and a folder that another run has in use gives way to one beside it. What an
    earlier run in the folder left running (it was killed) is ended first. `hasty`: nothing waits for a disk, and whatever
    MongoDB or the machine loses when it is killed is lost; for tests of all else.
    """
    folder = folder.absolute() if keep else _unused(folder.absolute())
    ledger = Ledger(folder)
    ledger.claim()
    allow_many_files()
    ports = ports or Ports.free()
    try:
        if not keep:
            _throw_away(folder)
        return _start(ledger, folder, ports, keep, hasty, cache)
    except BaseException:
        ledger.end()
        raise


def _unused(folder: Path) -> Path:
    beside = (folder.with_name(f"{folder.name}-{number}") for number in count(2))
    return next(each for each in chain([folder], beside) if not Ledger(each).owner())


def _throw_away(folder: Path) -> None:
    _clear_data(folder)
    for server in SERVERS:
        shutil.rmtree(folder / server, ignore_errors=True)


def _clear_data(folder: Path) -> None:
    for server in SERVERS:
        memory.clear(folder / server / "data")


def _start(ledger: Ledger, folder: Path, ports: Ports, keep: bool, hasty: bool, cache: float) -> Infrastructure:
    amqp_uri, mongodb_uri = os.environ.get("AMQP_URI"), os.environ.get("MONGODB_URI")
    if not (amqp_uri and mongodb_uri):
        _check_room(folder)
    if hasty:
        for server, given in zip(SERVERS, (amqp_uri, mongodb_uri), strict=True):
            if not given:
                memory.move(folder / server / "data")
    ready_broker = broker.begin(ledger, folder / "rabbitmq", ports.amqp, ports.management) if not amqp_uri else None
    ready_database = database.begin(ledger, folder / "mongodb", ports.mongodb, cache, hasty) if not mongodb_uri else None
    return Infrastructure(
        mongodb_uri=ready_database() if ready_database else str(mongodb_uri),
        broker=ready_broker() if ready_broker else broker.given(str(amqp_uri)),
        ledger=ledger,
        keep=keep,
        hasty=hasty,
    )


def _check_room(folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if free < ROOM:
        raise CannotStart(f"the disk of {folder} is nearly full: {free // 1024**2} MB free, {ROOM // 1024**2} MB wanted")
