"""python -m schoolbus outbox [NAME] [--json]: what waits to be published, since when, and what was refused."""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from pymongo import MongoClient
from pymongo.database import Database as MongoDatabase
from pymongo.errors import PyMongoError

from schoolbus import settings
from schoolbus.chain import SERVICES
from schoolbus.clock import now
from schoolbus.outbox import PENDING
from schoolbus.settings import MongoUrl
from schoolbus.store import connect

_INDEX = f"{PENDING}_1"
MOST = 100_000  # documents that are counted in one collection


@dataclass(frozen=True)
class Wanted:
    """`mongodb_database`: of the one service that is asked for; the others' names begin with the prefix."""

    mongodb_uri: MongoUrl
    mongodb_database: str = ""
    database_prefix: str = "rabta_"


@dataclass(frozen=True)
class Waiting:
    collection: str
    documents: int  # at most MOST
    since: datetime  # of the oldest event


@dataclass(frozen=True)
class Outbox:
    """`holder` publishes until `until`; None: no relay works. `refused`: what no queue took last, where some of it waits."""

    service: str
    waiting: list[Waiting] = field(default_factory=list)
    holder: str | None = None
    until: datetime | None = None
    paused_by: str | None = None  # a backup
    refused: dict[str, Any] | None = None

    @property
    def oldest(self) -> datetime | None:
        return min((each.since for each in self.waiting), default=None)


def look(service: str, database: MongoDatabase[Any]) -> Outbox:
    """Of a service whose code need not be here: collections whose documents may tell something have an index of it."""
    waiting = [found for name in telling(database) if (found := _waiting(database, name))]
    lease = database["leases"].find_one({"_id": "relay"}) or {}
    held = "until" in lease and lease["until"] > now()
    paused = lease.get("wanted") if lease.get("wanted", {}).get("until", now()) > now() else None
    refused = lease.get("refused")
    stuck = refused and any(each.collection == refused["collection"] and each.since <= refused["at"] for each in waiting)
    return Outbox(
        service,
        sorted(waiting, key=lambda each: each.since),
        holder=lease["holder"] if held else None,
        until=lease["until"] if held else None,
        paused_by=paused["by"] if paused else None,
        refused=refused if stuck else None,
    )


def telling(database: MongoDatabase[Any]) -> list[str]:
    names = database.list_collection_names(filter={"type": "collection"})
    return sorted(name for name in names if not name.startswith("system.") and _INDEX in database[name].index_information())


def _waiting(database: MongoDatabase[Any], name: str) -> Waiting | None:
    waits = {PENDING: {"$exists": True}}
    first = database[name].find_one(waits, {PENDING: True}, sort=[(PENDING, 1)])
    return Waiting(name, database[name].count_documents(waits, limit=MOST, hint=_INDEX), first[PENDING]) if first else None


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser("python -m schoolbus outbox", description="What waits to be published.")
    parser.add_argument("service", nargs="?", choices=SERVICES, metavar="NAME", help=f"one of {', '.join(SERVICES)}; all")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(words)
    wanted = settings.read(Wanted)
    try:
        with connect(wanted.mongodb_uri, "outbox") as client:
            found = [look(name, _database(client, wanted, name, asked.service)) for name in SERVICES if _is_asked(asked, name)]
    except PyMongoError as fault:
        print(f"rabta: the database can't be used: {type(fault).__name__}", file=sys.stderr)
        return 1
    if asked.json:
        print(json.dumps([asdict(each) for each in found], default=datetime.isoformat, indent=2))
    else:
        print("\n".join(line for each in found for line in lines(each)))
    return 0


def lines(outbox: Outbox) -> list[str]:
    relay = f"held by {outbox.holder} until {outbox.until:%H:%M:%S} UTC" if outbox.holder else "nobody holds the relay's lease"
    paused = ", stopped for a backup" if outbox.paused_by else ""
    told = [f"{outbox.service}: {'' if outbox.waiting else 'nothing waits, '}{relay}{paused}"]
    for each in outbox.waiting:
        age = (now() - each.since).total_seconds()
        count = f"{MOST} or more" if each.documents == MOST else str(each.documents)
        told.append(f"  {count:>8} in {each.collection}, the oldest for {age:.0f} s")
    if refused := outbox.refused:
        told.append(
            f"  no queue took {refused['count']} of {refused['collection']}, {refused['key']}, at {refused['at']:%H:%M:%S} UTC"
        )
    return told


def _is_asked(asked: argparse.Namespace, name: str) -> bool:
    return asked.service in (None, name)


def _database(client: MongoClient[Any], wanted: Wanted, name: str, asked: str | None) -> MongoDatabase[Any]:
    return client[wanted.mongodb_database if asked and wanted.mongodb_database else f"{wanted.database_prefix}{name}"]
