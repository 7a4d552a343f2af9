"""A roster arrives: its ZIP waits in the database until the worker takes it."""

import zipfile
from typing import IO, Any

from schoolbus.caller import Caller
from schoolbus.clock import now, today
from schoolbus.ids import new_id
from schoolbus.paging import Paged, Paging
from schoolbus.problems import AlreadyThere, Conflict, Problem, Sentence
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import Document
from services.roster.importing import uploads
from services.roster.store import Store

LIMIT = 300_000_000  # bytes of a ZIP
WHEN_SAFE, AFTER_PREVIEW = APPLY = ("when_safe", "after_preview")
_NO_ZIP = {"file": "", "line": None, "sourced_id": None, "column": None, "reason": "This is not a ZIP file."}


def receive(
    store: Store, caller: Caller, source: str, file: IO[bytes], services: list[str], apply: str = WHEN_SAFE
) -> Document:
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
        uploads.keep(store, import_id, file)
    try:
        return begin(store, caller, source, _id=import_id, services=services, apply=apply)
    except Conflict:
        uploads.drop(store, import_id)
        raise


def begin(store: Store, caller: Caller, source: str, **more: Any) -> Document:
    """An import for the worker. Raises Conflict while another of the same source is under way."""
    document = {
        "_id": new_id(),
        "branch_id": [],  # of the whole chain
        "source": source,
        "state": "received",
        "open": True,
        "apply": WHEN_SAFE,
        "agreed": False,  # that it be applied: by its guard, or by a person
        "begun": False,  # to write
        "undoes": None,
        "by_time": False,  # the set that stands again, as a day has come that it names
        "received_at": now(),
        "received_by": caller.person_id,
        "day": today().isoformat(),  # decides which roles and enrollments have ended
        "progress": 0.0,
        "counts": {},
        "guard": [],
        "guarded_branches": 0,
        "new_operators": [],
        "new_operator_count": 0,
        "warnings": [],
        "warning_count": 0,
        "problems": [],
        "problem_count": 0,
        **more,
    }
    try:
        return store.imports.add(document)
    except AlreadyThere:
        raise _under_way(source) from None


def one(store: Store, import_id: str) -> Document:
    return store.imports.one(WHOLE_CHAIN, import_id)


def page(store: Store, page: Paging) -> Paged:
    return store.imports.page(WHOLE_CHAIN, sort="-received_at", page=page)


def _none_under_way(store: Store, source: str) -> None:
    if store.imports.first(WHOLE_CHAIN, {"source": source, "open": True}):
        raise _under_way(source)


def _under_way(source: str) -> Conflict:
    return Conflict(
        "import-under-way",
        Sentence("An import of %(source)s is under way", source=source),
        "Wait until it is done, or confirm or cancel it if it waits for you; then send the newest set.",
    )
