"""python -m schoolbus replay READER [--of OWNER] [--branch ID] [--status]: a reader's copy anew, and how far it is."""

import argparse
import importlib
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pymongo.errors import PyMongoError

import schoolbus.contracts  # noqa: F401 - makes all events known
from schoolbus import settings
from schoolbus.clock import now
from schoolbus.contracts import replayed
from schoolbus.contracts.replayed import ROSTER
from schoolbus.ids import new_id
from schoolbus.replay.collections import COUNTS, GOING, OVER, REPLACED, Replays, of
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.settings import MongoUrl
from schoolbus.store import Document, connect

LOOK = 2.0  # seconds between looks
SHOWN = 10  # runs that --status lists


@dataclass(frozen=True)
class Wanted:
    mongodb_uri: MongoUrl
    mongodb_database: str = ""


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        "python -m schoolbus replay", description="Rebuilds a service's copy of what another owns."
    )
    owners = replayed.owners()
    parser.add_argument("reader", choices=sorted(owners), help="the service whose copy it is")
    parser.add_argument(
        "--of", metavar="OWNER", default=ROSTER, help="whose state it copies: roster's, where no other is named"
    )
    parser.add_argument("--branch", metavar="ID", help="of one branch alone")
    parser.add_argument("--status", action="store_true", help="ask for nothing: show the latest runs")
    asked = parser.parse_args(words)
    if asked.of not in owners[asked.reader]:
        parser.error(f"{asked.reader} has copies of what these own: {', '.join(owners[asked.reader])}")
    wanted = settings.read(Wanted)
    kind = importlib.import_module(f"services.{asked.reader}.store").Store
    try:
        database = wanted.mongodb_database or f"rabta_{asked.reader}"
        with connect(wanted.mongodb_uri, "replay", database) as client:
            store: Replays = kind(client[database])
            return (
                status(store) if asked.status else follow(store, ask(store, [asked.branch] if asked.branch else [], asked.of))
            )
    except PyMongoError as fault:
        print(f"rabta: no replay: the database can't be used: {type(fault).__name__}", file=sys.stderr)
        return 1


def ask(store: Replays, branch_ids: list[str], owner: str = ROSTER) -> str:
    """The run's id. An older run that it contains is over: this one tells all of it, and newer."""
    run_id = new_id()
    asked = replayed.asked(store.service, owner)(
        branch_id=branch_ids[0] if branch_ids else "chain", subject=run_id, run_id=run_id, branch_ids=branch_ids
    )
    asked.time = max(asked.time, _after_all(store))
    contained = {"branch_ids": branch_ids} if branch_ids else {}
    store.end_replays({**of(owner), **contained}, REPLACED, over_at=now())
    run: Document = {
        "_id": run_id,
        "branch_id": [],
        "of": owner,
        "branch_ids": branch_ids,
        "state": GOING,
        "asked_at": asked.time,
    }
    store.replays.add({**run, "counts": dict.fromkeys(COUNTS, 0)}, saying=[asked])
    return run_id


def _after_all(store: Replays) -> datetime:
    """Later than any run was asked for, by whatever host's clock: owners take the latest for the newest."""
    newest = store.replays.find(WHOLE_CHAIN, sort="-asked_at", limit=1)
    return newest[0]["asked_at"] + timedelta(milliseconds=1) if newest else now()


def follow(store: Replays, run_id: str) -> int:
    """Until it is over; a line whenever there is something new. Ended before, it goes on all the same."""
    said = ""
    while True:
        run = store.replays.one(WHOLE_CHAIN, run_id)
        line = told(store, run)
        if line != said:
            print(line, flush=True)
            said = line
        if run["state"] != GOING:
            return 0 if run["state"] == OVER else 1
        time.sleep(LOOK)


def status(store: Replays) -> int:
    runs = store.replays.find(WHOLE_CHAIN, sort="-asked_at", limit=SHOWN)
    for run in runs:
        print(told(store, run))
    if not runs:
        print(f"{store.service} has asked for no replay")
    return 0


def told(store: Replays, run: Document) -> str:
    done = store.replay_sets.count(WHOLE_CHAIN, {"run_id": run["_id"], "state": OVER, "branch_id": {"$ne": "chain"}})
    of = run.get("told_branches")
    far = {
        GOING: f"{done} of {'?' if of is None else of} branches",
        OVER: f"over, {of} branches",
        REPLACED: "a newer one has taken its place",
    }[run["state"]]
    counts = ", ".join(f"{run['counts'][name]} {name}" for name in COUNTS)
    where = run["branch_ids"][0] if run["branch_ids"] else "all"
    owner = run.get("of", ROSTER)
    which = store.service if owner == ROSTER else f"{store.service} of {owner}"
    return f"{run['asked_at']:%Y-%m-%d %H:%M:%S} {which} {where} {run['_id']}: {far}; rows mended: {counts}"
