"""Rows that a reader has and was not told, or in an older version: their owner is asked, before any of them goes."""

from collections.abc import Iterator, Sequence

from schoolbus.contracts import replayed
from schoolbus.events import CHUNK, Event
from schoolbus.ids import new_id
from schoolbus.privacy import LAST
from schoolbus.replay.collections import GOING, OVER, Replays
from schoolbus.scope import branch
from schoolbus.store import Document

DOUBTING = "doubting"


def doubt(store: Replays, owner: str, run_id: str, branch_id: str, parts: Sequence[Document]) -> None:
    """`parts`: what was told of the branch; none of one that its owner does not know. Twice is once: which of two that find it
    out at the same moment is first, decides."""
    id = f"{run_id}:{branch_id}"
    new = {"_id": id, "branch_id": branch_id, "run_id": run_id, "state": GOING, "told": bool(parts)}
    store.replay_sets.add_new([new])
    if store.replay_sets.first(branch(branch_id), {"_id": id, "state": GOING}) is None:
        settle(store, run_id, branch_id)  # whoever was first may have ended before
        return
    tried = new_id()
    doubts = [
        _doubt(replayed.doubted(store.service, owner), run_id, branch_id, kind, rows, tried)
        for kind, rows in _doubtful(store, owner, branch_id, parts)
    ]
    store.replay_doubts.add_new([store.replay_doubts.saying_with(document, [event]) for document, event in doubts])
    to = {"state": DOUBTING, "tried": tried}
    if store.replay_sets.change(branch(branch_id), id, to=to, when={"state": GOING}) is None:
        store.replay_doubts.remove_all(branch(branch_id), {"run_id": run_id, "tried": tried})  # another was first
    settle(store, run_id, branch_id)


def settle(store: Replays, run_id: str, branch_id: str) -> None:
    """A branch is over when all its doubts are answered."""
    id = f"{run_id}:{branch_id}"
    found = store.replay_sets.first(branch(branch_id), {"_id": id, "state": DOUBTING})
    if found and not store.replay_doubts.count(branch(branch_id), {"run_id": run_id, "tried": found["tried"]}, most=1):
        store.replay_sets.change(branch(branch_id), id, to={"state": OVER}, when={"state": DOUBTING})
        store.replay_parts.remove_all(branch(branch_id), {"run_id": run_id})


def branches_here(store: Replays, owner: str, among: Sequence[str]) -> set[str]:
    """Branches of which there is any row of the owner's."""
    where = {"branch_id": {"$in": list(among)}} if among else {}
    return {id for copy in store.copies_of(owner).values() for id in copy.collection.distinct("branch_id", where)}


def _doubtful(
    store: Replays, owner: str, branch_id: str, parts: Sequence[Document]
) -> Iterator[tuple[str, list[tuple[str, int]]]]:
    """By kind, key and version, as many as one event bears. Who was erased stays so, whatever is told."""
    for kind, copy in store.copies_of(owner).items():
        told = {key: version for part in parts for key, version in part["keys"].get(kind, ())}
        found = copy.collection.find(
            {"branch_id": branch_id, "version": {"$not": {"$gte": LAST}}}, {"branch_id": True, "version": True}
        )
        rows = [(_key(row), row.get("version", 0)) for row in found if row.get("version", 0) > told.get(_key(row), -1)]
        for first in range(0, len(rows), CHUNK):
            yield kind, rows[first : first + CHUNK]


def _key(row: Document) -> str:
    """As its id has it: the field may be what is damaged."""
    return str(row["_id"]).removeprefix(f"{row['branch_id']}:")


def _doubt(
    doubted: type[Event], run_id: str, branch_id: str, kind: str, rows: list[tuple[str, int]], tried: str
) -> tuple[Document, Event]:
    id = new_id()
    document = {"_id": id, "branch_id": branch_id, "run_id": run_id, "tried": tried, "kind": kind, "versions": rows}
    asked = doubted(branch_id=branch_id, subject=id, run_id=run_id, doubt_id=id, kind=kind, keys=[key for key, _ in rows])
    return document, asked
