"""Which layouts the documents of a database have, and whether this code may work on them (docs/decisions/layouts.md).

Its one document: `number`, the oldest layout of which a document may still be; `newest`, that of the newest code which has
worked here; `readable_by`, the oldest layout whose code can go on beside that one; `stepped`, the layout up to which all
steps have been taken once; `indexes`, fingerprints of what was made of indexes.
"""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from typing import Any

from pymongo.errors import DuplicateKeyError

from schoolbus import steps
from schoolbus.lease import Lease
from schoolbus.logs import log
from schoolbus.looked_up import LookedUp, Sample
from schoolbus.settings import CannotStart, NotPrepared
from schoolbus.store import Database

_KEPT = "layout"  # the collection, of one document
_OURS = {_KEPT, "leases"}  # collections that a database may have before it is begun
FIRST = 1  # also of a database that was begun before layouts were counted
_REMEMBERED = 20  # fingerprints


@dataclass(frozen=True)
class Kept:
    number: int
    newest: int
    readable_by: int
    stepped: int
    indexes: tuple[str, ...] = ()


def prepare(store: Database, also: Callable[[Database], None] | None = None, *, alone: bool = False) -> None:
    """Steps, then indexes; `also`: what else the service wants made. Raises CannotStart.

    Twice is once, and several at once wait for each other. `alone`: no process of this service runs, of whatever release.
    """
    kept = _kept(store) or _uncounted(store)
    _fits(store, kept)
    if _wants_steps(store, kept):
        _can_step(store, kept, alone)
    kept = _begun(store, kept)
    if _wants_steps(store, kept):
        with Lease(store.database, _KEPT, seconds=30).held() as lease:
            _take_steps(store, _kept(store) or kept, lease, alone)
    _announce(store)
    store.ensure_indexes()
    if also:
        also(store)
    made = {"indexes": {"$each": [_indexes(store)], "$slice": -_REMEMBERED}}
    if _indexes(store) not in kept.indexes:
        store.database[_KEPT].update_one({"_id": _KEPT}, {"$push": made})


def look(store: Database) -> None:
    """Makes nothing. Raises CannotStart when this code may never work here, NotPrepared when the job is to come first."""
    kept = _kept(store)
    job = f"the job `python -m schoolbus prepare {store.service}` of this release does it"
    if kept is None:
        raise NotPrepared(f"the database {store.database.name} is not yet begun: {job}")
    _fits(store, kept)
    if kept.number < reads(store):
        raise NotPrepared(f"{_held(store, kept)}: {job}")
    if _indexes(store) not in kept.indexes:
        raise NotPrepared(f"the database {store.database.name} lacks indexes of this release: {job}")
    _announce(store)


def gauge(store: Database) -> LookedUp:
    """`rabta_release_info` says which layout a process writes."""
    text = "The layouts of what is in the database: the oldest, and the newest"
    return LookedUp("rabta_database_layout", text, ["service", "that"], lambda: _shown(store), kept=60)


def _shown(store: Database) -> list[Sample]:
    kept = _kept(store)
    numbers = {"oldest": kept.number, "newest": kept.newest} if kept else {}
    return [((store.service, that), number) for that, number in numbers.items()]


def reads(store: Database | type[Database]) -> int:
    """The oldest layout whose documents this code can read."""
    return store.layout if store.reads is None else store.reads


def readable_by(store: Database | type[Database]) -> int:
    """The oldest layout whose code can read what this code writes."""
    return store.layout if store.readable_by is None else store.readable_by


def _uncounted(store: Database) -> Kept:
    """An empty database is this release's; one with something in it is from before layouts were counted."""
    is_new = not {*store.database.list_collection_names()} - _OURS  # a faster process makes it before it says the number
    number = store.layout if is_new else FIRST
    return Kept(number, number, readable_by(store) if is_new else FIRST, number)


def _begun(store: Database, kept: Kept) -> Kept:
    """Several processes begin at once: whichever is first says it."""
    with suppress(DuplicateKeyError):
        store.database[_KEPT].insert_one({"_id": _KEPT, **asdict(kept), "indexes": list(kept.indexes)})
    return _kept(store) or kept


def _kept(store: Database) -> Kept | None:
    found = store.database[_KEPT].find_one({"_id": _KEPT})
    if not found:
        return None
    number = int(found["number"])  # a release before ranges has said no more
    known: dict[str, Any] = {"newest": number, "readable_by": number, "stepped": number, **found}
    known["indexes"] = tuple(known.get("indexes", ()))
    return Kept(**{field.name: known[field.name] for field in fields(Kept)})


def _fits(store: Database, kept: Kept) -> None:
    gone_by = store.layout < kept.number  # documents of its layout are no longer looked for by anybody
    left_behind = store.layout < kept.newest and store.layout < kept.readable_by
    if gone_by or left_behind:
        raise CannotStart(f"{_held(store, kept)}: a later release has written it; run that one, or a backup from before it")


def _wants_steps(store: Database, kept: Kept) -> bool:
    return kept.number < reads(store) or kept.stepped < store.layout


def _can_step(store: Database, kept: Kept, alone: bool) -> None:
    wanted = range(kept.number + 1, store.layout + 1)
    if missing := [number for number in wanted if number not in store.steps]:
        raise CannotStart(
            f"{_held(store, kept)}; no release turns the one into the other (no step to {missing[0]}): run the release that "
            "wrote it, or begin anew with the databases of all services empty, and the broker (of `make run`: remove "
            ".run/platform)"
        )
    if kept.number < reads(store) and kept.newest < reads(store) and not alone:
        raise CannotStart(
            f"{_held(store, kept)}, and code of that layout may be at work: roll out the release that reads both first; or "
            f"end all processes of {store.service} and say `python -m schoolbus prepare {store.service} --alone`"
        )


def _take_steps(store: Database, kept: Kept, lease: Lease, alone: bool) -> None:
    wanted = range(kept.number + 1, store.layout + 1)
    _announce(store)  # before the first document is another: older code that can't read it does not begin any more
    for number in wanted:
        for step in store.steps[number]:
            log().info("step", to=number, collection=step.collection, changed=steps.take(store.database, step, lease))
    sure = store.layout if alone else reads(store)
    for number in range(kept.number + 1, sure + 1):
        for step in store.steps[number]:
            steps.check(store.database, step, number)
    store.database[_KEPT].update_one({"_id": _KEPT}, {"$max": {"number": sure, "stepped": store.layout}})


def _announce(store: Database) -> None:
    """That such code works here from now on."""
    said = {"newest": store.layout, "readable_by": readable_by(store)}
    is_newer = {"newest": {"$not": {"$gte": store.layout}}}
    is_stricter = {"newest": store.layout, "readable_by": {"$not": {"$gte": readable_by(store)}}}
    store.database[_KEPT].update_one({"_id": _KEPT, "$or": [is_newer, is_stricter]}, {"$max": said})


def _held(store: Database, kept: Kept) -> str:
    held = f"the layout {kept.number}" if kept.newest == kept.number else f"layouts from {kept.number} to {kept.newest}"
    wants = f"{reads(store)}" if reads(store) == store.layout else f"{reads(store)} to {store.layout}"
    return f"the database {store.database.name} has {held}, and this release wants {wants}"


def _indexes(store: Database) -> str:
    """Of what is declared: another release's differs where its indexes do."""
    declared = [(each.name, each.tells, each.clustered, each.indexes) for each in store.documents]
    return hashlib.blake2b(repr(sorted(declared, key=lambda each: each[0])).encode(), digest_size=8).hexdigest()
