"""Each service's account at the broker and the database, with least rights: made, or brought to what is here.

At the broker a service configures nothing, publishes its own events alone, puts messages off into its own queues alone, and
reads those. At the database it reads and writes its own database, roster also that of the audit trail. Twice is once.

A service's account is called NAME or NAME-b: passwords change by going over from one to the other, because open pools
of connections to the database go on logging in with what they were given (docs/runbooks/rotate-keys.md).
https://www.rabbitmq.com/docs/access-control, https://www.mongodb.com/docs/manual/reference/built-in-roles/#database-user-roles
"""

import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

import requests
from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from schoolbus import settings, topology
from schoolbus.chain import SERVICES
from schoolbus.management import Management, ManagementUrl
from schoolbus.settings import AmqpUrl, Delays, MongoUrl, SettingsFault
from schoolbus.store import connect

_NOTHING = "^$"
_USER_EXISTS, _NO_USER = 51003, 11  # MongoDB's error codes


class Password(str):
    """Goes into an address (AMQP_URI, MONGODB_URI) as it is."""

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        if not re.fullmatch(r"[A-Za-z0-9_-]{16,}", text):
            raise ValueError("wants at least 16 letters, digits, _ or -, because it becomes part of an address")
        return super().__new__(cls, text)

    def __repr__(self) -> str:
        return "Password(…)"


NOBODY = str.__new__(Password, "")
SCALER = "scaler"


@dataclass(frozen=True)
class Wanted:
    """The first three are an administrator's."""

    amqp_uri: AmqpUrl  # names the vhost, which is made too
    management_uri: ManagementUrl
    mongodb_uri: MongoUrl
    roster_broker_password: Password
    roster_database_password: Password
    meetings_broker_password: Password
    meetings_database_password: Password
    reports_broker_password: Password
    reports_database_password: Password
    notifications_broker_password: Password
    notifications_database_password: Password
    roster_account: str = "roster"
    meetings_account: str = "meetings"
    reports_account: str = "reports"
    notifications_account: str = "notifications"
    scaler_password: Password = NOBODY  # of the account by which KEDA looks how long queues are; empty: there is none
    retry_delays: Delays = Delays("1,5,30,120,600")
    audit_database: str = ""

    def __post_init__(self) -> None:
        wrong = [service for service in SERVICES if self.account(service) not in names(service)]
        if wrong:
            raise SettingsFault("; ".join(f"{each.upper()}_ACCOUNT wants {' or '.join(names(each))}" for each in wrong))

    def account(self, service: str) -> str:
        return str(getattr(self, f"{service}_account"))

    def password(self, service: str, where: str) -> str:
        return str(getattr(self, f"{service}_{where}_password"))

    def databases(self, service: str) -> list[str]:
        own = f"rabta_{service}"
        return [own, self.audit_database or f"{own}_audit"] if service == "roster" else [own]


def names(service: str) -> tuple[str, str]:
    """Of its two accounts, of which one is in use."""
    return service, f"{service}-b"


def main(*, retire: bool = False) -> int:
    """`retire`: nobody logs in any more with the account of each service that is not named."""
    wanted = settings.read(Wanted)
    try:
        broker = Broker(Management(wanted.management_uri, wanted.amqp_uri))
        broker.make_vhost()
        if wanted.scaler_password:
            broker.make_watcher(SCALER, wanted.scaler_password)
        with connect(wanted.mongodb_uri, "accounts") as client:
            for service in SERVICES:
                _see_to(service, wanted, broker, client, retire)
    except requests.RequestException as fault:
        return _failed("the broker's management API can't be used", fault)
    except PyMongoError as fault:
        return _failed("the database can't be used", fault)
    return 0


def _see_to(service: str, wanted: Wanted, broker: "Broker", client: MongoClient[Any], retire: bool) -> None:
    user, databases = wanted.account(service), wanted.databases(service)
    broker.make(service, user, wanted.password(service, "broker"), wanted.retry_delays)
    make_at_database(client, user, wanted.password(service, "database"), databases)
    print(f"{user}: may work as {service} at the broker's vhost {broker.vhost} and in {', '.join(databases)}")
    for other in set(names(service)) - {user} if retire else ():
        broker.remove(other)
        remove_at_database(client, other, databases)
        print(f"{other}: is no more")


def _failed(what: str, fault: Exception) -> int:
    """An address holds a password: of what failed there, the kind alone is shown."""
    answer = getattr(fault, "response", None)
    reason = f"{answer.status_code} {answer.text[:200]}" if answer is not None else type(fault).__name__
    detail = f" ({fault.details.get('errmsg')})" if isinstance(fault, OperationFailure) and fault.details else ""
    print(f"rabta: accounts: {what} (MANAGEMENT_URI and MONGODB_URI want an administrator): {reason}{detail}", file=sys.stderr)
    return 1


class Broker:
    """What an administrator may do at the broker."""

    def __init__(self, management: Management) -> None:
        self.management = management
        self.vhost = management.vhost

    def make_vhost(self) -> None:
        self.management.put("vhosts", self.vhost, body={})

    def make(self, service: str, user: str, password: str, delays: Iterable[int]) -> None:
        """The user with its rights. Connections that are open go on, also with another password than before."""
        self.management.put("users", user, body={"password": password, "tags": ""})
        for topic in topic_permissions(service, delays):  # before it may write at all
            self.management.put("topic-permissions", self.vhost, user, body=topic)
        self.management.put("permissions", self.vhost, user, body=permissions(service, delays))

    def make_watcher(self, user: str, password: str) -> None:
        """Who sees by the management API how long queues are, and can neither read nor write."""
        self.management.put("users", user, body={"password": password, "tags": "monitoring"})
        nothing = {"configure": _NOTHING, "write": _NOTHING, "read": _NOTHING}
        self.management.put("permissions", self.vhost, user, body=nothing)

    def remove(self, user: str) -> None:
        """Its connections are closed."""
        self.management.delete("users", user)


def permissions(service: str, delays: Iterable[int]) -> dict[str, str]:
    """Regular expressions of names of exchanges and queues."""
    own, later = re.escape(service), "|".join(str(seconds) for seconds in sorted(set(delays)))
    return {
        "configure": _NOTHING,
        "write": rf"^rabta\.({own}|{own}\.own|later\.({later})s)$",
        "read": rf"^rabta\.{own}\..*$",
    }


def topic_permissions(service: str, delays: Iterable[int]) -> list[dict[str, str]]:
    """By exchange, regular expressions of routing keys."""
    own = re.escape(service)
    events = {"exchange": f"rabta.{service}", "write": rf"^{own}\..*$", "read": _NOTHING}
    queues = {"write": rf"^rabta\.{own}\..*$", "read": _NOTHING}
    return [events, *({"exchange": topology.later(seconds), **queues} for seconds in sorted(set(delays)))]


def make_at_database(client: MongoClient[Any], user: str, password: str, databases: list[str]) -> None:
    """The user, who is named and known in the first of these databases."""
    roles = [{"role": "readWrite", "db": database} for database in databases]
    rest: dict[str, Any] = {"pwd": password, "roles": roles, "mechanisms": ["SCRAM-SHA-256"]}
    at = client[databases[0]]
    try:
        at.command("createUser", user, **rest)
    except OperationFailure as error:
        if error.code != _USER_EXISTS:
            raise
        at.command("updateUser", user, **rest)


def remove_at_database(client: MongoClient[Any], user: str, databases: list[str]) -> None:
    """Its open connections may do nothing any more."""
    try:
        client[databases[0]].command("dropUser", user)
    except OperationFailure as error:
        if error.code != _NO_USER:
            raise
