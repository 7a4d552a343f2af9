"""What readers have asked an owner for: one run each, and a newer one takes the place of an older one that it contains."""

from schoolbus.events import Event
from schoolbus.replay.source import Owner, Source
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import Document


def begin(store: Owner, event: Event, source: Source) -> None:
    """Twice is once. `branch_ids` of the run: those to tell, in their order; `next` is the place of the next one."""
    reader, wanted = event.publisher(), sorted(set(event.data["branch_ids"]))
    if _newer(store, reader, event, wanted):
        return
    contained = {} if not wanted else {"wanted": wanted}
    older = {"reader": reader, "open": True, "asked_at": {"$lt": event.time}, **contained}
    store.replays_told.change_all(WHOLE_CHAIN, older, {"open": False})
    run: Document = {
        "_id": event.data["run_id"],
        "branch_id": [],
        "reader": reader,
        "wanted": wanted,
        "asked_at": event.time,
        "branch_ids": sorted(source.branch_ids(store, wanted)),
        "next": -1,  # first, which branches there are
        "open": True,
    }
    store.replays_told.add_new([run])


def _newer(store: Owner, reader: str, event: Event, wanted: list[str]) -> bool:
    """It came late: another is taking its place. One that is over says nothing: it may have been asked by a fast clock."""
    where = {"reader": reader, "open": True, "asked_at": {"$gt": event.time}, "wanted": {"$in": [[], wanted]}}
    return store.replays_told.first(WHOLE_CHAIN, where) is not None
