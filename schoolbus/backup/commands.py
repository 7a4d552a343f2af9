"""python -m schoolbus backup FOLDER [--keep DAYS] [--wait SECONDS]; restore FOLDER [--replace]."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import requests
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from schoolbus import settings
from schoolbus.backup.databases import Wanted, WantedBack
from schoolbus.backup.letters import LettersRefused
from schoolbus.backup.manifest import BackupFault
from schoolbus.backup.quiet import NotQuiet
from schoolbus.backup.restoring import restore
from schoolbus.backup.taking import prune, take
from schoolbus.broker import BROKER_FAULTS
from schoolbus.management import told
from schoolbus.settings import CannotStart, Count
from schoolbus.store import connect

W = TypeVar("W", bound=Wanted)
PATIENCE = 300  # seconds
REFUSED = (BackupFault, NotQuiet, LettersRefused, CannotStart)
FAULTS: tuple[type[Exception], ...] = (PyMongoError, *BROKER_FAULTS)


def backup(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser("python -m schoolbus backup", description="All databases of the chain at one moment.")
    parser.add_argument("folder", type=Path, help="where backups are: each gets a folder of its own there")
    parser.add_argument("--keep", type=_count, metavar="DAYS", help="then take away those that are older, never the newest")
    parser.add_argument(
        "--wait", type=_count, default=PATIENCE, metavar="SECONDS", help=f"for a moment without events under way ({PATIENCE})"
    )
    asked = parser.parse_args(words)

    def run(wanted: Wanted, client: MongoClient[Any]) -> None:
        take(wanted, client, asked.folder, asked.wait, _say)
        if asked.keep:
            prune(asked.folder, asked.keep, _say)

    return _run("backup", Wanted, run)


def bring_back(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser("python -m schoolbus restore", description="Brings a backup back; no process may run.")
    parser.add_argument("folder", type=Path, help="of one backup")
    parser.add_argument("--replace", action="store_true", help="throw away what is in the databases and at the broker")
    asked = parser.parse_args(words)
    return _run("restore", WantedBack, lambda wanted, client: restore(wanted, client, asked.folder, asked.replace, _say))


def _run(what: str, kind: type[W], run: Callable[[W, MongoClient[Any]], None]) -> int:
    wanted = settings.read(kind)
    try:
        with connect(wanted.mongodb_uri, what) as client:
            run(wanted, client)
    except REFUSED as fault:
        print(f"rabta: no {what}: {fault}", file=sys.stderr)
    except requests.RequestException as fault:
        do = "see MANAGEMENT_URI, and whether its account has the tag monitoring"
        print(f"rabta: no {what}: the broker's management API can't be used ({told(fault)}): {do}", file=sys.stderr)
    except FAULTS as fault:  # the disk's faults are among them
        print(f"rabta: no {what}: {type(fault).__name__}: {fault}", file=sys.stderr)
    else:
        return 0
    return 1


def _count(text: str) -> int:
    return Count(text)


def _say(sentence: str) -> None:
    print(sentence, flush=True)
