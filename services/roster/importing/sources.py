"""The sets that are kept of each source: the one that stands, for deltas, and the one before it, for an undo.

They are full of people: none is kept longer, and no passwords are in them.
"""

import tempfile
from collections.abc import Iterable, Iterator, Set
from contextlib import contextmanager
from datetime import timedelta
from typing import IO, Any, cast

from schoolbus.clock import now
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import Document
from services.roster.importing import uploads
from services.roster.importing.reading import Reading
from services.roster.importing.sums import Sums
from services.roster.oneroster.incoming import Before
from services.roster.oneroster.rewriting import write_set
from services.roster.store import Store

_ORPHAN_AFTER = timedelta(hours=1)
Kept = dict[str, str]  # {"set_id", "version"}: `version` is that of what had come


def of(store: Store, source: str) -> Document | None:
    """{"current", "before": Kept or None, "last_import": the one to be undone, or None, "sums": of what stands, or None,
    "turns": the days to come (ISO) on which a role or an enrolment of it begins or ends}"""
    return store.sources.first(WHOLE_CHAIN, {"_id": source})


@contextmanager
def before(store: Store, source: str) -> Iterator[Before | None]:
    """The set that stands, to lay a delta over it."""
    known = of(store, source)
    if known is None or known["current"] is None:
        yield None
        return
    with uploads.opened(store, known["current"]["set_id"]) as file:
        yield Before(file, known["current"]["version"])


def keep_set(store: Store, import_id: str, reading: Reading) -> Kept | None:
    """Keeps what is going to stand: the ZIP that came, where it is whole and free of passwords. The same again does no harm."""
    incoming = reading.incoming
    if incoming is None:
        return None
    if incoming.is_whole and not reading.plan.has_secrets:
        return {"set_id": import_id, "version": incoming.version}
    set_id = f"{import_id}-set"
    with tempfile.TemporaryFile() as file:
        write_set(incoming, cast(IO[bytes], file))
        file.seek(0)
        uploads.drop(store, set_id)
        uploads.keep(store, set_id, cast(IO[bytes], file))
    return {"set_id": set_id, "version": incoming.version}


def forget_sums(store: Store, source: str, turns: Set[str]) -> None:
    """Before the first record is written: an import that is given up in the middle leaves a state that no set has."""
    known = of(store, source)
    if known is not None:
        store.sources.change(WHOLE_CHAIN, source, to={"sums": None, "turns": sorted({*known.get("turns", ()), *turns})})


def stands(store: Store, document: Document, kept: Kept | None, sums: Sums, turns: Set[str], *, differs: bool) -> list[str]:
    """Notes what stands from now on, within the transaction that closes the import. Gives the ids of sets that are to go.

    An import that changed nothing leaves the undo of the one before it possible.
    """
    source = document["source"]
    known = of(store, source) or {"current": None, "before": None, "last_import": None}
    new: dict[str, Any] = {"current": kept, "before": known["before"], "last_import": known["last_import"]}
    new |= {"sums": sums.kept(), "turns": sorted(turns)}
    if document.get("by_time"):
        pass  # the same set: what can be undone is what it was
    elif document.get("undoes"):
        new.update(before=None, last_import=None)
    elif differs:
        new.update(before=known["current"], last_import=document["_id"])
    if store.sources.change(WHOLE_CHAIN, source, to=new) is None:
        store.sources.add({"_id": source, "branch_id": [], **new})
    return sorted(set(_ids([known["current"], known["before"]])) - set(_ids([new["current"], new["before"]])))


def forget_before(store: Store, source: str) -> None:
    """Of a source's sets the one before, with whoever has gone since: no undo leads back to them."""
    known = of(store, source)
    if known is None:
        return
    store.sources.change(WHOLE_CHAIN, source, to={"before": None, "last_import": None})
    for set_id in set(_ids([known["before"]])) - set(_ids([known["current"]])):
        uploads.drop(store, set_id)


def forget_orphans(store: Store) -> None:
    """ZIPs that nobody needs any more: the process ended before it could take them away."""
    kept = {id for source in store.sources.find(WHOLE_CHAIN) for id in _ids([source["current"], source["before"]])}
    for upload in store.uploads.find({"uploadDate": {"$lt": now() - _ORPHAN_AFTER}}):
        import_id = upload._id.removesuffix("-set")
        if upload._id not in kept and store.imports.first(WHOLE_CHAIN, {"_id": import_id, "open": True}) is None:
            uploads.drop(store, upload._id)


def _ids(kept: Iterable[Kept | None]) -> list[str]:
    return [each["set_id"] for each in kept if each is not None]
