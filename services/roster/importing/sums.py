"""Of each kind of a set's records the sum of their digests: two sets of one sum are the same, in whatever order they come.

What stands of a source keeps its sums. So a set that comes again needs no look at its records in the database.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from services.roster.importing.keeping import documents_of
from services.roster.kinds import KINDS, branches_of
from services.roster.oneroster.records import Record
from services.roster.store import Store

_WIDTH = (1 << 96) - 1  # of a digest
Kept = Mapping[str, Mapping[str, Any]]  # by kind: {"sum", "active"}
_NOTHING = {"sum": "0", "active": 0}


class Sums:
    def __init__(self) -> None:
        self._sums: dict[str, int] = dict.fromkeys(KINDS, 0)
        self._active: Counter[str] = Counter()

    def counted(self, records: Iterable[tuple[str, Record]]) -> Iterator[tuple[str, Record]]:
        sums, active = self._sums, self._active
        for kind, record in records:
            sums[kind] = sums[kind] + int.from_bytes(record["digest"], "big") & _WIDTH
            active[kind] += record["active"]
            yield kind, record

    def kept(self) -> Kept:
        return {kind: {"sum": f"{total:x}", "active": self._active[kind]} for kind, total in self._sums.items()}


class Standing:
    """How often records stand in which branches, for a file in which nothing differs."""

    def __init__(self, records: Iterable[tuple[str, Record]]) -> None:
        self.branches: Counter[tuple[str, tuple[str, ...]]] = Counter()
        self.count = 0
        for kind, record in records:
            self.branches[kind, tuple(branches_of(record))] += 1
            self.count += 1


def same(store: Store, source: str, file: str, known: Kept, found: Kept) -> bool:
    """Whether a file's records are those that stand; that nobody has taken some away, their number tells."""
    kinds = [kind for kind in KINDS.values() if kind.file == file]
    return all(
        known.get(kind.name, _NOTHING) == found[kind.name]
        and documents_of(store, kind).collection.count_documents({"source": source, "active": True})
        == found[kind.name]["active"]
        for kind in kinds
    )
