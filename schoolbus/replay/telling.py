"""An owner tells a reader its state: a set of parts for each branch, as fast as the relay takes them.

Ended in the middle of a branch, that branch is told again from its start, as another set. What changes meanwhile is told by the
events of every day, and versions decide.
"""

import time
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from schoolbus import outbox
from schoolbus.clock import now
from schoolbus.contracts import replayed
from schoolbus.contracts.replayed import CHAIN
from schoolbus.events import Event
from schoolbus.ids import new_id
from schoolbus.outbox import saying_with
from schoolbus.problems import NotYet
from schoolbus.replay.source import Owner, Source, Told
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import Document
from schoolbus.work import Work

LEASE = 30.0  # seconds
WAITING = 20  # parts that may wait for the relay: about 5 MB
PATIENCE = 10.0  # seconds for the relay to take one, before another time is tried
AT_A_TIME = 10.0  # seconds of one piece of work: a worker that is to end does so soon


def work(source: Source) -> Work:
    """Of the owner's worker."""
    return Work("replays", claim=claim, do=lambda store, run: tell(store, run, source))


def claim(store: Owner) -> Document | None:
    return store.replays_told.claim({"open": True}, lease=LEASE, sort="asked_at")


def tell(store: Owner, run: Document, source: Source) -> None:
    """Some branches of a run. Raises NotYet while nothing goes out."""
    until = time.monotonic() + AT_A_TIME
    place = run["next"]
    while place < len(run["branch_ids"]):
        _tell_one(store, run, place, source)
        place += 1
        done = {"next": place, "leased_until": now() + timedelta(seconds=LEASE)}
        if store.replays_told.change(WHOLE_CHAIN, run["_id"], to=done, when={"open": True}) is None:
            return  # a newer one has taken its place
        if time.monotonic() > until:
            break
    over = {"open": place < len(run["branch_ids"]), "leased_until": None}
    store.replays_told.change(WHOLE_CHAIN, run["_id"], to=over, when={"open": True})


def _tell_one(store: Owner, run: Document, place: int, source: Source) -> None:
    if place < 0:
        told = [("told_branches", {"branch_id": id}) for id in run["branch_ids"]]
        wanted = _event(store, run).schema.fields  # not every reader keeps what is of no branch
        _tell_set(store, run, CHAIN, [*told, *(each for each in source.of_chain(store) if each[0] in wanted)], source.chunk)
    else:
        branch_id = run["branch_ids"][place]
        _tell_set(store, run, branch_id, source.of_branch(store, branch_id), source.chunk)


def _tell_set(store: Owner, run: Document, branch_id: str, told: Iterable[Told], chunk: int) -> None:
    """Parts of one kind each, the last of which is empty and says how many there are."""
    set_id, part = new_id(), 0
    kind, items = "", list[Document]()
    for of_kind, item in told:
        if items and (of_kind != kind or len(items) == chunk):
            part += 1
            _say(store, run, branch_id, set_id=set_id, part=part, **{kind: items})
            items = []
        kind = of_kind
        items.append(item)
    if items:
        part += 1
        _say(store, run, branch_id, set_id=set_id, part=part, **{kind: items})
    _say(store, run, branch_id, set_id=set_id, part=part + 1, parts=part + 1)


def _say(store: Owner, run: Document, branch_id: str, **data: Any) -> None:
    _wait(store, run)
    said = _event(store, run)(branch_id=branch_id, subject=f"{run['_id']}.{branch_id}", run_id=run["_id"], **data)
    store.chunks.add(saying_with({"_id": new_id(), "branch_id": branch_id, "replay": run["_id"]}, [said]))


def _wait(store: Owner, run: Document) -> None:
    """Until the relay has taken enough of what was told before."""
    waits = {"replay": run["_id"], outbox.PENDING: {"$exists": True}}
    until = time.monotonic() + PATIENCE
    while store.chunks.count(WHOLE_CHAIN, waits, most=WAITING) == WAITING:
        if time.monotonic() > until:
            raise NotYet("the relay")
        time.sleep(0.05)
        store.replays_told.change(WHOLE_CHAIN, run["_id"], to={"leased_until": now() + timedelta(seconds=LEASE)})


def _event(store: Owner, run: Document) -> type[Event]:
    return replayed.told(store.service, run["reader"])
