"""Runs a nameko service, with nameko's runner: its command line needs pkg_resources, which new setuptools lacks.

Import this module first of all: it makes the standard library green.
"""

import os

os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")  # green DNS breaks the database driver's look-ups
os.environ.setdefault("EVENTLET_THREADPOOL_SIZE", "4")  # a native thread keeps the memory that it once took (passwords.py)

import eventlet

eventlet.monkey_patch()

import gc
import importlib
import inspect
import signal
from typing import Any

from nameko.extensions import ENTRYPOINT_EXTENSIONS_ATTR
from nameko.runners import ServiceRunner
from pymongo.errors import PyMongoError

from schoolbus import logs, prepare, settings, tracing
from schoolbus.consumer import EventEntrypoint
from schoolbus.settings import CannotStart, ServiceProcess

REQUESTS = 100  # at a time, beside the events and timers


def serve(name: str) -> None:
    wanted = settings.read(ServiceProcess)
    logs.set_up(name, log_format=wanted.log_format, level=wanted.log_level)
    tracing.set_up(name, wanted.otel_exporter_otlp_endpoint)
    kind = service_class(name)
    runner = ServiceRunner(config=_config(name, wanted, kind))
    runner.add_service(kind)
    try:
        if not _is_prepared(name, wanted):
            return
        for end in (signal.SIGTERM, signal.SIGINT):
            signal.signal(end, lambda *_: eventlet.spawn_n(runner.stop))
        runner.start()
        logs.log().info("ready", port=wanted.http_port)
        gc.freeze()  # what is here stays: the collector need not look at it during requests
        runner.wait()
    except CannotStart as fault:
        settings.quit_for(f"{name}: {fault}")
    except PyMongoError as fault:
        settings.quit_for(f"{name}: the database can't be used: {type(fault).__name__}")
    logs.log().info("stopped")


def _is_prepared(name: str, wanted: ServiceProcess) -> bool:
    """False when it was told to stop before that."""
    asked_to_stop: list[int] = []
    for end in (signal.SIGTERM, signal.SIGINT):
        signal.signal(end, lambda number, _: asked_to_stop.append(number))
    if wanted.prepare == "job":
        with prepare.opened(name, name, wanted) as store:
            try:
                prepare.wait(wanted, store, lambda: bool(asked_to_stop))
            except OSError as fault:
                raise CannotStart(f"cannot listen on {wanted.http_host}:{wanted.http_port}: {fault.strerror}") from fault
    return not asked_to_stop


def service_class(name: str) -> Any:
    """The class in services.NAME.service whose `name` is NAME."""
    module = importlib.import_module(f"services.{name}.service")
    return next(kind for kind in vars(module).values() if isinstance(kind, type) and vars(kind).get("name") == name)


def workers(kind: type) -> int:
    """Room for all events that can be in hand: failing ones wait there while the broker is away, and must not stop requests."""
    methods = inspect.getmembers(kind, inspect.isfunction)
    entrypoints = [entrypoint for _, method in methods for entrypoint in getattr(method, ENTRYPOINT_EXTENSIONS_ATTR, ())]
    return REQUESTS + sum(each.prefetch if isinstance(each, EventEntrypoint) else 1 for each in entrypoints)


def _config(name: str, wanted: ServiceProcess, kind: type) -> dict[str, Any]:
    return {
        "AMQP_URI": wanted.amqp_uri,
        "MONGODB_URI": wanted.mongodb_uri,
        "MONGODB_DATABASE": wanted.mongodb_database or f"rabta_{name}",
        "PREPARE": wanted.prepare,
        "GATEWAY_SECRET": wanted.gateway_secret,
        "RETRY_DELAYS": wanted.retry_delays,
        "USAGE_EVERY": wanted.usage_every,
        "TIMERS_FASTER": wanted.timers_faster,
        "WEB_SERVER_ADDRESS": f"{wanted.http_host}:{wanted.http_port}",
        "max_workers": workers(kind),
        "HEARTBEAT": 30,
    }
