"""How changed records are told: each branch hears of its own, in chunks, from documents that wait for the relay."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from schoolbus.contracts.roster import BranchChanged
from schoolbus.events import CHUNK
from schoolbus.ids import new_id
from schoolbus.outbox import saying_with
from schoolbus.store import Document, current_session
from services.roster.kinds import Kind, branches_of
from services.roster.store import Store

Told = tuple[Document, Sequence[str]]  # a record, and the branches that hear of it


def hearers(record: Document, was: Document | None = None) -> list[str]:
    """Its own branches, and those that it was in."""
    return list(dict.fromkeys(branches_of(record) + (branches_of(was) if was else [])))


def tell(store: Store, kind: Kind, told: Iterable[Told]) -> None:
    """Within the transaction that writes the records."""
    if kind.event is None:
        return
    items: dict[str, list[Document]] = defaultdict(list)
    for record, branches in told:
        for branch_id in branches:
            items[branch_id].append(kind.item(record, branch_id))
    chunks = [
        _chunk(kind, branch_id, those[first : first + CHUNK])
        for branch_id, those in items.items()
        for first in range(0, len(those), CHUNK)
    ]
    if chunks:
        store.chunks.collection.insert_many(chunks, session=current_session())


def forget(store: Store) -> None:
    """What was to be told and is told."""
    store.chunks.collection.delete_many({"outbox": {"$exists": False}})


def branch_changed(branch: Document) -> BranchChanged:
    return BranchChanged(branch_id=branch["_id"], subject=branch["_id"], **branch_shown(branch))


def branch_shown(branch: Document) -> Document:
    told = {name: branch[name] for name in ("name", "name_ur", "services", "active")}
    limits = {"limits": branch["limits"]} if "limits" in branch else {}  # none of a branch that never had a plan
    return {**told, **limits}


def _chunk(kind: Kind, branch_id: str, items: list[Document]) -> Document:
    assert kind.event is not None
    said = kind.event(branch_id=branch_id, subject=f"{branch_id}.{kind.name}", items=items)
    return saying_with({"_id": new_id(), "branch_id": branch_id}, [said])
