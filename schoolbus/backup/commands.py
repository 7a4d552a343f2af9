"""python -m schoolbus backup FOLDER [--keep DAYS] [--wait SECONDS]; restore FOLDER [--replace]."""

import argparse
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
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
from schoolbus.backup.taking import prune, prune_halves, take
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
        prune_halves(asked.folder, _say)
        take(wanted, client, asked.folder, asked.wait, _say)
        if asked.keep:
            prune(asked.folder, asked.keep, _say)

    before = os.umask(0o077)  # it holds all that the databases hold: for its owner alone
    try:
        return _run("backup", Wanted, run)
    finally:
        os.umask(before)


def bring_back(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser("python -m schoolbus restore", description="Brings a backup back; no process may run.")
    parser.add_argument("folder", type=Path, help="of one backup")
    parser.add_argument("--replace", action="store_true", help="throw away what is in the databases and at the broker")
    asked = parser.parse_args(words)
    return _run("restore", WantedBack, lambda wanted, client: restore(wanted, client, asked.folder, asked.replace, _say))


def _run(what: str, kind: type[W], run: Callable[[W, MongoClient[Any]], None]) -> int:
    wanted = settings.read(kind)
    try:
        with _ended_by_a_signal(), connect(wanted.mongodb_uri, what) as client:
            run(wanted, client)
    except REFUSED as fault:
        print(f"rabta: no {what}: {fault}", file=sys.stderr)
    except requests.RequestException as fault:
        do = "see MANAGEMENT_URI, and whether its account has the tag management"
        print(f"rabta: no {what}: the broker's management API can't be used ({told(fault)}): {do}", file=sys.stderr)
    except FAULTS as fault:  # the disk's faults are among them
        print(f"rabta: no {what}: {type(fault).__name__}: {fault}", file=sys.stderr)
    else:
        return 0
    return 1


@contextmanager
def _ended_by_a_signal() -> Iterator[None]:
    """SIGTERM ends it as a fault would, and what it has begun is set back: the first process of a container does not hear it
    otherwise."""
    before = signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _count(text: str) -> int:
    return Count(text)


def _say(sentence: str) -> None:
    print(sentence, flush=True)
