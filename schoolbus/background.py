"""Runs a service's relay or worker: plain threads, a health port, an orderly end on SIGTERM."""

import importlib
import signal
import threading
from collections.abc import Callable

from pymongo.errors import PyMongoError

from schoolbus import health, layout, logs, looked_up, metrics, prepare, settings
from schoolbus.database_view import DatabaseView
from schoolbus.relay import Relay
from schoolbus.settings import CannotStart, Process
from schoolbus.store import Database
from schoolbus.work import Chosen, Worker


def relay(name: str) -> None:
    def run(store: Database, wanted: Process, stopped: threading.Event) -> None:
        relaying = Relay(store, wanted.amqp_uri, stopped.is_set, wanted.prepare)
        _serve_health(wanted, store, live=relaying.live, ready=relaying.healthy)
        relaying.run()

    _run(name, "relay", run)


def worker(name: str) -> None:
    """What services.NAME.worker lists as WORK and what its `work(store)` gives, if it has one: all of it, or what is chosen."""
    chosen = settings.read(Chosen)
    module = importlib.import_module(f"services.{name}.worker")

    def run(store: Database, wanted: Process, stopped: threading.Event) -> None:
        with_store = module.work(store) if hasattr(module, "work") else []
        working = Worker(store, chosen.of([*module.WORK, *with_store]), stopped)
        looked_up.show(working.gauges())
        _serve_health(wanted, store, live=working.healthy, ready=working.healthy)
        working.start()
        logs.log().info("ready", port=wanted.http_port)
        working.wait()

    _run(name, "worker", run)


def _run(name: str, role: str, run: Callable[[Database, Process, threading.Event], None]) -> None:
    wanted = settings.read(Process)
    logs.set_up(f"{name}.{role}", log_format=wanted.log_format, level=wanted.log_level)
    stopped = threading.Event()
    for end in (signal.SIGTERM, signal.SIGINT):
        signal.signal(end, lambda *_: stopped.set())
    try:
        with prepare.opened(f"{name}.{role}", name, wanted) as store:
            looked_up.show([DatabaseView(store.database.client), layout.gauge(store)])
            metrics.release.labels(name, role, settings.release(), store.layout).set(1)
            _see_to(store, wanted, stopped)
            if not stopped.is_set():
                run(store, wanted, stopped)
    except CannotStart as fault:
        settings.quit_for(f"{name}.{role}: {fault}")
    except PyMongoError as fault:
        settings.quit_for(f"{name}.{role}: the database can't be used: {type(fault).__name__}")
    logs.log().info("stopped")


def _see_to(store: Database, wanted: Process, stopped: threading.Event) -> None:
    if wanted.prepare == "self":
        layout.prepare(store)
        return
    try:
        prepare.wait(wanted, store, stopped.is_set)
    except OSError as fault:
        raise _port_taken(wanted, fault) from fault


def _serve_health(wanted: Process, store: Database, live: Callable[[], bool], ready: Callable[[], bool]) -> None:
    checks = {"database": lambda: bool(store.database.command("ping")["ok"]), "progress": ready}
    try:
        health.serve(wanted.http_host, wanted.http_port, {"progress": live}, checks)
    except OSError as fault:
        raise _port_taken(wanted, fault) from fault


def _port_taken(wanted: Process, fault: OSError) -> CannotStart:
    return CannotStart(f"cannot listen on {wanted.http_host}:{wanted.http_port}: {fault.strerror}")
