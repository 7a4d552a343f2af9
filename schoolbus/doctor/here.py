"""What this process was given: settings and secrets."""

import ipaddress
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from schoolbus.doctor.finding import Finding
from schoolbus.doctor.wanted import Wanted
from schoolbus.settings import SettingsFault, load

SECRETS = ("GATEWAY_SECRET", "LINK_SECRET", "IDENTITY_SECRET", "PULL_KEY", "BALLOT_KEY", "MAIL_INBOUND_TOKEN")
LONG = 32  # characters
PASSWORD = 16
ROTATE = "docs/runbooks/rotate-keys.md"


def settings(environment: Mapping[str, str]) -> tuple[Wanted | None, list[Finding]]:
    """None when nothing can be looked at with them."""
    try:
        return load(Wanted, environment), []
    except SettingsFault as fault:
        return None, [
            Finding(f"settings: {fault}", "the environment of this command", "set what it names (docs/architecture.md)")
        ]


def secrets(environment: Mapping[str, str]) -> Iterator[Finding]:
    """Those that this process has, none of them shown."""
    for name in SECRETS:
        if environment.get(name) and len(environment[name]) < LONG:
            yield Finding(f"{name} is {len(environment[name])} characters long, not {LONG}", name, "make a new one", ROTATE)
    for name in ("AMQP_URI", "MONGODB_URI"):
        parts = urlsplit(environment.get(name, ""))
        if parts.password and len(parts.password) < PASSWORD:
            yield Finding(
                f"the password of {name} is shorter than {PASSWORD} characters", name, "give the account another", ROTATE
            )
        elif not parts.password and parts.netloc and not _is_loopback(parts.netloc.split(",")[0]):
            yield Finding(f"{name} names no password", name, "let whoever connects say who they are", ROTATE)


def _is_loopback(place: str) -> bool:
    host = urlsplit(f"//{place}").hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
