"""Roster tells its state: a set of parts for each branch, as fast as the relay takes them.

Ended in the middle of a branch, that branch is told again from its start, as another set. What changes meanwhile is told by the
events of every day, and versions decide.
"""

import time
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from schoolbus import outbox
from schoolbus.clock import now
from schoolbus.contracts.replayed import CHAIN
from schoolbus.events import CHUNK, Event
from schoolbus.ids import new_id
from schoolbus.outbox import saying_with
from schoolbus.problems import NotYet
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import Document
from services.roster.replaying import records
from services.roster.store import Store

LEASE = 30.0  # seconds
WAITING = 20  # parts that may wait for the relay: about 5 MB
PATIENCE = 10.0  # seconds for the relay to take one, before another time is tried
AT_A_TIME = 10.0  # seconds of one piece of work: a worker that is to end does so soon


def claim(store: Store) -> Document | None:
    return store.replays.claim({"open": True}, lease=LEASE, sort="asked_at")


def tell(store: Store, run: Document) -> None:
    """Some branches of a run. Raises NotYet while nothing goes out."""
    until = time.monotonic() + AT_A_TIME
    place = run["next"]
    while place < len(run["branch_ids"]):
        _tell_one(store, run, place)
        place += 1
        done = {"next": place, "leased_until": now() + timedelta(seconds=LEASE)}
        if store.replays.change(WHOLE_CHAIN, run["_id"], to=done, when={"open": True}) is None:
            return  # a newer one has taken its place
        if time.monotonic() > until:
            break
    over = {"open": place < len(run["branch_ids"]), "leased_until": None}
    store.replays.change(WHOLE_CHAIN, run["_id"], to=over, when={"open": True})


def _tell_one(store: Store, run: Document, place: int) -> None:
    if place < 0:
        told = [("told_branches", {"branch_id": id}) for id in run["branch_ids"]]
        machines = records.of_chain(store) if "machine_clients" in _event(run).schema.fields else ()
        _tell_set(store, run, CHAIN, [*told, *machines])
    else:
        branch_id = run["branch_ids"][place]
        _tell_set(store, run, branch_id, records.of_branch(store, branch_id))


def _tell_set(store: Store, run: Document, branch_id: str, told: Iterable[records.Told]) -> None:
    """Parts of one kind each, the last of which is empty and says how many there are."""
    set_id, part = new_id(), 0
    kind, items = "", list[Document]()
    for of_kind, item in told:
        if items and (of_kind != kind or len(items) == CHUNK):
            part += 1
            _say(store, run, branch_id, set_id=set_id, part=part, **{kind: items})
            items = []
        kind = of_kind
        items.append(item)
    if items:
        part += 1
        _say(store, run, branch_id, set_id=set_id, part=part, **{kind: items})
    _say(store, run, branch_id, set_id=set_id, part=part + 1, parts=part + 1)


def _say(store: Store, run: Document, branch_id: str, **data: Any) -> None:
    _wait(store, run)
    said = _event(run)(branch_id=branch_id, subject=f"{run['_id']}.{branch_id}", run_id=run["_id"], **data)
    store.chunks.add(saying_with({"_id": new_id(), "branch_id": branch_id, "replay": run["_id"]}, [said]))


def _wait(store: Store, run: Document) -> None:
    """Until the relay has taken enough of what was told before."""
    waits = {"replay": run["_id"], outbox.PENDING: {"$exists": True}}
    until = time.monotonic() + PATIENCE
    while store.chunks.count(WHOLE_CHAIN, waits, most=WAITING) == WAITING:
        if time.monotonic() > until:
            raise NotYet("the relay")
        time.sleep(0.05)
        store.replays.change(WHOLE_CHAIN, run["_id"], to={"leased_until": now() + timedelta(seconds=LEASE)})


def _event(run: Document) -> type[Event]:
    return event_for(run["reader"])


def event_for(reader: str) -> type[Event]:
    """How a reader is told."""
    return Event.known[f"roster.replayed_to_{reader}.v1"]
