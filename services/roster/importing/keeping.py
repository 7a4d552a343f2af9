"""Keeping the records of an import, in chunks: each is one transaction with what it tells. The same again changes nothing."""

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime

from pymongo.collection import Collection
from pymongo.errors import BulkWriteError

from schoolbus.clock import now
from schoolbus.events import CHUNK
from schoolbus.store import Busy, Document, Documents, current_session, run_again_while_busy
from services.roster.families import merging
from services.roster.families.touching import touch_agents
from services.roster.identity import losing
from services.roster.kinds import Kind, branches_of
from services.roster.store import Store
from services.roster.telling import hearers

_WAITING = 50_000  # records in memory, at most
WRITERS = 2  # threads
UNDER_WAY = 2 * WRITERS  # chunks
GONE_DIGEST = b""  # of a record that its source no longer has
TOBEDELETED = "tobedeleted"  # as OneRoster says it, beside `active`, which also tells of what has ended
_ENDED = {"active": False, "status": TOBEDELETED, "digest": GONE_DIGEST}
_KEPT = ("version", "digest", "import_id")


class Keeper:
    """Takes the records of one kind in any order and keeps them branch by branch. `counts`: added, changed, unchanged, gone.

    `began` is when this import's reading began, and None where all of it is new: then people need no touch for relations.
    """

    def __init__(
        self,
        store: Store,
        kind: Kind,
        source: str,
        import_id: str,
        writers: ThreadPoolExecutor,
        began: datetime | None = None,
    ) -> None:
        self.counts: Counter[str] = Counter()
        self._store = store
        self._kind = kind
        self._collection = documents_of(store, kind).collection
        self._source = source
        self._import_id = import_id
        self._began = began
        self._is_first = self._collection.find_one({"source": source}) is None  # then nothing is to be looked up
        self._began_first = self._is_first  # then nothing can be gone
        self._seen: set[int] = set()  # hashes of ids: see check_people
        self._standing = Counter[bool]()  # of those seen, how many are active and how many have ended
        self._waiting: dict[str, list[Document]] = defaultdict(list)
        self._count = 0
        self._writers = writers
        self._writing: deque[Future[Counter[str]]] = deque()

    def keep(self, record: Document, *, differs: bool = True) -> None:
        """`differs`: not, when the comparison has found it to be as it is stored."""
        if not self._began_first:
            self._seen.add(hash(record["_id"]))
        self._standing[record["active"]] += 1
        if differs:
            self._put(record)

    def finish(self) -> None:
        """Writes what still waits, and ends what the source no longer has."""
        self._flush_all()
        for record in self._others():
            self._put(record)
        self._flush_all()
        gone = {"source": self._source, "import_id": self._import_id, "digest": GONE_DIGEST}
        self.counts["gone"] = self._collection.count_documents(gone)

    def _others(self) -> Iterable[Document]:
        for known in [] if self._began_first else not_seen(self._collection, self._source, self._standing, self._seen):
            yield {"_id": known["_id"], "branch_id": known["branch_id"], **_ENDED}

    def _put(self, record: Document) -> None:
        chunk = self._waiting[next(iter(branches_of(record)), "")]
        chunk.append(record)
        self._count += 1
        if len(chunk) == CHUNK:
            self._flush(chunk.copy())
            chunk.clear()
        elif self._count == _WAITING:
            self._flush_waiting()

    def _flush_all(self) -> None:
        self._flush_waiting()
        self._settle(0)

    def _flush_waiting(self) -> None:
        """What several branches have waiting goes in one chunk: many small transactions would take twice as long."""
        records: list[Document] = []
        for chunk in self._waiting.values():
            records += chunk
            if len(records) >= CHUNK:
                self._flush(records)
                records = []
        if records:
            self._flush(records)
        self._waiting.clear()

    def _flush(self, records: list[Document]) -> None:
        """Hands a chunk to the writers: while the database works, the next is made ready."""
        self._writing.append(self._writers.submit(run_again_while_busy, lambda: self._write(records)))
        self._count -= len(records)
        self._settle(UNDER_WAY)

    def _settle(self, left: int) -> None:
        """Waits until at most so many chunks are being written. Raises what went wrong in one."""
        while len(self._writing) > left:
            self.counts.update(self._writing.popleft().result())

    def _write(self, chunk: list[Document]) -> Counter[str]:
        known = {} if self._is_first else self._known([record["_id"] for record in chunk])
        fresh = [record for record in chunk if record["_id"] not in known]
        same = {id for record in chunk if (id := record["_id"]) in known and known[id]["digest"] == record["digest"]}
        changed = [record for record in chunk if record["_id"] in known and record["_id"] not in same]
        if fresh or changed:
            with self._store.transaction():
                told = [(record, branches_of(record)) for record in self._insert(fresh)]
                told += self._replace({record["_id"]: record for record in changed})
                self._tell(told)
        before = Counter(
            earlier(known[id], self._import_id) for id in same
        )  # done before this worker took over, or nothing to do
        return Counter(added=len(fresh), changed=sum(record["digest"] != GONE_DIGEST for record in changed)) + before

    def _known(self, ids: list[str]) -> dict[str, Document]:
        return {found["_id"]: found for found in self._collection.find({"_id": {"$in": ids}}, dict.fromkeys(_KEPT, True))}

    def _insert(self, records: Sequence[Document], versions: dict[str, int] | None = None) -> list[Document]:
        versions = versions or {}
        marks = {"import_id": self._import_id, "modified_at": now()}
        documents = [{**record, "version": versions.get(record["_id"], 0) + 1, **marks} for record in records]
        if documents:
            try:
                self._collection.insert_many(documents, ordered=False, session=current_session())
            except BulkWriteError as error:  # another worker was there first
                self._is_first = False
                raise Busy from error
        return documents

    def _replace(self, records: dict[str, Document]) -> list[tuple[Document, list[str]]]:
        """Each new record with the branches that hear of it: its own, and those it was in.

        Deleting and inserting is several times as fast as updating.
        """
        if not records:
            return []
        query = {"_id": {"$in": list(records)}}
        old = {record["_id"]: record for record in self._collection.find(query, session=current_session())}
        self._collection.delete_many(query, session=current_session())
        new = [self._merged(old[id], record) for id, record in records.items() if id in old]
        written = self._insert(new, {id: record["version"] for id, record in old.items()})
        if self._kind.name == "people":
            losing.end_sessions(self._store, [(old[record["_id"]], record) for record in written])
        return [(record, hearers(record, old[record["_id"]])) for record in written]

    def _merged(self, old: Document, record: Document) -> Document:
        """What people have set in Rabta stays; a record that is gone stays as it was, but inactive."""
        if record["digest"] == GONE_DIGEST:
            return {**old, **record}
        return self._kind.kept({**record, **{name: old[name] for name in self._kind.own if name in old}})

    def _tell(self, told: list[tuple[Document, list[str]]]) -> None:
        merging.tell_settled(self._store, self._kind, told)
        if self._kind.name == "relations" and self._began is not None:
            touch_agents(self._store, [record for record, _ in told], before=self._began)


def not_seen(
    collection: Collection[Document], source: str, standing: Mapping[bool, int], seen: AbstractSet[int]
) -> Iterator[Document]:
    """What a source no longer has, looked for only where the numbers tell that there is something.

    `standing` says of how many that were `seen` (hashes of ids) the stored record is active, and of how many it has ended.
    """
    wanted = ({"source": source, "active": True}, {"source": source, "active": False, "status": {"$ne": TOBEDELETED}})
    for where in wanted:
        if collection.count_documents(where) != standing[bool(where["active"])]:
            for known in collection.find(where, {"branch_id": True, "active": True}):
                if hash(known["_id"]) not in seen:
                    yield known


def earlier(known: Document, import_id: str) -> str:
    """What was done with a record that is as it shall be: nothing, or this import did it before its worker died."""
    if known["import_id"] != import_id:
        return "unchanged"
    return "added" if known["version"] == 1 else "changed"


def documents_of(store: Store, kind: Kind) -> Documents:
    documents: Documents = getattr(store, kind.name)
    return documents
