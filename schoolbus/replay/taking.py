"""What an owner tells of its state is kept: each part mends what it names, in whatever order and however often they come."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from schoolbus.clock import now
from schoolbus.contracts.replayed import CHAIN
from schoolbus.events import Event
from schoolbus.replay import doubting
from schoolbus.replay.collections import CONCERNS, OVER, Replays
from schoolbus.scope import WHOLE_CHAIN, branch
from schoolbus.store import Document


def take(store: Replays, event: Event) -> None:
    """A part, or the answer to a doubt."""
    run = store.replay_going(event.data["run_id"])
    if run is None:
        return
    if event.data["doubt_id"]:
        _take_answer(store, run, event)
    else:
        _take_part(store, run, event)
    end_when_done(store, run)


def _take_part(store: Replays, run: Document, event: Event) -> None:
    mend(store, run["_id"], event)
    set_id, number = event.data["set_id"], event.data["part"]
    part = {
        "_id": f"{run['_id']}:{event.branch_id}:{set_id}:{number}",
        "branch_id": event.branch_id,
        "run_id": run["_id"],
        "set_id": set_id,
        "parts": event.data["parts"],
        "keys": _keys(store, event),
        "branches": [each["branch_id"] for each in event.data["told_branches"]],
    }
    store.replay_parts.add_new([part])
    if parts := _all_there(store, run["_id"], event.branch_id, set_id):
        _told(store, run, event, parts)


def _take_answer(store: Replays, run: Document, event: Event) -> None:
    """What the owner never gave a row is proved by its answer: it was asked after the row was there."""
    doubt = store.replay_doubts.first(event.scope, {"_id": event.data["doubt_id"]})
    if doubt is None:  # answered before, and whoever took that may have ended then
        doubting.settle(store, run["_id"], event.branch_id)
        return
    proved = dict(doubt["versions"])
    mend(store, run["_id"], event, proved)
    copy = store.copies_of(event.publisher())[doubt["kind"]]
    going = copy.having(event.branch_id, {key: proved[key] for key in event.data["gone"] if key in proved})
    with _made_anew(store, run["_id"], event, doubt["kind"], going):
        gone = copy.drop(going)
    store.count_mended(run["_id"], gone=gone)
    store.replay_doubts.remove(event.scope, doubt["_id"])
    doubting.settle(store, run["_id"], event.branch_id)


def mend(store: Replays, run_id: str, event: Event, proved: Mapping[str, int] | None = None) -> None:
    for kind, copy in store.copies_of(event.publisher()).items():
        if items := event.data.get(kind):
            found = copy.others(event.branch_id, items, proved)
            with _made_anew(store, run_id, event, kind, [*found.missing, *found.wrong, *found.before]):
                copy.mend(found)
            store.count_mended(run_id, missing=len(found.missing), wrong=len(found.wrong))


@contextmanager
def _made_anew(store: Replays, run_id: str, event: Event, kind: str, rows: list[Document]) -> Iterator[None]:
    """Within, these rows become others; then what is made of them is made anew. They are kept until it is: whoever ends in
    between gets the event again, finds the rows mended, and knows by what was kept that there is something left to do."""
    id = f"{run_id}:{event.id}:{kind}"
    before = store.replay_parts.first(event.scope, {"_id": id})
    concerned = [*({name: row[name] for name in CONCERNS if name in row} for row in rows), *(before["rows"] if before else ())]
    if concerned:
        kept = {"_id": id, "branch_id": event.branch_id, "run_id": run_id, "rows": concerned}
        store.replay_parts.collection.replace_one({"_id": id}, kept, upsert=True)
    yield
    if concerned:
        store.mended(event.branch_id, kind, concerned)
        store.replay_parts.remove(event.scope, id)


def _keys(store: Replays, event: Event) -> dict[str, list[tuple[str, int]]]:
    return {
        kind: [(item[copy.key], item["version"]) for item in items]
        for kind, copy in store.copies_of(event.publisher()).items()
        if (items := event.data.get(kind))
    }


def _all_there(store: Replays, run_id: str, branch_id: str, set_id: str) -> list[Document]:
    """The parts of a set, once there are all; none before, and none when another took the last one and is done with them."""
    of_set = {"run_id": run_id, "set_id": set_id}
    last = store.replay_parts.first(branch(branch_id), {**of_set, "parts": {"$gt": 0}})
    if last is None or store.replay_parts.count(branch(branch_id), of_set) < last["parts"]:
        return []
    parts = store.replay_parts.find(branch(branch_id), of_set)
    return parts if len(parts) == last["parts"] else []


def _told(store: Replays, run: Document, event: Event, parts: Sequence[Document]) -> None:
    """A branch is told, or of `chain` which branches are: what this service has of others is doubtful, whole."""
    owner = event.publisher()
    if event.branch_id == CHAIN:
        there = [branch_id for part in parts for branch_id in part["branches"]]
        store.replays.change(WHOLE_CHAIN, run["_id"], to={"told_branches": len(there)})
        for unknown in sorted(doubting.branches_here(store, owner, run["branch_ids"]) - set(there) - {CHAIN}):
            doubting.doubt(store, owner, run["_id"], unknown, ())
        store.replays.change(WHOLE_CHAIN, run["_id"], to={"chain_told": True})
    doubting.doubt(store, owner, run["_id"], event.branch_id, parts)


def end_when_done(store: Replays, run: Document) -> None:
    """Every branch that was to be told is over, and whatever was doubtful beside them."""
    found = store.replay_going(run["_id"])
    if found is None:  # ended meanwhile
        store.drop_told(run["_id"])
        return
    if not found.get("chain_told") or store.replay_sets.count(WHOLE_CHAIN, {"run_id": run["_id"], "state": {"$ne": OVER}}):
        return
    told = {"run_id": run["_id"], "state": OVER, "told": True}
    if store.replay_sets.count(WHOLE_CHAIN, told) == found["told_branches"] + 1:  # and the chain's
        store.end_replays({"_id": run["_id"]}, OVER, over_at=now(), done_branches=found["told_branches"])
