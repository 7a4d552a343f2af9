"""What an import would do: its records held against what is stored, before anything is written."""

from collections import Counter, deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

from schoolbus.events import CHUNK
from schoolbus.store import Document, Documents
from services.roster.importing.keeping import GONE_DIGEST, UNDER_WAY, documents_of, earlier, not_seen
from services.roster.importing.tally import ADDED, GONE, Tally
from services.roster.kinds import KINDS, Kind, branches_of
from services.roster.oneroster.records import Record
from services.roster.store import Store

_LOOKED_AT = ("version", "digest", "import_id", "branch_id", "active")


class _Line(NamedTuple):
    """Of a record what a comparison needs."""

    number: int
    id: str
    digest: bytes
    branches: list[str]


class Comparer:
    """Counts into `tally`. What this import has done already, before its worker died, counts as it did then."""

    def __init__(self, store: Store, source: str, import_id: str, tally: Tally, lookers: ThreadPoolExecutor) -> None:
        self._store = store
        self._source = source
        self._import_id = import_id
        self._tally = tally
        self._lookers = lookers

    def file(self, name: str, records: Iterator[tuple[str, Record]]) -> bytearray:
        """For each record of a file, in their order, whether it has to be written."""
        differs = bytearray()
        kinds = {
            kind.name: _OfKind(self._store, kind, self._source, self._import_id, self._tally, self._lookers, differs)
            for kind in KINDS.values()
            if kind.file == name
        }
        for number, (kind, record) in enumerate(records):
            differs.append(False)
            if kind == "branches":
                self._tally.names[record["_id"]] = record["name"]
            kinds[kind].take(_Line(number, record["_id"], record["digest"], branches_of(record)))
        for compared in kinds.values():
            compared.finish()
        return differs


class _OfKind:
    def __init__(
        self,
        store: Store,
        kind: Kind,
        source: str,
        import_id: str,
        tally: Tally,
        lookers: ThreadPoolExecutor,
        differs: bytearray,
    ) -> None:
        self._kind = kind
        self._documents: Documents = documents_of(store, kind)
        self._collection = self._documents.collection
        self._source = source
        self._import_id = import_id
        self._tally = tally
        self._lookers = lookers
        self._differs = differs
        self._is_first = self._collection.find_one({"source": source}) is None
        self._seen: set[int] = set()  # hashes of ids: see check_people
        self._standing = Counter[bool]()  # of those seen, how many are active and how many have ended
        self._waiting: list[_Line] = []
        self._looking: deque[tuple[list[_Line], Future[dict[str, Document]]]] = deque()

    def take(self, line: _Line) -> None:
        if self._is_first:
            self._differs[line.number] = True
            self._tally.one(self._kind.file, self._kind.name, ADDED, line.branches)
            return
        self._seen.add(hash(line.id))
        self._waiting.append(line)
        if len(self._waiting) == CHUNK:
            self._look()

    def finish(self) -> None:
        """Compares what still waits, and counts what the source no longer has."""
        self._look()
        self._settle(0)
        for known in self._gone():
            branches = branches_of(known)
            self._tally.one(self._kind.file, self._kind.name, GONE, branches)
            self._count_people(branches if known["active"] else [], [])

    def _look(self) -> None:
        if self._waiting:
            lines, self._waiting = self._waiting, []
            self._looking.append((lines, self._lookers.submit(self._known, [line.id for line in lines])))
            self._settle(UNDER_WAY)

    def _known(self, ids: list[str]) -> dict[str, Document]:
        found = self._collection.find({"_id": {"$in": ids}}, dict.fromkeys(_LOOKED_AT, True))
        return {known["_id"]: known for known in found}

    def _settle(self, left: int) -> None:
        while len(self._looking) > left:
            lines, looked = self._looking.popleft()
            known = looked.result()
            for line in lines:
                self._compare(line, known.get(line.id))

    def _compare(self, line: _Line, known: Document | None) -> None:
        file, kind = self._kind.file, self._kind.name
        if known is None:
            self._differs[line.number] = True
            self._tally.one(file, kind, ADDED, line.branches)
            return
        self._standing[known["active"]] += known["digest"] != GONE_DIGEST
        before = branches_of(known) if known["active"] else []
        if known["digest"] == line.digest:
            self._tally.one(file, kind, earlier(known, self._import_id), line.branches)
        else:
            self._differs[line.number] = True
            self._tally.moved(file, kind, before, line.branches)
        self._count_people(before, line.branches)

    def _count_people(self, before: list[str], after: list[str]) -> None:
        if self._kind.name == "people":
            self._tally.was_here(before, after)

    def _gone(self) -> Iterator[Document]:
        if not self._is_first:
            yield from not_seen(self._collection, self._source, self._standing, self._seen)
        done = {"source": self._source, "import_id": self._import_id, "digest": GONE_DIGEST}
        yield from self._collection.find(done, {"branch_id": True, "active": True})
