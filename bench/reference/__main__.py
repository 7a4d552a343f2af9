"""Runs one of the services as nameko's command line does."""

# ruff: noqa: E402 - the standard library is made green first of all

import eventlet

eventlet.monkey_patch()

import signal
import sys
from dataclasses import dataclass
from typing import Any

from nameko.runners import ServiceRunner

from schoolbus import settings
from schoolbus.settings import Url


@dataclass(frozen=True)
class GatewaySettings:
    amqp_uri: Url
    http_port: int
    token_public_key: str  # Ed25519, PEM


@dataclass(frozen=True)
class ServiceSettings:
    amqp_uri: Url
    mongodb_uri: Url
    mongodb_database: str


def gateway() -> tuple[type, dict[str, Any]]:
    from bench.reference.gateway import Gateway

    wanted = settings.read(GatewaySettings)
    address = f"127.0.0.1:{wanted.http_port}"
    config = {"AMQP_URI": wanted.amqp_uri, "WEB_SERVER_ADDRESS": address, "TOKEN_PUBLIC_KEY": wanted.token_public_key}
    return Gateway, config


def service() -> tuple[type, dict[str, Any]]:
    from bench.reference.service import Reports

    wanted = settings.read(ServiceSettings)
    config = {"AMQP_URI": wanted.amqp_uri, "MONGODB_URI": wanted.mongodb_uri, "MONGODB_DATABASE": wanted.mongodb_database}
    return Reports, config


def announcements() -> tuple[type, dict[str, Any]]:
    from bench.reference.announcements import Announcements

    wanted = settings.read(ServiceSettings)
    config = {"AMQP_URI": wanted.amqp_uri, "MONGODB_URI": wanted.mongodb_uri, "MONGODB_DATABASE": wanted.mongodb_database}
    return Announcements, config


def main(words: list[str]) -> None:
    known = {"gateway": gateway, "service": service, "announcements": announcements}
    if len(words) != 1 or words[0] not in known:
        sys.exit(f"usage: python -m bench.reference {'|'.join(known)}")
    service_class, config = known[words[0]]()
    runner = ServiceRunner(config)
    runner.add_service(service_class)
    signal.signal(signal.SIGTERM, lambda *_: eventlet.spawn_n(runner.stop))
    runner.start()
    runner.wait()


if __name__ == "__main__":
    main(sys.argv[1:])
