"""All that is stored about a person: asked for, gathered from every service, there for a week for whoever asked."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from schoolbus import audit
from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.contracts.roster import SERVICES, ExportAsked
from schoolbus.events import Event
from schoolbus.ids import effect_id, new_id
from schoolbus.logs import log
from schoolbus.paging import Paged
from schoolbus.problems import NotFound
from schoolbus.rights import right
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import Document
from services.roster.identity import sessions, standing
from services.roster.kinds import is_student
from services.roster.privacy.held import branches_of
from services.roster.store import Store

KEPT = timedelta(days=7)  # the ZIP
_PARTS_KEPT = timedelta(days=2)  # should nobody put them together
_CHUNK = 255 * 1024  # bytes of a ZIP sent at a time
ASKED, DONE, GONE = "asked", "done", "gone"


def ask_for_oneself(store: Store, caller: Caller) -> Document:
    """Of all branches where the person is or was. Raises NotAllowed for staff who signed in by a code."""
    person = store.people.one(WHOLE_CHAIN, caller.person_id)
    if caller.by_code and standing.is_staff(person):
        raise sessions.no_code()
    return _ask(store, caller, person, [])


def ask(store: Store, caller: Caller, branch_id: str, person_id: str) -> Document:
    """Of this branch alone: what other branches know is theirs to give. Raises NotFound."""
    person = store.people.one(caller.branch(branch_id), person_id)
    if "erased_at" in person:
        raise NotFound("Person")
    if "student" in person["roles"].get(branch_id, ()):
        audit.note(store, caller, branch_id, [person_id])
    return _ask(store, caller, person, [branch_id])


def _ask(store: Store, caller: Caller, person: Document, branch_ids: Sequence[str]) -> Document:
    """The same one again while it is under way: whoever is impatient makes no second."""
    asked = {"person_id": person["_id"], "branch_ids": list(branch_ids), "by_code": caller.by_code}
    same = {"asked_by": caller.person_id, **asked, "state": ASKED}
    under_way = store.exports.first(WHOLE_CHAIN, same)
    if under_way is not None:
        return under_way
    document = {
        "_id": new_id(),
        "branch_id": branches_of(person),
        **same,
        "asked_at": now(),
        "sets": {},  # of each service, the answer that is complete
        "answered": 0,
        "missing": [],
    }
    told = ExportAsked(
        branch_id="chain", subject=document["_id"], export_id=document["_id"], person_id=person["_id"], branch_ids=branch_ids
    )
    store.exports.add(document, saying=[told])
    log().info("export_asked", export=document["_id"], person=person["_id"], by=caller.person_id)
    return document


def mine(store: Store, caller: Caller, query: Mapping[str, Any]) -> Paged:
    about = {"person_id": query["person_id"]} if query["person_id"] else {}
    found = store.exports.page(WHOLE_CHAIN, {"$and": [_theirs(caller), about]}, sort="-asked_at", page=query["page"])
    return Paged([_shown(caller, export) for export in found.items], found.next)


def one(store: Store, caller: Caller, export_id: str) -> Document:
    """Of somebody of a branch: as long as whoever asked may still ask there."""
    found = store.exports.first(WHOLE_CHAIN, {"_id": export_id, **_theirs(caller)})
    if found is None or not _is_theirs(caller, found):
        raise NotFound("Export")
    person = store.people.first(WHOLE_CHAIN, {"_id": found["person_id"]})
    if person is not None and is_student(person):
        for branch_id in found["branch_ids"]:
            audit.note(store, caller, branch_id, [person["_id"]])
    return _shown(caller, found)


def file(store: Store, caller: Caller, export_id: str) -> tuple[Iterator[bytes], int]:
    """The ZIP in parts, and its size in bytes. Raises NotFound before it is done and after its week."""
    export = one(store, caller, export_id)
    if export["state"] != DONE or export["expires_at"] <= now():
        raise NotFound("The file of this export", detail="It is there when the export is done, for seven days.")
    stream = store.exported.open_download_stream(export["file_id"])
    return iter(lambda: stream.read(_CHUNK), b""), int(stream.length)


def take(store: Store, event: Event) -> None:
    """A part of a service's answer. Twice is once; the first answer that is complete counts."""
    export_id, service, set_id = event.data["export_id"], event.publisher(), event.data["set_id"]
    export = store.exports.first(WHOLE_CHAIN, {"_id": export_id, "state": ASKED})
    if export is None or service in export["sets"]:
        return
    part = {
        "_id": effect_id(export_id, service, set_id, str(event.data["part"])),
        "branch_id": export["branch_id"],
        "service": service,
        "expires_at": now() + _PARTS_KEPT,
        **event.data,
    }
    store.export_parts.add_new([part])
    where = {"export_id": export_id, "service": service, "set_id": set_id}
    last = store.export_parts.first(WHOLE_CHAIN, {**where, "parts": {"$ne": None}})
    if last is not None and store.export_parts.count(WHOLE_CHAIN, where) == last["parts"]:
        sets = {**export["sets"], service: set_id}
        to = {"sets": sets, "answered": len(sets)}
        if store.exports.change(WHOLE_CHAIN, export_id, to=to, when={"sets": export["sets"], "state": ASKED}) is None:
            take(store, event)  # another service's answer came at the same time


def drop(store: Store, export: Document) -> None:
    """The file goes, that there was an export stays."""
    store.exports.change(WHOLE_CHAIN, export["_id"], to={"state": GONE})
    store.export_parts.collection.delete_many({"export_id": export["_id"]})
    for found in store.exported.find({"filename": export["_id"]}):
        store.exported.delete(found._id)


def end(store: Store) -> None:
    for export in store.exports.find(WHOLE_CHAIN, {"state": DONE, "expires_at": {"$lte": now()}}):
        drop(store, export)


def unanswered(export: Document) -> list[str]:
    return [service for service in SERVICES if service not in export["sets"]]


def _theirs(caller: Caller) -> Document:
    """Those that they asked for; whoever signed in by a code sees none that was asked for as staff."""
    return {"asked_by": caller.person_id, **({"by_code": True} if caller.by_code else {})}


def _is_theirs(caller: Caller, export: Document) -> bool:
    """Their own; or of a branch in which they may export people, now."""
    return all(caller.has(branch_id, *right("export people").roles) for branch_id in export["branch_ids"])


def _shown(caller: Caller, export: Document) -> Document:
    there = export["state"] == DONE and _is_theirs(caller, export)
    return {**export, "path": f"/v1/me/exports/{export['_id']}/file" if there else None}
