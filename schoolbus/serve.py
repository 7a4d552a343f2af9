"""Runs a nameko service, with nameko's runner: its command line needs pkg_resources, which new setuptools lacks.

Import this module first of all: it makes the standard library green.
"""

import os

os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")  # green DNS breaks the database driver's look-ups

import eventlet

eventlet.monkey_patch()

import importlib
import signal
from typing import Any

from nameko.runners import ServiceRunner

from schoolbus import logs, settings
from schoolbus.settings import ServiceProcess

WORKERS = 100  # requests and events at a time


def serve(name: str) -> None:
    wanted = settings.read(ServiceProcess)
    logs.set_up(name, log_format=wanted.log_format, level=wanted.log_level)
    runner = ServiceRunner(config=_config(name, wanted))
    runner.add_service(service_class(name))
    signal.signal(signal.SIGTERM, lambda *_: eventlet.spawn_n(runner.stop))
    signal.signal(signal.SIGINT, lambda *_: eventlet.spawn_n(runner.stop))
    try:
        runner.start()
        logs.log().info("ready", port=wanted.http_port)
        runner.wait()
    except OSError as fault:
        settings.quit_for(f"{name}: cannot listen on {wanted.http_host}:{wanted.http_port}: {fault.strerror}")
    logs.log().info("stopped")


def service_class(name: str) -> Any:
    """The class in services.NAME.service whose `name` is NAME."""
    module = importlib.import_module(f"services.{name}.service")
    return next(kind for kind in vars(module).values() if isinstance(kind, type) and vars(kind).get("name") == name)


def _config(name: str, wanted: ServiceProcess) -> dict[str, Any]:
    return {
        "AMQP_URI": wanted.amqp_uri,
        "MONGODB_URI": wanted.mongodb_uri,
        "MONGODB_DATABASE": wanted.mongodb_database or f"rabta_{name}",
        "GATEWAY_SECRET": wanted.gateway_secret,
        "WEB_SERVER_ADDRESS": f"{wanted.http_host}:{wanted.http_port}",
        "max_workers": WORKERS,
        "HEARTBEAT": 30,
    }
