"""Files at homework: uploaded by a teacher of the class, then named by the homework; families of the class open them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from schoolbus import access, attached, clock
from schoolbus.attached import KEPT
from schoolbus.body import Raw
from schoolbus.caller import Caller
from schoolbus.ids import effect_id
from schoolbus.problems import Invalid, NotFound
from schoolbus.route import Answer
from schoolbus.scope import Scope
from services.reports.cards.storage import check_room
from services.reports.classroom import reach

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
UNUSED = timedelta(days=1)  # after which one that no homework names goes
NAME = "homework_files"
_SHOWN = ("name", "content_type", "size")


def upload(store: Store, caller: Caller, branch_id: str, query: Document, raw: Raw) -> Document:
    """For homework to come. Twice is once. Raises NotFound, NotAllowed, Conflict, Problem 413 or 415."""
    scope, _ = access.led_class(store, caller, branch_id, query["class_id"])
    id = effect_id("homework-file", branch_id, query["class_id"], caller.person_id, query["client_id"])
    if store.homework_files.first(scope, {"_id": id}) is None:
        check_room(store, scope)
    ending = attached.kind_of(raw.body).ending
    made = {
        "_id": id,
        "branch_id": branch_id,
        "class_id": query["class_id"],
        "owner_id": caller.person_id,
        "name": query["name"] or f"file.{ending}",
        "used": False,
        "at": clock.now(),
    }
    store.metered.touch(branch_id)
    return attached.keep(store, store.homework_files, scope, made, raw.body, {"used": False})


def download(store: Store, caller: Caller, branch_id: str, file_id: str) -> Answer:
    """For those who see the class; before homework names it, for who uploaded it. Raises NotFound."""
    found = store.homework_files.first(caller.branch(branch_id), {"_id": file_id, "state": KEPT})
    if found is None:
        raise NotFound("File")
    reach.seen(store, caller, branch_id, found, "File")
    if not found["used"] and found["owner_id"] != caller.person_id:
        raise NotFound("File")
    return attached.shown(store, found)


def of_class(store: Store, scope: Scope, class_id: str, ids: Sequence[str]) -> list[Document]:
    """What homework says of its files, so that nobody who reads it has to ask. Raises Invalid for what is not the class's."""
    if not ids:
        return []
    found = {each["_id"]: each for each in store.homework_files.find(scope, {**_named(ids), "class_id": class_id})}
    if set(found) != set(ids):
        raise Invalid({"attachment_ids": ["Not a file that was uploaded for this class."]})
    return [{"file_id": id, **{name: found[id][name] for name in _SHOWN}} for id in dict.fromkeys(ids)]


def use(store: Store, scope: Scope, attachments: Sequence[Document]) -> None:
    """Within the homework's own transaction. Raises Invalid for a file that went away meanwhile."""
    named = _named([each["file_id"] for each in attachments])
    if attachments:
        store.homework_files.change_all(scope, named, {"used": True})
        if store.homework_files.count(scope, named) != len(attachments):
            raise Invalid({"attachment_ids": ["It has gone. Upload it again."]})


def clear(store: Store) -> None:
    """What was uploaded and is at no homework."""
    old = {"used": False, "at": {"$lt": clock.now() - UNUSED}}
    _recount(store, attached.clear(store, store.homework_files, old))


def erase(store: Store, person_id: str) -> None:
    """The files of a teacher."""
    _recount(store, attached.erase(store, store.homework_files, {"owner_id": person_id}, name="", size=0))


def exported(store: Store, person_id: str, branch_ids: Sequence[str]) -> Iterator[tuple[str, Document]]:
    return attached.exported(store, store.homework_files, NAME, person_id, branch_ids)


def _named(ids: Sequence[str]) -> Document:
    return {"_id": {"$in": list(ids)}, "state": KEPT}


def _recount(store: Store, branch_ids: set[str]) -> None:
    if branch_ids:
        store.metered.touch(*sorted(branch_ids))
