"""The databases: reachable, a replica set with a primary, layouts, indexes, what waits in outboxes, backups."""

import importlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from schoolbus import outboxes
from schoolbus.backup import half
from schoolbus.chain import SERVICES
from schoolbus.clock import now
from schoolbus.doctor.finding import Finding
from schoolbus.doctor.wanted import Wanted
from schoolbus.outboxes import Outbox
from schoolbus.store import Database, connect

OLD = timedelta(minutes=1)  # of an event that waits
LAG = timedelta(seconds=10)  # of a member behind the primary
APART = timedelta(seconds=2)  # of two clocks
FULL = 0.85  # of the database's disk
RESTORE = "docs/runbooks/restore.md"
TOO_OLD = "docs/runbooks/backup-too-old.md"


def look(wanted: Wanted) -> list[Finding]:
    try:
        with connect(wanted.mongodb_uri, "doctor") as client:
            return list(_look(wanted, client))
    except PyMongoError as fault:
        do = "see whether it runs and has a primary, and whether MONGODB_URI and its password are right"
        return [
            Finding(
                f"the database can't be used: {type(fault).__name__}",
                "MONGODB_URI",
                do,
                see="docs/runbooks/database-without-primary.md",
            )
        ]


def _look(wanted: Wanted, client: MongoClient[Any]) -> Iterator[Finding]:
    asked_at = now()
    hello = client.admin.command("hello")
    yield from server(hello, asked_at)
    yield from members(client)
    names = client.list_database_names()
    for service in SERVICES:
        name = wanted.database(service)
        if name not in names:
            yield Finding(f"{service} has no database", name, f"start {service}; or is DATABASE_PREFIX another?")
            continue
        database = client[name]
        yield from store(service, database)
        yield from outbox(outboxes.look(service, database), now())
        yield from backup(database, timedelta(hours=wanted.backup_hours))
        yield from disk(database.command("dbStats"), name)
        yield from rights(client, name)


def server(hello: dict[str, Any], at: datetime) -> Iterator[Finding]:
    """`hello`: the database's own answer; `at`: our time then."""
    if "setName" not in hello:
        yield Finding(
            "the database is no replica set: transactions and backups fail", "MONGODB_URI", "start it as one (rs.initiate)"
        )
    elif not hello.get("isWritablePrimary"):
        yield Finding(
            "the database has no primary that can be reached",
            str(hello["setName"]),
            "see rs.status() on its members",
            see="docs/runbooks/database-without-primary.md",
        )
    apart = abs(hello["localTime"].replace(tzinfo=UTC) - at)
    if apart > APART:
        yield Finding(
            f"the database's clock is {apart.total_seconds():.0f} s apart from ours", "MONGODB_URI", "set clocks by NTP"
        )


def members(client: MongoClient[Any]) -> Iterator[Finding]:
    try:
        found = client.admin.command("replSetGetStatus")["members"]
    except OperationFailure as fault:
        do = "give the account replSetGetStatus, such as by the role clusterMonitor"
        yield Finding(f"members of the replica set were not looked at ({fault.code})", "MONGODB_URI", do, level="unseen")
    else:
        yield from state(found)


def state(found: list[dict[str, Any]]) -> Iterator[Finding]:
    newest = max(each["optimeDate"] for each in found if "optimeDate" in each)
    for each in found:
        if each["health"] != 1 or each["stateStr"] not in ("PRIMARY", "SECONDARY", "ARBITER"):
            yield Finding(
                f"a member of the replica set is {each['stateStr']}",
                each["name"],
                "start it, or see its log",
                see="docs/runbooks/database-member-missing.md",
            )
        elif "optimeDate" in each and newest - each["optimeDate"] > LAG:
            late = (newest - each["optimeDate"]).total_seconds()
            yield Finding(
                f"a member of the replica set is {late:.0f} s behind",
                each["name"],
                "see its disk and network",
                see="docs/runbooks/database-replication-lag.md",
            )


def store(service: str, database: Any) -> Iterator[Finding]:
    """Of those services whose code is here: an image holds one."""
    try:
        kind: type[Database] = importlib.import_module(f"services.{service}.store").Store
    except ModuleNotFoundError:
        return
    kept = half.told(database)
    oldest = getattr(kind, "reads", None) or kind.layout
    if half.is_beyond(kind.layout, kept):
        do = "run the release that wrote it, or a backup from before it"
        yield Finding(f"{service}'s layout is {kept['newest']}, this release writes {kind.layout}", database.name, do, RESTORE)
    elif kept["number"] < oldest:
        yield Finding(
            f"{service}'s layout is {kept['number']}, this release reads {oldest} on", database.name, f"run `prepare {service}`"
        )
    missing = [name for documents in kind(database).documents for name in documents.missing_indexes()]
    if missing:
        do = f"run `prepare {service}`, or start the service with PREPARE=self"
        yield Finding(f"{service} lacks {len(missing)} indexes", f"{database.name}: {', '.join(missing[:3])}", do)


def outbox(found: Outbox, at: datetime) -> Iterator[Finding]:
    where = ", ".join(each.collection for each in found.waiting[:3])
    late = found.oldest is not None and at - found.oldest > OLD
    if refused := found.refused:
        do = "run `prepare broker`: the relay sends it again by itself"
        yield Finding(
            f"no queue took {refused['key']} of {found.service}",
            refused["collection"],
            do,
            see="docs/runbooks/outbox-refused.md",
        )
    if found.holder is None and found.waiting:
        yield Finding(
            f"no relay of {found.service} works, and events wait",
            where,
            f"start the relay of {found.service}, or see its log",
            see="docs/runbooks/relay-without-leader.md",
        )
    elif late and found.oldest:
        age = (at - found.oldest).total_seconds()
        do = "see the relay's log, and the broker's alarms"
        yield Finding(f"events of {found.service} wait for {age:.0f} s", where, do, see="docs/runbooks/outbox-lag.md")


def backup(database: Any, most: timedelta) -> Iterator[Finding]:
    last = database["backups"].find_one({"_id": "last"})
    do = "run `python -m schoolbus backup FOLDER`, or see why its job does not"
    if last is None:
        yield Finding(f"there is no backup of {database.name}", database.name, do, TOO_OLD)
    elif now() - last["at"] > most:
        hours = (now() - last["at"]).total_seconds() / 3600
        yield Finding(f"the last backup of {database.name} is {hours:.0f} hours old", database.name, do, TOO_OLD)


def disk(stats: dict[str, Any], where: str) -> Iterator[Finding]:
    used, total = stats.get("fsUsedSize", 0), stats.get("fsTotalSize", 0)
    if total and used / total > FULL:
        yield Finding(
            f"the database's disk is {used / total:.0%} full",
            where,
            "make room, or give it a larger one",
            see="docs/runbooks/disk-filling.md",
        )


def rights(client: MongoClient[Any], name: str) -> Iterator[Finding]:
    told = client.admin.command("connectionStatus", showPrivileges=True)["authInfo"]
    yield from privileges(told, name)


def privileges(told: dict[str, Any], name: str) -> Iterator[Finding]:
    """Of whom the database knows: may they read this one? `told`: what connectionStatus says."""
    if not told["authenticatedUsers"]:
        return
    readable = [each["resource"].get("db") for each in told["authenticatedUserPrivileges"] if "find" in each["actions"]]
    if not {name, ""} & {*readable}:
        yield Finding(f"this account may not read {name}", "MONGODB_URI", "give it the role read there")
