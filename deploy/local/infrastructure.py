"""RabbitMQ and MongoDB for one folder: those that AMQP_URI and MONGODB_URI name, else private ones that are started here."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from deploy.local import broker, database
from deploy.local.processes import CannotStart, Ledger, free_port, is_free

ROOM = 2 * 1024**3  # bytes; MongoDB's journal and the broker's log files take several hundred MB when empty


@dataclass(frozen=True)
class Ports:
    amqp: int
    management: int
    mongodb: int

    @classmethod
    def free(cls) -> "Ports":
        return cls(free_port(), free_port(), free_port())

    def check(self) -> None:
        for name, port in vars(self).items():
            if not is_free(port):
                raise CannotStart(f"port {port} for {name} is taken: set another by {_VARIABLES[name]}")


_VARIABLES = {"amqp": "RABBITMQ_PORT", "management": "RABBITMQ_MANAGEMENT_PORT", "mongodb": "MONGODB_PORT"}


@dataclass(frozen=True)
class Infrastructure:
    """A broker (management API included, where there is one) and a replica set, both ready."""

    broker: broker.Broker
    mongodb_uri: str
    ledger: Ledger
    keep: bool

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
        """Ends what was started here, and nothing else; at once when the data are not kept."""
        self.ledger.end(patience=15 if self.keep else 0)


def start(folder: Path, *, ports: Ports | None = None, keep: bool = False) -> Infrastructure:
    """Starts what is not given, both at once, and waits for them. Raises CannotStart with one clear line.

    `folder` holds all their files. Without `ports` free ones are taken; without `keep` the data of the run before
    are thrown away. What an earlier run in this folder left running (it was killed) is ended first.
    """
    folder = folder.absolute()
    ledger = Ledger(folder)
    ledger.claim()
    ports = ports or Ports.free()
    try:
        if not keep:
            shutil.rmtree(folder / "rabbitmq", ignore_errors=True)
            shutil.rmtree(folder / "mongodb", ignore_errors=True)
        return _start(ledger, folder, ports, keep)
    except BaseException:
        ledger.end()
        raise


def _start(ledger: Ledger, folder: Path, ports: Ports, keep: bool) -> Infrastructure:
    amqp_uri, mongodb_uri = os.environ.get("AMQP_URI"), os.environ.get("MONGODB_URI")
    if not (amqp_uri and mongodb_uri):
        _check_room(folder)
        ports.check()
    ready_broker = broker.begin(ledger, folder / "rabbitmq", ports.amqp, ports.management) if not amqp_uri else None
    ready_database = database.begin(ledger, folder / "mongodb", ports.mongodb) if not mongodb_uri else None
    return Infrastructure(
        mongodb_uri=ready_database() if ready_database else str(mongodb_uri),
        broker=ready_broker() if ready_broker else broker.given(str(amqp_uri)),
        ledger=ledger,
        keep=keep,
    )


def _check_room(folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if free < ROOM:
        raise CannotStart(f"the disk of {folder} is nearly full: {free // 1024**2} MB free, {ROOM // 1024**2} MB wanted")
