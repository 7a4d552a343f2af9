"""Which layout the documents of a database have. A process does not start on those of another: what it doesn't find in them
would fail much later, in the hands of whoever asks (docs/decisions/layouts.md)."""

from contextlib import suppress
from typing import Any

from pymongo.database import Database as MongoDatabase
from pymongo.errors import DuplicateKeyError

from schoolbus.settings import CannotStart
from schoolbus.store import Database

KEPT = "layout"  # the collection, of one document
_RESTORING = 2**31 - 1  # no release's number: nothing starts on half of a backup
FIRST = 1  # also of a database that was begun before layouts were counted


def check(store: Database) -> None:
    """Before anything is written. An empty database gets the number of this release. Raises CannotStart.

    Several processes begin at once: whichever is first says it, and all read what it said.
    """
    kept = _kept(store)
    if kept is None:
        is_new = not {*store.database.list_collection_names()} - {KEPT}  # a faster process makes it before it says the number
        with suppress(DuplicateKeyError):  # another process was faster
            if is_new or store.layout == FIRST:
                store.database[KEPT].insert_one({"_id": KEPT, "number": store.layout})
        kept = _kept(store) or FIRST
    if kept != store.layout:
        raise CannotStart(_said(store, kept))


# While a backup comes back (schoolbus.backup)


def begin_restore(database: MongoDatabase[Any]) -> None:
    database[KEPT].insert_one({"_id": KEPT, "number": _RESTORING})


def is_being_restored(database: MongoDatabase[Any]) -> bool:
    return database[KEPT].find_one({"_id": KEPT, "number": _RESTORING}) is not None


def end_restore(database: MongoDatabase[Any], *kept: Any) -> None:
    """`kept`: what stood there; nothing where layouts are not counted, as of the audit trail."""
    for document in kept:
        database[KEPT].replace_one({"_id": document["_id"]}, document, upsert=True)
    if not kept:
        database.drop_collection(KEPT)


def _kept(store: Database) -> int | None:
    found = store.database[KEPT].find_one({"_id": KEPT})
    return int(found["number"]) if found else None


def _said(store: Database, kept: int) -> str:
    if kept == _RESTORING:
        return f"a backup is coming back into the database {store.database.name}: wait for its end, or begin that again"
    held = f"the database {store.database.name} has the layout {kept}, and this release wants {store.layout}"
    if kept > store.layout:
        return f"{held}: a later release has written it; run that one, or a backup from before it"
    return (
        f"{held}; no release turns the one into the other: run the release that wrote it, or begin anew with the databases of "
        "all services empty, and the broker (of `make run`: remove .run/platform)"
    )
