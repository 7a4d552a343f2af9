"""Settings come from the environment, are checked once at the start, and every fault is named at once."""

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any, NoReturn, TypeVar
from urllib.parse import urlsplit

EX_CONFIG = 78
Wanted = TypeVar("Wanted")


class Url(str):
    """An address with scheme and host."""

    __slots__ = ()

    def __new__(cls, text: str) -> "Url":
        parts = urlsplit(text)
        if not parts.scheme or not parts.netloc:
            raise ValueError("wants an address like scheme://host:port")
        return super().__new__(cls, text.rstrip("/"))


class Secret(str):
    """At least 32 characters; never shown."""

    __slots__ = ()

    def __new__(cls, text: str) -> "Secret":
        if len(text) < 32:
            raise ValueError("wants at least 32 characters")
        return super().__new__(cls, text)

    def __repr__(self) -> str:
        return "Secret(…)"


def _boolean(text: str) -> bool:
    if text.lower() not in ("true", "false", "1", "0", "yes", "no"):
        raise ValueError("wants true or false")
    return text.lower() in ("true", "1", "yes")


_READERS: dict[Any, Callable[[str], Any]] = {str: str, int: int, float: float, bool: _boolean, Url: Url, Secret: Secret}


class SettingsFault(Exception):
    """What is wrong, one line for all of it."""


def load(wanted: type[Wanted], environment: Mapping[str, str] | None = None) -> Wanted:
    """The dataclass `wanted`, each field read from the variable of its name in capitals. Raises SettingsFault."""
    environment = os.environ if environment is None else environment
    values, faults = {}, []
    for field in fields(wanted):  # type: ignore[arg-type]
        name = field.name.upper()
        text = environment.get(name, "")
        if text:
            try:
                values[field.name] = _READERS[field.type](text)
            except ValueError as error:
                reason = str(error) if field.type in (bool, Url, Secret) else f"wants {field.type.__name__}"  # type: ignore[union-attr]
                faults.append(f"{name} {reason}")
        elif field.default is MISSING and field.default_factory is MISSING:
            faults.append(f"{name} is not set")
    if faults:
        raise SettingsFault("; ".join(faults))
    return wanted(**values)


def read(wanted: type[Wanted]) -> Wanted:
    """As `load`; a fault ends the process with one line."""
    try:
        return load(wanted)
    except SettingsFault as fault:
        quit_for(f"settings: {fault}")


def quit_for(reason: str) -> NoReturn:
    print(f"rabta: {reason}", file=sys.stderr)
    raise SystemExit(EX_CONFIG)


@dataclass(frozen=True)
class Process:
    """What each service, relay and worker reads."""

    amqp_uri: Url
    mongodb_uri: Url
    http_port: int
    http_host: str = "127.0.0.1"
    mongodb_database: str = ""
    log_format: str = "console"
    log_level: str = "INFO"


@dataclass(frozen=True, kw_only=True)
class ServiceProcess(Process):
    """What a service reads beside that."""

    gateway_secret: Secret
