"""Changed records are told to the branches that have, or had, a part in them: within the transaction that changes them."""

from collections import defaultdict
from collections.abc import Iterable

from schoolbus.events import CHUNK
from schoolbus.ids import new_id
from schoolbus.outbox import saying_with
from schoolbus.store import Document, current_session
from services.roster.kinds import Kind
from services.roster.store import Store

Told = tuple[Document, list[str]]  # a record, and the branches that hear of it


def tell(store: Store, kind: Kind, told: Iterable[Told]) -> None:
    """Chunks of up to 500 items for each branch. Of a kind that is told to nobody, nothing."""
    if kind.event is None:
        return
    items: dict[str, list[Document]] = defaultdict(list)
    for record, branches in told:
        for branch_id in branches:
            items[branch_id].append(kind.item(record, branch_id))
    chunks = [
        saying_with(
            {"_id": new_id(), "branch_id": branch_id},
            [kind.event(branch_id=branch_id, subject=f"{branch_id}.{kind.name}", items=those[place : place + CHUNK])],
        )
        for branch_id, those in items.items()
        for place in range(0, len(those), CHUNK)
    ]
    if chunks:
        store.chunks.collection.insert_many(chunks, session=current_session())
