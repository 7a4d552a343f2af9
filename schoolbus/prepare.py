"""What must be there before processes work: made by each of them at its start, or by jobs that they wait for (PREPARE)."""

import importlib
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from pymongo.errors import PyMongoError

from schoolbus import health, layout, logs, settings, topology
from schoolbus.broker import BROKER_FAULTS, Publisher
from schoolbus.lease import LeaseLost
from schoolbus.logs import log
from schoolbus.settings import AmqpUrl, CannotStart, Delays, LogFormat, LogLevel, MongoUrl, NotPrepared, Process
from schoolbus.store import Database, connect

PAUSE = 1.0  # seconds between looks
BROKER = "broker"  # what no service is called


@dataclass(frozen=True)
class OfBroker:
    amqp_uri: AmqpUrl
    retry_delays: Delays = Delays("1,5,30,120,600")
    log_format: LogFormat = "console"
    log_level: LogLevel = "INFO"


@dataclass(frozen=True)
class OfDatabase:
    mongodb_uri: MongoUrl
    mongodb_database: str = ""
    log_format: LogFormat = "console"
    log_level: LogLevel = "INFO"


def main(name: str, *, alone: bool = False) -> int:
    """The job for the broker, or for a service's database: 0, or 1 and one line that says why not."""
    try:
        if name == BROKER:
            _prepare_broker()
        else:
            _prepare_database(name, alone)
    except BROKER_FAULTS as fault:
        return _failed(name, f"the broker can't be used: {type(fault).__name__}: {fault}")
    except PyMongoError as fault:
        return _failed(name, f"the database can't be used: {type(fault).__name__}: {fault}")
    except (CannotStart, LeaseLost) as fault:
        return _failed(name, str(fault))
    log().info("prepared")
    return 0


def _failed(name: str, reason: str) -> int:
    print(f"rabta: prepare {name}: {reason}", file=sys.stderr)
    return 1


def _prepare_broker() -> None:
    wanted = settings.read(OfBroker)
    logs.set_up("prepare.broker", log_format=wanted.log_format, level=wanted.log_level)
    with Publisher(wanted.amqp_uri) as publisher:
        topology.declare(publisher.channel, wanted.retry_delays)


def _prepare_database(name: str, alone: bool) -> None:
    wanted = settings.read(OfDatabase)
    logs.set_up(f"prepare.{name}", log_format=wanted.log_format, level=wanted.log_level)
    with opened(f"{name}.prepare", name, wanted) as store:
        layout.prepare(store, also(name), alone=alone)


@contextmanager
def opened(process: str, name: str, wanted: OfDatabase | Process) -> Iterator[Database]:
    """The store of a service, which by convention is services.NAME.store.Store."""
    database = wanted.mongodb_database or f"rabta_{name}"
    with connect(wanted.mongodb_uri, process, database) as client:
        made: Any = importlib.import_module(f"services.{name}.store").Store
        yield made(client[database])


def also(name: str) -> Callable[[Database], None] | None:
    """What a service wants made beside its indexes: services.NAME.preparing.prepare(store), where it has that."""
    module = f"services.{name}.preparing"
    return importlib.import_module(module).prepare if find_spec(module) else None


def wait(wanted: Process, store: Database, stopped: Callable[[], bool]) -> None:
    """Until the job has prepared the database: alive, not ready, and each new reason is a line in the log."""
    server = health.serve(wanted.http_host, wanted.http_port, {"waiting": lambda: True}, {"prepared": lambda: False})
    said = ""
    try:
        while not stopped() and (reason := _missing(store)):
            if reason != said:
                log().warning("not_prepared", missing=reason)
            said = reason
            time.sleep(PAUSE)
    finally:
        server.shutdown()
        server.server_close()


def _missing(store: Database) -> str:
    try:
        layout.look(store)
    except NotPrepared as reason:
        return str(reason)
    except PyMongoError as fault:  # the job `accounts` may not have run either
        return f"the database can't be used: {type(fault).__name__}"
    return ""
