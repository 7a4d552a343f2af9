"""A roster arrives: its ZIP waits in the database until the worker takes it."""

import zipfile
from contextlib import suppress
from datetime import timedelta
from typing import IO

from gridfs.errors import NoFile

from schoolbus.caller import Caller
from schoolbus.clock import now, today
from schoolbus.ids import new_id
from schoolbus.paging import Paged, Paging
from schoolbus.problems import AlreadyThere, Conflict, Problem
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import Document
from services.roster.store import Store

LIMIT = 300_000_000  # bytes of a ZIP
_ORPHAN_AFTER = timedelta(hours=1)
_NO_ZIP = {"file": "", "line": None, "column": None, "reason": "This is not a ZIP file."}


def receive(store: Store, caller: Caller, source: str, file: IO[bytes], services: list[str]) -> Document:
    """Keeps a ZIP for the worker; `services` is what branches subscribe to that are new with it.

    Raises Problem 422 when it is no ZIP, and Conflict while an import of the same source is under way.
    """
    with file:
        if not zipfile.is_zipfile(file):
            raise Problem(
                "not-a-roster", "The set is refused", "Nothing is stored. See problems.", status=422, problems=[_NO_ZIP]
            )
        _none_under_way(store, source)
        import_id = new_id()
        file.seek(0)
        store.uploads.upload_from_stream_with_id(import_id, f"{source}.zip", file)
    document = {
        "_id": import_id,
        "branch_id": [],  # of the whole chain
        "source": source,
        "state": "received",
        "open": True,
        "received_at": now(),
        "received_by": caller.person_id,
        "services": services,
        "day": today().isoformat(),  # decides which roles and enrollments have ended
        "progress": 0.0,
        "counts": {},
        "warnings": [],
        "problems": [],
        "problem_count": 0,
    }
    try:
        return store.imports.add(document)
    except AlreadyThere:
        store.uploads.delete(import_id)
        raise _under_way(source) from None


def one(store: Store, import_id: str) -> Document:
    return store.imports.one(WHOLE_CHAIN, import_id)


def page(store: Store, page: Paging) -> Paged:
    return store.imports.page(WHOLE_CHAIN, sort="-received_at", page=page)


def drop_upload(store: Store, import_id: str) -> None:
    with suppress(NoFile):
        store.uploads.delete(import_id)


def forget_orphans(store: Store) -> None:
    """ZIPs whose import never came to be: the service ended in between."""
    for upload in store.uploads.find({"uploadDate": {"$lt": now() - _ORPHAN_AFTER}}):
        if store.imports.first(WHOLE_CHAIN, {"_id": upload._id, "open": True}) is None:
            drop_upload(store, upload._id)


def _none_under_way(store: Store, source: str) -> None:
    if store.imports.first(WHOLE_CHAIN, {"source": source, "open": True}):
        raise _under_way(source)


def _under_way(source: str) -> Conflict:
    return Conflict(
        "import-under-way", f"An import of {source} is under way", "Wait until it is done, then send the newest set."
    )
