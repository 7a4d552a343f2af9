"""What a backup is made of. Written last: a folder without it is half a backup, and nobody takes it for one."""

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

NAME = "manifest.json"
FORMAT = 1


class BackupFault(Exception):
    """What is wrong with a backup, where, and what to do."""


@dataclass(frozen=True)
class File:
    name: str  # from the backup's folder, with slashes
    count: int  # documents in it
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """`at`: the moment of which all of it is (UTC), `cluster_time` the same as the database counts; `layouts`, by database."""

    at: datetime
    cluster_time: tuple[int, int]
    completed_at: datetime
    databases: dict[str, str]  # by part: what the database was called
    layouts: dict[str, dict[str, int]]  # by service, as half.told
    events: tuple[str, ...]  # that the release which took it knows
    servers: dict[str, str]  # versions
    files: tuple[File, ...]
    format: int = FORMAT

    @property
    def documents(self) -> int:
        return sum(file.count for file in self.files if not file.name.endswith(".metadata.json.gz"))

    @property
    def bytes(self) -> int:
        return sum(file.bytes for file in self.files)

    def write(self, folder: Path) -> None:
        half = folder / f"{NAME}.half"
        with half.open("w") as file:
            json.dump(asdict(self), file, indent=1, default=datetime.isoformat)
            file.flush()
            os.fsync(file.fileno())
        half.rename(folder / NAME)
        _sync(folder)


def read(folder: Path) -> Manifest:
    """Raises BackupFault."""
    path = folder / NAME
    try:
        found: dict[str, Any] = json.loads(path.read_text())
    except FileNotFoundError as error:
        raise BackupFault(_missing(folder)) from error
    except (OSError, ValueError) as error:
        raise BackupFault(f"{path} can't be read: {error}") from error
    try:
        return _of(found, path)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise BackupFault(f"{path} is no manifest: {type(error).__name__}: {error}") from error


def _of(found: dict[str, Any], path: Path) -> Manifest:
    if found.get("format") != FORMAT:
        raise BackupFault(f"{path} has format {found.get('format')}, this release reads {FORMAT}: use the release that took it")
    moments = {name: datetime.fromisoformat(found[name]) for name in ("at", "completed_at")}
    files = tuple(File(**file) for file in found["files"])
    lists = {"events": tuple(found["events"]), "cluster_time": tuple(found["cluster_time"])}
    return Manifest(**{**found, **moments, **lists, "files": files})


def check(folder: Path, manifest: Manifest) -> None:
    """Every file is there and as it was written. Raises BackupFault with all that is wrong."""
    wrong = [said for file in manifest.files if (said := _wrong(folder / file.name, file))]
    if wrong:
        more = f"; and {len(wrong) - 5} more" if len(wrong) > 5 else ""
        raise BackupFault(f"{folder} is damaged: {'; '.join(wrong[:5])}{more}. Take another backup")


def within(folder: Path, say: Callable[[str], object] = lambda _: None) -> Iterator[tuple[Path, Manifest]]:
    """The whole backups in a folder, oldest first. One that can't be read is named, and hinders none of the others."""
    for path in sorted(folder.glob(f"*/{NAME}")):
        try:
            yield path.parent, read(path.parent)
        except BackupFault as fault:
            say(f"passed over: {fault}")


def _wrong(path: Path, file: File) -> str:
    if not path.exists():
        return f"{file.name} is missing"
    with path.open("rb") as content:
        same = hashlib.file_digest(content, "sha256").hexdigest() == file.sha256
    return "" if same else f"{file.name} is not what was written"


def _missing(folder: Path) -> str:
    whole = [path.name for path, _ in within(folder)] if folder.is_dir() else []
    if whole:
        return f"{folder} holds backups, name one of them: {', '.join(whole)}"
    return f"{folder} is no whole backup: it has no {NAME}. Take another one"


def _sync(folder: Path) -> None:
    """So that the name is on the disk, too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
