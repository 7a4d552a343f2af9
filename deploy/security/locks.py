"""What requirements/*.txt lock: names, versions and the hashes of their files."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from deploy.security.step import ROOT

_PINNED = re.compile(r"^([a-z0-9][a-z0-9._-]*)(?:\[[^\]]*\])?==([^\s;\\]+)", re.IGNORECASE)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True)
class Locked:
    name: str  # as the index writes it (PEP 503)
    version: str
    hashes: frozenset[str]  # SHA-256
    files: tuple[str, ...] = field(compare=False)  # the locks that name it


def locked(paths: Iterable[Path] | None = None) -> list[Locked]:
    """Of all locks together, each version once, by name. A universal lock may hold two versions of a package."""
    found: dict[tuple[str, str], tuple[set[str], list[str]]] = {}
    for path in sorted(paths if paths is not None else (ROOT / "requirements").glob("*.txt")):
        current: set[str] = set()
        for line in path.read_text().splitlines():
            if pinned := _PINNED.match(line):
                current, files = found.setdefault((canonical(pinned[1]), pinned[2]), (set(), []))
                files.append(path.name)
            current.update(_HASH.findall(line))
    return [Locked(*key, frozenset(hashes), tuple(files)) for key, (hashes, files) in sorted(found.items())]


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
