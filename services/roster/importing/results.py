"""What an import found and does, for people to look at: findings row by row, and branches one by one."""

from collections.abc import Iterator, Sequence
from typing import Any

from schoolbus.clock import now
from schoolbus.paging import Paged
from schoolbus.route import Answer
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.sheets import lines
from schoolbus.store import Document
from services.roster.importing import imports
from services.roster.importing.tally import Tally
from services.roster.store import Store

_COLUMNS = ("kind", "file", "line", "sourced_id", "column", "reason")
_CHUNK = 1000


class FindingsKeeper:
    """Keeps what one claim of an import finds, in order; what an earlier one found goes."""

    def __init__(self, store: Store, import_id: str, attempt: int) -> None:
        self._findings = store.findings.collection
        self._import_id = import_id
        self._prefix = _prefix(import_id, attempt)
        self._count = 0

    def start(self) -> None:
        self._findings.delete_many({"_id": _between(f"{self._import_id}:")})

    def __call__(self, batch: Sequence[dict[str, Any]]) -> None:
        marks = {"branch_id": [], "import_id": self._import_id, "at": now()}
        numbered = enumerate(batch, self._count + 1)
        self._findings.insert_many([{"_id": f"{self._prefix}{number:07d}", **marks, **found} for number, found in numbered])
        self._count += len(batch)


def findings(store: Store, import_id: str, wanted: dict[str, Any]) -> Paged:
    where = _where(store, import_id)
    where.update({name: wanted[name] for name in ("file", "kind") if wanted[name] is not None})
    return store.findings.page(WHOLE_CHAIN, where, page=wanted["page"])


def findings_csv(store: Store, import_id: str) -> Answer:
    where = _where(store, import_id)
    name = f'attachment; filename="findings-{import_id}.csv"'
    return Answer(lines(_COLUMNS, _rows(store, where)), "text/csv; charset=utf-8", headers={"Content-Disposition": name})


def keep_previews(store: Store, import_id: str, tally: Tally) -> None:
    """What is there of this import stays: its preview is of before it began."""
    if store.previews.first(WHOLE_CHAIN, {"import_id": import_id}) is not None:
        return
    names = names_of(store, tally)
    marks = {"import_id": import_id, "at": now()}
    store.previews.add_new(
        [
            {"_id": f"{import_id}:{id}", "branch_id": id, "name": names.get(id, id), **marks, **tally.of_branch(id)}
            for id in tally.branches
        ]
    )


def names_of(store: Store, tally: Tally) -> dict[str, str]:
    """Of the branches that have something to say; those that are gone are not in the set."""
    missing = [id for id in tally.branches if id not in tally.names]
    known = store.branches.find(WHOLE_CHAIN, {"_id": {"$in": missing}})
    return {**tally.names, **{branch["_id"]: branch["name"] for branch in known}}


def branches(store: Store, import_id: str, wanted: dict[str, Any]) -> Paged:
    imports.one(store, import_id)
    where: dict[str, Any] = {"import_id": import_id}
    if wanted["guarded"] is not None:
        where["guarded"] = wanted["guarded"]
    return store.previews.page(WHOLE_CHAIN, where, sort="name", page=wanted["page"])


def _where(store: Store, import_id: str) -> dict[str, Any]:
    found = imports.one(store, import_id)
    return {"_id": _between(_prefix(import_id, found.get("attempts", 0)))}


def _rows(store: Store, where: dict[str, Any]) -> Iterator[list[Any]]:
    for found in store.findings.collection.find(WHOLE_CHAIN.filter(where), sort=[("_id", 1)], batch_size=_CHUNK):
        yield [found[column] for column in _COLUMNS]


def _prefix(import_id: str, attempt: int) -> str:
    return f"{import_id}:{attempt:03d}:"


def _between(prefix: str) -> Document:
    return {"$gte": prefix, "$lt": f"{prefix}~"}
