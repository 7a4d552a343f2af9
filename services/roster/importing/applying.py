"""The worker's part of an import: check the whole set, compare it with what is stored, then keep it chunk by chunk.

Ended in the middle, it is taken up again when its lease ends, and goes on where it was. So it does after a person has
confirmed it: what was found out before is found out again.
"""

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import date, datetime, timedelta
from typing import Any

from schoolbus import metrics
from schoolbus.clock import now
from schoolbus.logs import log
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import Document, run_again_while_busy
from services.roster import telling
from services.roster.calendar import calendars
from services.roster.importing import imports, operators, results, sources, uploads
from services.roster.importing.comparing import Comparer
from services.roster.importing.deciding import WAITING
from services.roster.importing.keeping import WRITERS, Keeper, documents_of
from services.roster.importing.keeping_branches import BranchKeeper
from services.roster.importing.reading import Reading
from services.roster.importing.results import FindingsKeeper
from services.roster.importing.sums import Standing, Sums, same
from services.roster.importing.tally import ADDED, Tally
from services.roster.kinds import BRANCHES, KINDS, Kind, branches_of
from services.roster.oneroster.checks import check_set
from services.roster.oneroster.findings import SHOWN, Findings
from services.roster.oneroster.plan import Plan
from services.roster.oneroster.records import Record
from services.roster.privacy.erased import about, erased_of
from services.roster.store import Store

LEASE = 30.0  # seconds
_TELL_EVERY = 1.0  # seconds
_MOST_ATTEMPTS = 5
_NOT_DONE = {
    "file": "",
    "line": None,
    "sourced_id": None,
    "column": None,
    "reason": "The fault is ours: the import was begun several times and never came to its end.",
}


class Lost(Exception):
    """The import is no longer this worker's: it fell silent for too long and another has it, or it was cancelled."""


def claim(store: Store) -> Document | None:
    return store.imports.claim({"open": True, "state": {"$ne": WAITING}}, lease=LEASE, sort="received_at")


def apply(store: Store, document: Document) -> None:
    work = _Import(store, document)
    if document["attempts"] > _MOST_ATTEMPTS:
        work.close(state="failed", problems=[_NOT_DONE], problem_count=1)
        return
    try:
        work.run()
    except Lost:
        if imports.one(store, document["_id"])["open"]:
            raise
        log().info("import_left", id=document["_id"])


class _Compared:
    """`differs`, by file: for each of its records, in their order, whether it has to be written."""

    def __init__(self) -> None:
        self.tally = Tally()
        self.sums = Sums()
        self.differs: dict[str, bytearray] = {}


class _Import:
    """One claim of one import."""

    def __init__(self, store: Store, document: Document) -> None:
        self._store = store
        self._document = document
        self._id, self._source, self._attempt = document["_id"], document["source"], document["attempts"]
        self._by_time = document.get("by_time", False)
        self._day = date.fromisoformat(document["day"])
        self._keep_findings = FindingsKeeper(store, self._id, self._attempt)
        self._findings = Findings(self._keep_findings)
        self._told = 0.0
        self._erased = erased_of(store, self._source)
        self._began = now()

    def run(self) -> None:
        started = time.monotonic()
        self._keep_findings.start()
        self._enter("checking")
        with ExitStack() as files:
            reading = self._checked(files)
            if reading is None:
                self._findings.flush()
                self.close(state="refused", problems=self._findings.problems, problem_count=self._findings.problem_count)
                if self._by_time:
                    log().error("import_by_time_refused", id=self._id, source=self._source)
            else:
                self._go_on(reading)
        log().info("import_ended", id=self._id, refused=reading is None, seconds=round(time.monotonic() - started, 1))

    def close(self, **outcome: Any) -> None:
        """An end without anything to keep. The ZIP is full of people: it is not kept longer than it is needed."""
        self._tell(open=False, finished_at=now(), **self._warnings(), **outcome)
        metrics.runs_ended.labels("import", outcome["state"]).inc()
        uploads.drop(self._store, self._id)
        uploads.drop(self._store, f"{self._id}-set")

    # Checking

    def _checked(self, files: ExitStack) -> Reading | None:
        """None when it is refused."""
        if self._document["undoes"] or self._by_time:
            return self._kept_set(files)
        file = files.enter_context(uploads.opened(self._store, self._id))
        before = files.enter_context(sources.before(self._store, self._source))
        checked = check_set(file, self._day, self._findings, self._progress, before)
        return None if checked is None else Reading(self._source, *checked)

    def _kept_set(self, files: ExitStack) -> Reading | None:
        kept = self._kept()
        if kept is None:
            return Reading(self._source, None, Plan(self._day), is_all=True)
        file = files.enter_context(uploads.opened(self._store, kept["set_id"]))
        checked = check_set(file, self._day, self._findings, self._progress)
        return None if checked is None else Reading(self._source, *checked, is_all=True)

    def _kept(self) -> sources.Kept | None:
        """The set before for an undo, the one that stands when a day has come."""
        known = sources.of(self._store, self._source)
        return known["before" if self._document["undoes"] else "current"] if known else None

    def _go_on(self, reading: Reading) -> None:
        new = self._new_operators(reading)
        compared = None if self._is_simple() else self._compare(reading)
        if compared is not None and not compared.tally.differs:
            self._finish(reading, self._counts(reading, compared.tally), compared.sums, differs=False)
        elif new or (compared is not None and self._must_wait(compared.tally)):
            self._wait(reading, compared.tally if compared else None)
        else:
            self._apply(reading, compared)

    def _new_operators(self, reading: Reading) -> bool:
        """Whether the set makes operators of the chain whom nobody has agreed to. They stand in the result, agreed or not."""
        if self._document["begun"]:
            return False
        found = operators.new_operators(self._store, reading)
        self._tell(**found)
        if found["new_operator_count"]:
            log().warning("import_makes_operators", id=self._id, operators=found["new_operator_count"])
        return bool(found["new_operator_count"]) and not self._document["agreed"]

    def _records(self, reading: Reading, name: str, findings: Findings) -> Iterator[tuple[str, Record]]:
        """Of a file, but for those about somebody who has been erased: no set brings them back."""
        for kind, record in reading.records(name, findings):
            if not self._erased or self._erased.isdisjoint(about(record)):
                yield kind, record

    # Comparing

    def _is_simple(self) -> bool:
        """Whether all of it is added, as of a new source, and nobody wants to see it before."""
        if self._wants_preview() or self._document["undoes"]:
            return False
        kinds = [documents_of(self._store, kind).collection for kind in KINDS.values()]
        return all(collection.find_one({"source": self._source}) is None for collection in kinds)

    def _compare(self, reading: Reading) -> _Compared:
        self._enter("comparing")
        reading.rewind(self._progress)
        compared = _Compared()
        with ThreadPoolExecutor(WRITERS) as lookers:
            comparer = Comparer(self._store, self._source, self._id, compared.tally, lookers)
            for name in reading.names:
                compared.differs[name] = self._compare_file(name, reading, comparer, compared)
                self._tell()
        return compared

    def _compare_file(self, name: str, reading: Reading, comparer: Comparer, compared: _Compared) -> bytearray:
        """A file whose sums are those of what stands is not looked up record by record."""
        records = compared.sums.counted(self._records(reading, name, self._findings))
        source = sources.of(self._store, self._source)
        known = source["sums"] if source and not self._document["begun"] else None
        if known is None:
            return comparer.file(name, records)
        standing = Standing(records)
        if not same(self._store, self._source, name, known, compared.sums.kept()):
            return comparer.file(name, self._records(reading, name, Findings()))
        for (kind, branches), count in standing.branches.items():
            compared.tally.unchanged(name, kind, count, branches)
        return bytearray(standing.count)

    def _must_wait(self, tally: Tally) -> bool:
        decided = self._document["agreed"] or self._by_time
        return self._wants_preview() or (not decided and bool(tally.guarded()))

    def _wants_preview(self) -> bool:
        return self._document["apply"] == imports.AFTER_PREVIEW and not self._document["agreed"]

    def _wait(self, reading: Reading, tally: Tally | None) -> None:
        """Until a person decides. Of a new source all is added: there is nothing to compare, and no preview."""
        self._findings.flush()
        guard = {}
        if tally is not None:
            results.keep_previews(self._store, self._id, tally)
            guard = self._guard(tally)
        waiting = {"state": WAITING, "progress": 1.0, "waiting_since": now(), "leased_until": now()}
        self._tell(**waiting, counts=self._counts(reading, tally), **guard, **self._warnings())

    def _guard(self, tally: Tally) -> Document:
        names, guarded = results.names_of(self._store, tally), tally.guarded()
        shown = [
            {"branch_id": id, "name": names.get(id, id), **_only(tally.of_branch(id), "people", "leaving", "percent")}
            for id in guarded[:SHOWN]
        ]
        return {"guard": shown, "guarded_branches": len(guarded)}

    # Applying

    def _apply(self, reading: Reading, compared: _Compared | None) -> None:
        counts = self._counts(reading, compared.tally if compared else None)
        self._enter("applying", begun=True, agreed=True, counts=counts)
        sources.forget_sums(self._store, self._source, reading.plan.turns)
        if compared is not None:
            results.keep_previews(self._store, self._id, compared.tally)
        telling.forget(self._store)
        reading.rewind(self._progress)
        tally, sums = Tally(), compared.sums if compared else Sums()
        with ThreadPoolExecutor(WRITERS) as writers:
            for name in reading.names:
                if compared is None:
                    kept = self._keep_new(name, sums.counted(self._records(reading, name, self._findings)), tally, writers)
                    counts[name] = {"rows": reading.rows.get(name, 0), **kept}
                    self._tell(counts=counts)
                elif any(compared.differs[name]) or compared.tally.files[name]["gone"]:
                    self._keep_what_differs(name, self._records(reading, name, Findings()), compared.differs[name], writers)
                else:
                    continue
                if name in calendars.SHAPED_BY:
                    run_again_while_busy(lambda: calendars.want_all(self._store))
        if compared is None:
            results.keep_previews(self._store, self._id, tally)
        self._finish(reading, counts, sums, differs=True)

    def _keep_new(
        self, name: str, records: Iterator[tuple[str, Record]], tally: Tally, writers: ThreadPoolExecutor
    ) -> dict[str, int]:
        keepers = self._keepers(name, writers, None)
        for kind, record in records:
            if kind == BRANCHES.name:
                tally.names[record["_id"]] = record["name"]
            tally.one(name, kind, ADDED, branches_of(record))
            keepers[kind].keep(record)
        total = Counter(Tally().counts(name))
        for keeper in keepers.values():
            keeper.finish()
            total.update(keeper.counts)
        return dict(total)

    def _keep_what_differs(
        self, name: str, records: Iterator[tuple[str, Record]], differs: bytearray, writers: ThreadPoolExecutor
    ) -> None:
        keepers = self._keepers(name, writers, self._began)
        for number, (kind, record) in enumerate(records):
            keepers[kind].keep(record, differs=bool(differs[number]))
        for keeper in keepers.values():
            keeper.finish()

    def _keepers(self, name: str, writers: ThreadPoolExecutor, began: datetime | None) -> dict[str, Keeper]:
        return {kind.name: self._keeper(kind, writers, began) for kind in KINDS.values() if kind.file == name}

    def _keeper(self, kind: Kind, writers: ThreadPoolExecutor, began: datetime | None) -> Keeper:
        if kind is BRANCHES:
            return BranchKeeper(self._store, self._source, self._id, writers, self._document["services"])
        return Keeper(self._store, kind, self._source, self._id, writers, began)

    def _finish(self, reading: Reading, counts: Document, sums: Sums, *, differs: bool) -> None:
        """The set that now stands, and the end of the import, are one write."""
        self._findings.flush()
        again = self._document["undoes"] or self._by_time  # a set that is kept already
        kept = self._kept() if again else sources.keep_set(self._store, self._id, reading)
        outcome = {"state": "done", "open": False, "finished_at": now(), "progress": 1.0, "counts": counts}

        def write() -> list[str]:
            with self._store.transaction():
                outdated = sources.stands(self._store, self._document, kept, sums, reading.plan.turns, differs=differs)
                self._tell(**outcome, **self._warnings())
            return outdated

        outdated = run_again_while_busy(write)
        metrics.runs_ended.labels("import", "done").inc()
        for set_id in outdated:
            uploads.drop(self._store, set_id)
        if not again and (kept is None or kept["set_id"] != self._id):
            uploads.drop(self._store, self._id)

    # Telling

    def _counts(self, reading: Reading, tally: Tally | None) -> Document:
        """By file. Of roles there is nothing to count but rows: they are in the people."""
        rows = {name: {"rows": count} for name, count in reading.rows.items()}
        if tally is None:
            return rows
        return {**rows, **{name: {"rows": reading.rows.get(name, 0), **tally.counts(name)} for name in reading.names}}

    def _warnings(self) -> Document:
        return {"warnings": self._findings.warnings, "warning_count": self._findings.warning_count}

    def _enter(self, state: str, **more: Any) -> None:
        """What has begun to be applied is so still, when another worker goes on."""
        self._tell(state="applying" if self._document["begun"] else state, progress=0.0, **more)

    def _progress(self, part: float) -> None:
        if time.monotonic() - self._told > _TELL_EVERY:
            self._tell(progress=round(part, 3))

    def _tell(self, **fields: Any) -> None:
        """What the operator sees; and the lease goes on. Raises Lost."""
        kept = {"leased_until": now() + timedelta(seconds=LEASE), **fields}
        if self._store.imports.change(WHOLE_CHAIN, self._id, to=kept, when={"attempts": self._attempt, "open": True}) is None:
            raise Lost
        self._told = time.monotonic()


def _only(document: Document, *names: str) -> Document:
    return {name: document[name] for name in names}
