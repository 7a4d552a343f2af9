"""What people decide about an import: to apply it, to leave it, to take it back."""

from datetime import timedelta
from typing import Any

from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.logs import log
from schoolbus.problems import Conflict, Sentence
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import Document
from services.roster.importing import imports, sources, uploads
from services.roster.store import Store

WAITING, CANCELLED = "waiting", "cancelled"
_PATIENCE = timedelta(days=1)


def confirm(store: Store, caller: Caller, import_id: str) -> Document:
    """The worker reads it again and applies it, whatever its guard says. Confirmed twice is confirmed."""
    found = imports.one(store, import_id)
    if found["open"] and found["agreed"]:
        return found
    to = {"state": "received", "agreed": True, "confirmed_by": caller.person_id, "confirmed_at": now(), "leased_until": now()}
    confirmed = store.imports.change(WHOLE_CHAIN, import_id, to=to, when={"state": WAITING, "open": True})
    if confirmed is None:
        raise Conflict(
            "not-waiting",
            Sentence("The import is %(state)s", state=found["state"]),
            "Only an import that waits can be confirmed.",
        )
    log().info("import_confirmed", id=import_id, by=caller.person_id)
    return confirmed


def cancel(store: Store, caller: Caller, import_id: str) -> Document:
    """Possible until the first record is written. Cancelled twice is cancelled."""
    found = imports.one(store, import_id)
    if found["state"] == CANCELLED:
        return found
    cancelled = _cancel(store, import_id, {"begun": False, "undoes": None}, cancelled_by=caller.person_id)
    if cancelled is None:
        raise Conflict(
            "too-late",
            Sentence("The import is %(state)s", state=found["state"]),
            "What is applied can be undone, when it is done.",
        )
    return cancelled


def cancel_forgotten(store: Store) -> None:
    """Imports that nobody has decided about: a newer set is out of date by then, and a new one can't come."""
    for found in store.imports.find(WHOLE_CHAIN, {"open": True, "state": WAITING, "waiting_since": {"$lt": now() - _PATIENCE}}):
        _cancel(store, found["_id"], {"state": WAITING})


def undo(store: Store, caller: Caller, import_id: str) -> Document:
    """An import of the set before this one, or of nothing after a first. Raises Conflict unless this is the source's last."""
    found = imports.one(store, import_id)
    known = sources.of(store, found["source"])
    if known is None or known["last_import"] != import_id:
        raise Conflict(
            "nothing-to-undo",
            "This import can't be undone",
            "Only the last import of a source that changed something can be undone, and only once.",
        )
    began = imports.begin(store, caller, found["source"], agreed=True, undoes=import_id, services=found["services"])
    log().info("import_undone", id=import_id, by=caller.person_id)
    return began


def _cancel(store: Store, import_id: str, when: dict[str, Any], **more: Any) -> Document | None:
    to = {"state": CANCELLED, "open": False, "finished_at": now(), **more}
    cancelled = store.imports.change(WHOLE_CHAIN, import_id, to=to, when={"open": True, **when})
    if cancelled is not None:
        uploads.drop(store, import_id)
        uploads.drop(store, f"{import_id}-set")
    return cancelled
