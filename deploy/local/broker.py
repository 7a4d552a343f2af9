"""A private RabbitMQ node: own name, ports, folder and port mapper, all on loopback; the machine's own broker is left alone."""

import os
import secrets
import shutil
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

import amqp
import requests

from deploy.local.processes import LOOPBACK, CannotStart, Ledger, free_port, wait_until

OLDEST = (3, 10)  # the first whose quorum queues let a message expire, which the growing delays need
DEBIANS = "/usr/lib/rabbitmq/bin/rabbitmq-server"  # the one on the PATH changes user and ignores our folders


@dataclass(frozen=True)
class Broker:
    """`uri` has no vhost yet; `management` is the HTTP API with user and password, or None where there is none."""

    uri: str
    management: str | None

    def vhost(self, name: str) -> str:
        """A fresh vhost's AMQP URI. Without a management API everybody shares the given URI's vhost."""
        if not self.management:
            return self.uri
        fresh = f"{name}-{secrets.token_hex(4)}"
        requests.put(f"{self.management}/api/vhosts/{quote(fresh, safe='')}", timeout=30).raise_for_status()
        return f"{self.uri.rstrip('/')}/{quote(fresh, safe='')}"

    def remove_vhost(self, uri: str) -> None:
        """Ends a vhost that `vhost` made, with its queues."""
        if self.management:
            requests.delete(f"{self.management}/api/vhosts{urlsplit(uri).path}", timeout=30).raise_for_status()


def given(uri: str) -> Broker:
    """The broker that AMQP_URI names; its management API at MANAGEMENT_URI, with the same user, if that answers."""
    parts = urlsplit(uri)
    address = os.environ.get("MANAGEMENT_URI")
    if not address:
        return Broker(uri, None)
    if "@" not in address:
        address = address.replace("://", f"://{parts.netloc.rpartition('@')[0]}@")
    try:
        requests.get(f"{address}/api/whoami", timeout=5).raise_for_status()
    except requests.RequestException:
        return Broker(uri, None)
    return Broker(f"amqp://{parts.netloc}", address.rstrip("/"))


def begin(ledger: Ledger, folder: Path, port: int, management_port: int) -> Callable[[], Broker]:
    """Starts the node and returns a function that waits until it serves and gives its Broker."""
    program = DEBIANS if os.access(DEBIANS, os.X_OK) else shutil.which("rabbitmq-server")
    epmd = shutil.which("epmd")
    if not program or not epmd:
        raise CannotStart("RabbitMQ is missing: install the package rabbitmq-server (3.10 or newer), or set AMQP_URI")
    folder.mkdir(parents=True, exist_ok=True)
    password = _password(folder)
    mapper, distribution = free_port(), free_port()
    (folder / "inetrc").write_text(_LOCALHOST)
    (folder / "enabled_plugins").write_text("[rabbitmq_management].\n")
    (folder / "rabbitmq.conf").write_text(_CONFIG.format(port=port, management_port=management_port, password=password))
    (folder / "rabbitmq.conf").chmod(0o600)
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),  # the Erlang cookie
        "LANG": "C.UTF-8",
        "ERL_INETRC": str(folder / "inetrc"),
        "ERL_CRASH_DUMP_SECONDS": "0",  # none
        "ERL_EPMD_PORT": str(mapper),
        "ERL_EPMD_ADDRESS": LOOPBACK,
        "RABBITMQ_CONF_ENV_FILE": "/dev/null",
        "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
        "RABBITMQ_ADVANCED_CONFIG_FILE": str(folder / "advanced.config"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
        "RABBITMQ_MNESIA_BASE": str(folder / "data"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_PID_FILE": str(folder / "pid"),
        "RABBITMQ_NODENAME": "rabta@localhost",  # names are per port mapper, and ours is our own
        "RABBITMQ_DIST_PORT": str(distribution),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
        "RABBITMQ_ALLOW_INPUT": "1",  # no shell between us and the node
    }
    ledger.start("epmd", [epmd, "-address", LOOPBACK, "-port", str(mapper)], folder / "epmd.log", env)
    log = folder / "console.log"
    process = ledger.start("rabbitmq", [program, "-noinput"], log, env)
    broker = Broker(f"amqp://rabta:{password}@{LOOPBACK}:{port}", f"http://rabta:{password}@{LOOPBACK}:{management_port}")

    def ready() -> Broker:
        version = wait_until(lambda: _version(port, password, management_port), 60, process, "RabbitMQ", log)
        _check(version or "0")
        return broker

    return ready


def _password(folder: Path) -> str:
    """The node keeps its first password in its own database, so we keep it too."""
    kept = folder / "password"
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(24))
    return kept.read_text()


def _version(port: int, password: str, management_port: int) -> str | None:
    """The broker's version once AMQP and the management API both answer."""
    try:
        socket.create_connection((LOOPBACK, management_port), timeout=1).close()
        with amqp.Connection(f"{LOOPBACK}:{port}", userid="rabta", password=password, connect_timeout=2) as connection:
            return str(connection.server_properties["version"])
    except (OSError, amqp.AMQPError):
        return None


def _check(version: str) -> None:
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST:
        raise CannotStart(
            f"RabbitMQ {version} is too old: Rabta needs 3.10 or newer. Install a newer rabbitmq-server, or set AMQP_URI"
        )


# Whatever the machine's /etc/hosts and DNS say, or how slowly they say it.
_LOCALHOST = '{host, {127,0,0,1}, ["localhost"]}.\n{lookup, [file, native]}.\n'

_CONFIG = """\
listeners.tcp.1 = 127.0.0.1:{port}
management.tcp.ip = 127.0.0.1
management.tcp.port = {management_port}
default_user = rabta
default_pass = {password}
management.rates_mode = none
log.file.level = warning
log.console = false
vm_memory_high_watermark.absolute = 1GB
"""
