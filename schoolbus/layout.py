"""Which layout the documents of a database have. A process does not start on those of another: what it doesn't find in them
would fail much later, in the hands of whoever asks (docs/decisions/layouts.md)."""

from contextlib import suppress

from pymongo.errors import DuplicateKeyError

from schoolbus.settings import CannotStart
from schoolbus.store import Database

_KEPT = "layout"  # the collection, of one document
FIRST = 1  # also of a database that was begun before layouts were counted


def check(store: Database) -> None:
    """Before anything is written. An empty database gets the number of this release. Raises CannotStart.

    Several processes begin at once: whichever is first says it, and all read what it said.
    """
    kept = _kept(store)
    if kept is None:
        is_new = not {*store.database.list_collection_names()} - {_KEPT}  # a faster process makes it before it says the number
        with suppress(DuplicateKeyError):  # another process was faster
            if is_new or store.layout == FIRST:
                store.database[_KEPT].insert_one({"_id": _KEPT, "number": store.layout})
        kept = _kept(store) or FIRST
    if kept != store.layout:
        raise CannotStart(_said(store, kept))


def _kept(store: Database) -> int | None:
    found = store.database[_KEPT].find_one({"_id": _KEPT})
    return int(found["number"]) if found else None


def _said(store: Database, kept: int) -> str:
    held = f"the database {store.database.name} has the layout {kept}, and this release wants {store.layout}"
    if kept > store.layout:
        return f"{held}: a later release has written it; run that one, or a backup from before it"
    return (
        f"{held}; no release turns the one into the other: run the release that wrote it, or begin anew with the databases of "
        "all services empty, and the broker (of `make run`: remove .run/platform)"
    )
