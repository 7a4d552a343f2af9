"""Keeping branches. Each tells of itself in its own document: the sequence of its events is what its readers go by."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from schoolbus.clock import now
from schoolbus.outbox import saying_with
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import Busy, Document
from services.roster.identity import losing
from services.roster.importing.keeping import Keeper
from services.roster.kinds import BRANCHES
from services.roster.store import Store
from services.roster.telling import branch_changed

_CLEAN: Document = {
    "status": "active",
    "extra": {},
}  # a field can't be taken away here: what the record has not, it has no longer


class BranchKeeper(Keeper):
    """`services`: what a new branch subscribes to."""

    def __init__(self, store: Store, source: str, import_id: str, writers: ThreadPoolExecutor, services: Sequence[str]) -> None:
        super().__init__(store, BRANCHES, source, import_id, writers)
        self._services = list(services)

    def _insert(self, records: Sequence[Document], versions: dict[str, int] | None = None) -> list[Document]:
        new = [{**record, "services": self._services, "version": 1, "import_id": self._import_id} for record in records]
        return super()._insert([saying_with(branch, [branch_changed(branch)]) for branch in new])

    def _replace(self, records: dict[str, Document]) -> list[tuple[Document, list[str]]]:
        changed: list[tuple[Document, Document]] = []
        for id, record in records.items():
            old = self._store.branches.one(WHOLE_CHAIN, id)
            marks = {"version": old["version"] + 1, "import_id": self._import_id, "modified_at": now()}
            new = {**old, **_CLEAN, **record, **marks}
            if (
                self._store.branches.change(
                    WHOLE_CHAIN, id, to=_settable(new), when={"version": old["version"]}, saying=[branch_changed(new)]
                )
                is None
            ):
                raise Busy
            changed.append((old, new))
        losing.end_in_closed(self._store, changed)
        return []


def _settable(branch: Document) -> Document:
    return {name: value for name, value in branch.items() if name != "_id"}
