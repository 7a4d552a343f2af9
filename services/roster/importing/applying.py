"""The worker's part of an import: check the whole set, then keep it chunk by chunk.

Ended in the middle, it is taken up again when its lease ends, and goes on where it was.
"""

import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import IO, Any

from schoolbus.clock import now
from schoolbus.logs import log
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import Document, run_again_while_busy
from services.roster import telling
from services.roster.calendar import calendars
from services.roster.importing import imports
from services.roster.importing.keeping import WRITERS, Keeper
from services.roster.importing.keeping_branches import BranchKeeper
from services.roster.kinds import BRANCHES, KEPT_IN_ORDER, KINDS, Kind
from services.roster.oneroster.archive import Archive
from services.roster.oneroster.checks import check_set
from services.roster.oneroster.findings import Findings
from services.roster.oneroster.plan import Plan
from services.roster.oneroster.records import Record, Records
from services.roster.oneroster.tables import Table
from services.roster.store import Store

LEASE = 30.0  # seconds
_TELL_EVERY = 1.0  # seconds
_MOST_ATTEMPTS = 5
_NOT_DONE = {
    "file": "",
    "line": None,
    "column": None,
    "reason": "The fault is ours: the import was begun several times and never came to its end.",
}


_NOTHING = {"added": 0, "changed": 0, "unchanged": 0, "gone": 0}


class Lost(Exception):
    """Another worker has taken the import over: this one fell silent for too long."""


def claim(store: Store) -> Document | None:
    return store.imports.claim({"open": True}, lease=LEASE, sort="received_at")


def apply(store: Store, document: Document) -> None:
    work = _Import(store, document)
    if document["attempts"] > _MOST_ATTEMPTS:
        work.close(state="failed", problems=[_NOT_DONE], problem_count=1)
        return
    with tempfile.TemporaryFile() as file:
        store.uploads.download_to_stream(document["_id"], file)
        work.run(file)


class _Import:
    """One claim of one import."""

    def __init__(self, store: Store, document: Document) -> None:
        self._store = store
        self._id, self._source, self._attempt = document["_id"], document["source"], document["attempts"]
        self._services = document["services"]
        self._day = date.fromisoformat(document["day"])
        self._findings = Findings()
        self._told = 0.0

    def run(self, file: IO[bytes]) -> None:
        started = time.monotonic()
        self._tell(state="checking", progress=0.0)
        checked = check_set(file, self._day, self._findings, self._progress)
        if checked is None:
            self.close(state="refused", problems=self._findings.problems, problem_count=self._findings.problem_count)
        else:
            counts = self._keep(*checked)
            self.close(state="done", progress=1.0, counts=counts)
        log().info("import_ended", id=self._id, refused=checked is None, seconds=round(time.monotonic() - started, 1))

    def close(self, **outcome: Any) -> None:
        """The ZIP is full of people: it is not kept longer than it is needed."""
        self._tell(open=False, finished_at=now(), warnings=self._findings.warnings, **outcome)
        imports.drop_upload(self._store, self._id)

    def _keep(self, archive: Archive, plan: Plan) -> dict[str, Any]:
        counts: dict[str, dict[str, int]] = {file: {"rows": rows} for file, rows in plan.rows.items()}
        self._tell(state="applying", progress=0.0, counts=counts)
        telling.forget(self._store)
        archive.rewind(self._progress)
        rows = {**plan.rows, "relations": len(plan.relations)}
        records = Records(self._source, plan, self._findings)
        with ThreadPoolExecutor(WRITERS) as writers:
            for name in KEPT_IN_ORDER:
                if name in rows:  # of a file that the set has not, all stays as it is
                    kept = self._keep_file(name, _records(name, records, archive, plan, self._findings), writers)
                    counts[name] = {"rows": rows[name], **kept}
                    if name in calendars.SHAPED_BY and kept.total() > kept["unchanged"]:
                        run_again_while_busy(lambda: calendars.want_all(self._store))
                    self._tell(counts=counts)
        return counts

    def _keep_file(self, name: str, records: Iterator[tuple[str, Record]], writers: ThreadPoolExecutor) -> Counter[str]:
        keepers = {kind.name: self._keeper(kind, writers) for kind in KINDS.values() if kind.file == name}
        for kind, record in records:
            keepers[kind].keep(record)
        total = Counter(_NOTHING)
        for keeper in keepers.values():
            keeper.finish()
            total.update(keeper.counts)
        return total

    def _keeper(self, kind: Kind, writers: ThreadPoolExecutor) -> Keeper:
        if kind is BRANCHES:
            return BranchKeeper(self._store, self._source, self._id, writers, self._services)
        return Keeper(self._store, kind, self._source, self._id, writers)

    def _progress(self, part: float) -> None:
        if time.monotonic() - self._told > _TELL_EVERY:
            self._tell(progress=round(part, 3))

    def _tell(self, **fields: Any) -> None:
        """What the operator sees; and the lease goes on. Raises Lost."""
        kept = {**fields, "leased_until": now() + timedelta(seconds=LEASE)}
        if self._store.imports.change(WHOLE_CHAIN, self._id, to=kept, when={"attempts": self._attempt, "open": True}) is None:
            raise Lost
        self._told = time.monotonic()


def _records(name: str, records: Records, archive: Archive, plan: Plan, findings: Findings) -> Iterator[tuple[str, Record]]:
    if name == "relations":
        return records.relations()
    file = next(file for file in plan.files if file.name == name)
    return records.of(Table(archive, file, findings))
