"""Takes a backup: a quiet moment is found, then every database is read as it was then."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bson.timestamp import Timestamp
from pymongo import MongoClient
from pymongo.client_session import ClientSession
from pymongo.errors import OperationFailure

from schoolbus.backup import dumped, half, letters, manifest
from schoolbus.backup.databases import PARTS, Wanted
from schoolbus.backup.dumped import Written
from schoolbus.backup.history import long_history
from schoolbus.backup.manifest import BackupFault, File, Manifest
from schoolbus.backup.quiet import moment
from schoolbus.chain import SERVICES
from schoolbus.clock import now
from schoolbus.events import Event

NAMED = "%Y-%m-%dT%H%M%SZ"
HALF_FOR = timedelta(hours=23)  # after which half a backup is no longer somebody's who is at it: less than from night to night
TOO_OLD = 239  # SnapshotTooOld
Say = Callable[[str], None]


def take(wanted: Wanted, client: MongoClient[Any], folder: Path, patience: float, say: Say) -> Path:
    """The folder of the backup, within `folder`. Raises NotQuiet, BackupFault, and what broker, database and disk raise."""
    missing = [name for part in SERVICES if (name := wanted.name(part)) not in client.list_database_names()]
    if missing:
        raise BackupFault(f"there is no database {', '.join(missing)}: DATABASE_PREFIX is {wanted.database_prefix!r}")
    own = folder / now().strftime(NAMED)
    own.mkdir(parents=True)
    try:
        made = _take(wanted, client, own, patience, say)
    except BaseException:  # also when a signal ends it: a disk that was full would stay so
        shutil.rmtree(own, ignore_errors=True)
        raise
    for part in SERVICES:
        note(client[wanted.name(part)], made)
    say(f"{made.documents} documents in {len(made.files)} files, {made.bytes / 1e6:.1f} MB: {own}")
    return own


def _take(wanted: Wanted, client: MongoClient[Any], own: Path, patience: float, say: Say) -> Manifest:
    with long_history(wanted.mongodb_uri, client, say):
        quiet = moment(client, wanted, patience, own / letters.NAME)
        at = quiet.at.as_datetime().astimezone(UTC)
        say(f"quiet at {at:%Y-%m-%d %H:%M:%S} UTC; the relays had stopped for {quiet.seconds:.0f} s")
        with quiet.session as session:
            of_parts = [file for part in PARTS for file in _part(wanted, client, part, session, own)]
    made = _manifest(wanted, client, quiet.at, at, [_file(own, quiet.letters), *of_parts])
    made.write(own)
    return made


def note(database: Any, made: Manifest) -> None:
    """What a relay tells Prometheus of it: rabta_backup_completed_timestamp_seconds."""
    kept = {"at": made.at, "completed_at": made.completed_at}
    database["backups"].update_one({"_id": "last"}, {"$set": kept}, upsert=True)


def prune(folder: Path, days: int, say: Say) -> None:
    """Takes away whole backups that are older than `days`, never the newest one, and none whose manifest can't be read."""
    whole = list(manifest.within(folder, say))
    for path, made in whole[:-1]:
        if made.at < now() - timedelta(days=days):
            shutil.rmtree(path)
            say(f"away: {path.name}")


def prune_halves(folder: Path, say: Say) -> None:
    """Those that nobody is at any more: killed where they could not clear up."""
    for path in sorted(folder.glob("*")):
        if _is_left_half(path):
            shutil.rmtree(path)
            say(f"away: {path.name}, half a backup")


def _is_left_half(path: Path) -> bool:
    try:
        began = datetime.strptime(path.name, NAMED).replace(tzinfo=UTC)
    except ValueError:
        return False  # nothing of ours
    return not (path / manifest.NAME).exists() and began < now() - HALF_FOR


def _part(wanted: Wanted, client: MongoClient[Any], part: str, session: ClientSession, folder: Path) -> list[File]:
    own = folder / part
    own.mkdir()
    files: list[File] = []
    database = client[wanted.name(part)]
    for collection in dumped.collections(database):
        try:
            files += [_file(folder, each) for each in dumped.dump(database, collection, session, own)]
        except OperationFailure as fault:
            if fault.code == TOO_OLD:
                raise BackupFault(_forgotten(f"{database.name}.{collection['name']}")) from fault
            raise
    return files


def _forgotten(collection: str) -> str:
    return (
        f"the database no longer knows what {collection} was at that moment: let the account set "
        "minSnapshotHistoryWindowInSeconds, or set it on the servers to longer than a backup takes"
    )


def _file(folder: Path, written: Written) -> File:
    return File(written.path.relative_to(folder).as_posix(), written.count, written.bytes, written.sha256)


def _manifest(wanted: Wanted, client: MongoClient[Any], at: Timestamp, moment: datetime, files: list[File]) -> Manifest:
    return Manifest(
        at=moment,
        cluster_time=(at.time, at.inc),
        completed_at=now(),
        databases={part: wanted.name(part) for part in PARTS},
        layouts={part: half.told(client[wanted.name(part)]) for part in SERVICES},
        events=tuple(sorted(Event.known)),
        servers={"mongodb": str(client.server_info()["version"])},
        files=tuple(files),
    )
