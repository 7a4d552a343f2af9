"""What readers have asked for: one run each, and a newer one takes the place of an older one that it contains."""

from schoolbus.events import Event
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import Document
from services.roster.store import Store


def begin(store: Store, event: Event) -> None:
    """Twice is once. `branch_ids` of the run: those to tell, in their order; `next` is the place of the next one."""
    reader, wanted = event.publisher(), sorted(set(event.data["branch_ids"]))
    if _newer(store, reader, event, wanted):
        return
    contained = {} if not wanted else {"wanted": wanted}
    older = {"reader": reader, "open": True, "asked_at": {"$lt": event.time}, **contained}
    store.replays.change_all(WHOLE_CHAIN, older, {"open": False})
    there = store.branches.collection.find({"_id": {"$in": wanted}} if wanted else {}, {"_id": True})
    run: Document = {
        "_id": event.data["run_id"],
        "branch_id": [],
        "reader": reader,
        "wanted": wanted,
        "asked_at": event.time,
        "branch_ids": sorted(branch["_id"] for branch in there),
        "next": -1,  # first, which branches there are
        "open": True,
    }
    store.replays.add_new([run])


def _newer(store: Store, reader: str, event: Event, wanted: list[str]) -> bool:
    """It came late: another is taking its place. One that is over says nothing: it may have been asked by a fast clock."""
    where = {"reader": reader, "open": True, "asked_at": {"$gt": event.time}, "wanted": {"$in": [[], wanted]}}
    return store.replays.first(WHOLE_CHAIN, where) is not None
