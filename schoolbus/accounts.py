"""Each service's account at the broker and the database, with least rights: made, or brought to what is here.

At the broker a service configures nothing, publishes its own events alone, puts messages off into its own queues alone, and
reads those. At the database it reads and writes its own database; roster also reads the audit trail, and adds to it. Twice is
once. Besides, who takes backups, who looks whether all is well (doctor), and who looks how long queues are.

A service's account is called NAME or NAME-b: passwords change by going over from one to the other, because open pools
of connections to the database go on logging in with what they were given (docs/runbooks/rotate-keys.md).
https://www.rabbitmq.com/docs/access-control, https://www.mongodb.com/docs/manual/reference/built-in-roles/#database-user-roles
"""

import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self

import requests
from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from schoolbus import roles, settings, topology, trail
from schoolbus.chain import SERVICES
from schoolbus.management import Management, ManagementUrl
from schoolbus.roles import Granted
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
SCALER, BACKUP, DOCTOR = "scaler", "backup", "doctor"
_HERE, _ALL = "management", "monitoring"  # tags: who sees what is in the vhost, and who also the broker's nodes


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
    backup_broker_password: Password = NOBODY  # empty as well, and so on
    backup_database_password: Password = NOBODY
    doctor_broker_password: Password = NOBODY
    doctor_database_password: Password = NOBODY
    retry_delays: Delays = Delays("1,5,30,120,600")
    audit_database: str = ""

    def __post_init__(self) -> None:
        wrong = [service for service in SERVICES if self.account(service) not in names(service)]
        if wrong:
            raise SettingsFault("; ".join(f"{each.upper()}_ACCOUNT wants {' or '.join(names(each))}" for each in wrong))
        half = [who for who in (BACKUP, DOCTOR) if bool(self.password(who, "broker")) != bool(self.password(who, "database"))]
        if half:
            raise SettingsFault("; ".join(f"{each.upper()} wants a password at broker and database, or none" for each in half))

    def account(self, service: str) -> str:
        return str(getattr(self, f"{service}_account"))

    def password(self, who: str, where: str) -> str:
        return str(getattr(self, f"{who}_{where}_password"))

    @property
    def audit(self) -> str:
        """The database of the audit trail."""
        return self.audit_database or f"{roles.own('roster')}_audit"


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
            trail.ensure_indexes(client[wanted.audit])
            for service in SERVICES:
                _see_to(service, wanted, broker, client, retire)
            _see_to_backup(wanted, broker, client)
            _see_to_doctor(wanted, broker, client)
    except requests.RequestException as fault:
        return _failed("the broker's management API can't be used", fault)
    except PyMongoError as fault:
        return _failed("the database can't be used", fault)
    return 0


def _see_to(service: str, wanted: Wanted, broker: "Broker", client: MongoClient[Any], retire: bool) -> None:
    user, database = wanted.account(service), roles.own(service)
    granted = [roles.read_write(database)]
    if keeps := service == "roster":
        granted.append(roles.make(client, roles.keeps_trail(wanted.audit)))
    broker.make(service, user, wanted.password(service, "broker"), wanted.retry_delays)
    make_at_database(client, user, wanted.password(service, "database"), database, granted)
    also = f", and adds to {wanted.audit}" if keeps else ""
    print(f"{user}: may work as {service} at the broker's vhost {broker.vhost} and in {database}{also}")
    for other in set(names(service)) - {user} if retire else ():
        broker.remove(other)
        remove_at_database(client, other, database)
        print(f"{other}: is no more")


def _see_to_backup(wanted: Wanted, broker: "Broker", client: MongoClient[Any]) -> None:
    if wanted.backup_database_password:
        broker.make_watcher(BACKUP, wanted.backup_broker_password, tag=_HERE, read=letters())
        granted = [roles.make(client, roles.takes_backups(wanted.audit))]
        make_at_database(client, BACKUP, wanted.backup_database_password, roles.ADMIN, granted)
        print(f"{BACKUP}: may take backups")


def _see_to_doctor(wanted: Wanted, broker: "Broker", client: MongoClient[Any]) -> None:
    if wanted.doctor_database_password:
        broker.make_watcher(DOCTOR, wanted.doctor_broker_password)
        granted = [roles.make(client, roles.looks())]
        make_at_database(client, DOCTOR, wanted.doctor_database_password, roles.ADMIN, granted)
        print(f"{DOCTOR}: may look at all but the audit trail")


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

    def make_watcher(self, user: str, password: str, tag: str = _ALL, read: str = _NOTHING) -> None:
        """Who sees by the management API how long queues are, and can write nothing, nor read but from the queues `read`."""
        self.management.put("users", user, body={"password": password, "tags": tag})
        self.management.put("permissions", self.vhost, user, body={"configure": _NOTHING, "write": _NOTHING, "read": read})

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


def letters() -> str:
    """A regular expression of the queues whose messages are kept with a backup."""
    dead = "|".join(re.escape(topology.dead(reader)) for reader in topology.readers())
    return f"^({re.escape(topology.delay_prefix())}[0-9]+s|{dead})$"


def make_at_database(client: MongoClient[Any], user: str, password: str, database: str, granted: Sequence[Granted]) -> None:
    """The user, who is named and known in this database, with these roles and no others."""
    rest: dict[str, Any] = {"pwd": password, "roles": list(granted), "mechanisms": ["SCRAM-SHA-256"]}
    at = client[database]
    try:
        at.command("createUser", user, **rest)
    except OperationFailure as error:
        if error.code != _USER_EXISTS:
            raise
        at.command("updateUser", user, **rest)


def remove_at_database(client: MongoClient[Any], user: str, database: str) -> None:
    """Its open connections may do nothing any more."""
    try:
        client[database].command("dropUser", user)
    except OperationFailure as error:
        if error.code != _NO_USER:
            raise
