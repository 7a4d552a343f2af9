"""Settings come from the environment, are checked once at the start, and every fault is named at once."""

import math
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import time
from typing import Any, Literal, NoReturn, Self, TypeVar, get_args, get_origin
from urllib.parse import urlsplit

EX_CONFIG = 78
Wanted = TypeVar("Wanted")


LogFormat = Literal["console", "json"]
LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]
Prepare = Literal["self", "job"]


class Url(str):
    """An address with scheme and host."""

    __slots__ = ()

    schemes: tuple[str, ...] = ()  # any
    wants = "wants an address like scheme://host:port"

    def __new__(cls, text: str) -> Self:
        try:
            parts = urlsplit(text)
            fits = bool(parts.scheme and parts.netloc) and (not cls.schemes or parts.scheme in cls.schemes)
            _ = parts.port if fits and "," not in parts.netloc else None  # raises when it is no port
        except ValueError as error:
            raise ValueError(cls.wants) from error
        if not fits:
            raise ValueError(cls.wants)
        return super().__new__(cls, text.rstrip("/"))


class AmqpUrl(Url):
    __slots__ = ()
    schemes = ("amqp", "amqps")
    wants = "wants an address like amqp://user:password@host:port/vhost"


class MongoUrl(Url):
    __slots__ = ()
    schemes = ("mongodb", "mongodb+srv")
    wants = "wants an address like mongodb://host:port,host:port/?replicaSet=name"


class Secret(str):
    """At least 32 characters; never shown."""

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        if len(text) < 32:
            raise ValueError("wants at least 32 characters")
        return super().__new__(cls, text)

    def __repr__(self) -> str:
        return "Secret(…)"


class Secrets(Secret):
    """One secret or several, with white space between. It is the first, with which all that is new is made; what was made with
    any of `accepted` is taken. So a secret changes without anybody's notice (docs/runbooks/rotate-keys.md)."""

    accepted: tuple[str, ...]

    def __new__(cls, text: str) -> Self:
        parts = text.split()
        if not parts or any(len(part) < 32 for part in parts):
            raise ValueError("wants at least 32 characters, or several such with white space between, the one that signs first")
        made = super().__new__(cls, parts[0])
        made.accepted = tuple(parts)
        return made


NO_SECRETS = str.__new__(Secrets)  # where one may be left out
NO_SECRETS.accepted = ()


def accepted(secret: str) -> tuple[str, ...]:
    """The secrets with which something may have been made, the one in use first."""
    return secret.accepted if isinstance(secret, Secrets) else (secret,)


class Port(int):
    """A TCP port."""

    def __new__(cls, text: str) -> Self:
        if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
            raise ValueError("wants a port, 1 to 65535")
        return super().__new__(cls, text)


class Positive(float):
    """More than nothing, and less than endless."""

    def __new__(cls, text: str | float) -> Self:
        try:
            number = _number(text)
        except ValueError:
            number = 0
        if number <= 0:
            raise ValueError("wants a number above 0")
        return super().__new__(cls, number)


class Count(int):
    """A whole number, 1 or more."""

    def __new__(cls, text: str | int) -> Self:
        text = str(text)
        if not (text.isascii() and text.isdigit() and len(text) <= 18 and int(text) > 0):
            raise ValueError("wants a whole number, 1 or more")
        return super().__new__(cls, text)


class Names(tuple[str, ...]):
    """Names with commas between."""

    __slots__ = ()

    def __new__(cls, text: str = "") -> Self:
        return super().__new__(cls, [name.strip() for name in text.split(",") if name.strip()])


class ClockTime(str):
    """A time of the branches' day, such as 21:00."""

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        try:
            fits = len(text) == 5 and time.fromisoformat(text) is not None
        except ValueError:
            fits = False
        if not fits:
            raise ValueError("wants a time such as 21:00")
        return super().__new__(cls, text)

    @property
    def time(self) -> time:
        return time.fromisoformat(self)


class Delays(tuple[int, ...]):
    """Whole seconds, separated by commas: up to ten, none shorter than the one before, none over a day."""

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        parts = [part.strip() for part in text.split(",")]
        seconds = [int(part) for part in parts if part.isascii() and part.isdigit() and len(part) < 6]
        if len(seconds) < len(parts) or len(seconds) > 10 or not all(1 <= each <= 86_400 for each in seconds):
            raise ValueError("wants one to ten whole numbers of seconds up to 86400, such as 1,5,30,120,600")
        if seconds != sorted(seconds):
            raise ValueError("wants delays that don't get shorter")
        return super().__new__(cls, seconds)


def _number(text: str | float) -> float:
    """Neither infinite nor "not a number", which Python would take. Raises ValueError."""
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _boolean(text: str) -> bool:
    if text.lower() not in ("true", "false", "1", "0", "yes", "no"):
        raise ValueError(text)
    return text.lower() in ("true", "1", "yes")


_PLAIN: dict[Any, tuple[Callable[[str], Any], str]] = {
    str: (str, ""),
    int: (int, "wants a whole number"),
    float: (_number, "wants a number"),
    bool: (_boolean, "wants true or false"),
}


def _reader(kind: Any) -> Callable[[str], Any]:
    """From text to `kind`; raises ValueError with what is wanted."""

    def plain(text: str) -> Any:
        read, wants = _PLAIN[kind]
        try:
            return read(text)
        except ValueError as error:
            raise ValueError(wants) from error

    def choice(text: str) -> str:
        if text not in get_args(kind):
            raise ValueError(f"wants one of {', '.join(get_args(kind))}")
        return text

    if get_origin(kind) is Literal:
        return choice
    return plain if kind in _PLAIN else kind


class CannotStart(Exception):
    """What keeps the process from its work and what to do about it, in one line."""


class NotPrepared(Exception):
    """What a job makes (PREPARE) is not there yet; the text names it and the job."""


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
                values[field.name] = _reader(field.type)(text)
            except ValueError as error:
                faults.append(f"{name} {error}")
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


def release() -> str:
    """Of the image, which has it from its build (Dockerfile): no setting of a deployment."""
    return os.environ.get("RELEASE") or "unreleased"


def quit_for(reason: str) -> NoReturn:
    print(f"rabta: {reason}", file=sys.stderr)
    raise SystemExit(EX_CONFIG)


@dataclass(frozen=True)
class Process:
    """What each service, relay and worker reads."""

    amqp_uri: AmqpUrl
    mongodb_uri: MongoUrl
    http_port: Port
    http_host: str = "127.0.0.1"
    mongodb_database: str = ""
    log_format: LogFormat = "console"
    log_level: LogLevel = "INFO"
    prepare: Prepare = "self"  # who declares queues and makes indexes: each process, or a job that it waits for


@dataclass(frozen=True, kw_only=True)
class ServiceProcess(Process):
    """What a service reads beside that."""

    gateway_secret: Secrets
    retry_delays: Delays = Delays("1,5,30,120,600")
    usage_every: Positive = Positive(10)
    timers_faster: Positive = Positive(1)
