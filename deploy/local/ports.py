"""Where everything listens on this machine: fixed by default, each to be changed by the environment variable of its name."""

import os

from deploy.local.processes import CannotStart, is_free

DEFAULTS = {
    "GATEWAY_PORT": 8080,
    "GATEWAY_METRICS_PORT": 8081,
    "ROSTER_PORT": 8101,
    "MEETINGS_PORT": 8102,
    "REPORTS_PORT": 8103,
    "NOTIFICATIONS_PORT": 8104,
    "REPORTS_SECOND_PORT": 8105,
    "ROSTER_RELAY_PORT": 8111,
    "MEETINGS_RELAY_PORT": 8112,
    "REPORTS_RELAY_PORT": 8113,
    "NOTIFICATIONS_RELAY_PORT": 8114,
    "ROSTER_WORKER_PORT": 8121,
    "MEETINGS_WORKER_PORT": 8122,
    "REPORTS_WORKER_PORT": 8123,
    "NOTIFICATIONS_WORKER_PORT": 8124,
    "PHONES_PORT": 8090,
    "TRANSLATOR_PORT": 8091,
    "MAIL_PORT": 8025,
    "RABBITMQ_PORT": 5673,
    "RABBITMQ_MANAGEMENT_PORT": 15673,
    "MONGODB_PORT": 27018,
}


def read() -> dict[str, int]:
    """All ports by name. Raises CannotStart for what is no port."""
    ports = {name: _port(name, os.environ.get(name) or str(default)) for name, default in DEFAULTS.items()}
    if len(set(ports.values())) < len(ports):
        twice = sorted(name for name, port in ports.items() if list(ports.values()).count(port) > 1)
        raise CannotStart(f"{' and '.join(twice)} are the same port: give each its own")
    return ports


def check(ports: dict[str, int]) -> None:
    """Raises CannotStart with the ports that somebody else has."""
    taken = [name for name, port in ports.items() if not is_free(port)]
    if len(taken) > 1:
        others = " ".join(f"{name}={_other(ports[name])}" for name in taken)
        way_out = f"Choose others: make run {others} (beside another Rabta also PLATFORM_FOLDER=.run/second)"
    else:
        way_out = f"Choose another, such as: make run {' '.join(taken)}=18080"
    if taken:
        listed = ", ".join(f"{ports[name]} ({name})" for name in taken)
        raise CannotStart(f"taken by another program: port {listed}. {way_out}")


def _other(port: int) -> int:
    """One that is as easy to remember."""
    return port + 10_000 if port + 10_000 <= 65535 else port - 10_000


def _port(name: str, text: str) -> int:
    if text.isdecimal() and 1024 <= int(text) <= 65535:
        return int(text)
    raise CannotStart(f"{name} is {text!r}: it wants a port from 1024 to 65535")
