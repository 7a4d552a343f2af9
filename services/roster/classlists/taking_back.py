"""A class list is taken back: what it brought ends, what it changed is as it was. What somebody has changed since stays."""

from datetime import timedelta
from functools import partial

from schoolbus.clock import now, today
from schoolbus.scope import Scope, branch
from schoolbus.store import Document, run_again_while_busy
from services.roster.classlists import lists
from services.roster.classlists.journal import NEW
from services.roster.editing import CLASSES, ENROLLMENTS, PEOPLE, RELATIONS, Edit, editing
from services.roster.kinds import Kind
from services.roster.moving import enrollments
from services.roster.moving.seats import Seats
from services.roster.store import Store

_IN_ORDER = (RELATIONS, ENROLLMENTS, PEOPLE, CLASSES)  # what hangs on something goes before it
_PIECE = 100
_SHOWN = 100  # of what stayed


def a_piece(store: Store, document: Document, lease: float) -> bool:
    """The next records, in one transaction. False: there is none left."""
    return bool(run_again_while_busy(partial(_piece, store, document, lease)))


def _piece(store: Store, document: Document, lease: float) -> bool:
    id, scope = document["_id"], branch(document["branch_id"])
    with editing(store, lists.acting(document, "undone"), document["branch_id"]) as edit:
        entries = _next(store, scope, id)
        if not entries:
            return False
        stayed = [entry for entry in entries if not _take_back(edit, scope, entry)]
        store.class_list_changes.change_all(scope, {"_id": {"$in": [entry["_id"] for entry in entries]}}, to={"open": False})
        current = store.class_lists.one(scope, id)
        done = current["taken_back"] + len(entries) - len(stayed)
        left = store.class_list_changes.count(scope, {"list_id": id, "open": True})
        told = [_told(entry) for entry in stayed]
        so_far = done + current["stayed_count"] + len(stayed)
        to = {
            "taken_back": done,
            "stayed": [*current["stayed"], *told][:_SHOWN],
            "stayed_count": current["stayed_count"] + len(stayed),
            "progress": so_far / (so_far + left),
            "leased_until": now() + timedelta(seconds=lease),
        }
        store.class_lists.change(scope, id, to=to)
        return True


def _told(entry: Document) -> Document:
    return {"kind": entry["kind"], "id": entry["record_id"], "person_id": next(iter(entry["people"]), None)}


def _next(store: Store, scope: Scope, list_id: str) -> list[Document]:
    """Of one kind. Seats that the list gave go before those that it took are given back."""
    for kind in _IN_ORDER:
        for which in ({"was": NEW}, {"was": {"$ne": NEW}}):
            where = {"list_id": list_id, "kind": kind.name, "open": True, **which}
            if found := store.class_list_changes.find(scope, where, limit=_PIECE):
                return found
    return []


def _take_back(edit: Edit, scope: Scope, entry: Document) -> bool:
    """False: somebody has changed it since, or something hangs on it that the list did not bring."""
    kind = next(each for each in _IN_ORDER if each.name == entry["kind"])
    record = edit.first(kind, scope, entry["record_id"])
    if record is None or record["version"] != entry["version"]:
        return record is not None and not record["active"]  # ended meanwhile: nothing of it is left to take back
    edit.hold(kind, [record["_id"]])
    if entry["was"] == NEW:
        return _end(edit, scope, kind, record)
    if kind is ENROLLMENTS and not _is_free(edit, scope, record):
        return False
    edit.change(kind, record, entry["was"])
    return True


def _end(edit: Edit, scope: Scope, kind: Kind, record: Document) -> bool:
    id = record["_id"]
    if kind is PEOPLE and _in_use(edit, scope, ENROLLMENTS, {"person_id": id}):
        return False
    if kind is PEOPLE and _in_use(edit, scope, RELATIONS, {"$or": [{"student_id": id}, {"guardian_id": id}]}):
        return False
    if kind is CLASSES and _in_use(edit, scope, ENROLLMENTS, {"class_id": id}):
        return False
    if kind is ENROLLMENTS:
        enrollments.end(edit, record, today().isoformat())
    else:
        edit.end(kind, record, **({"taken_back": True} if kind in (PEOPLE, RELATIONS) else {}))
    return True


def _in_use(edit: Edit, scope: Scope, kind: Kind, where: Document) -> bool:
    return bool(edit.find(kind, scope, where))


def _is_free(edit: Edit, scope: Scope, seat: Document) -> bool:
    """Whether the child still has no other homeroom, and the class a place."""
    edit.hold(PEOPLE, [seat["person_id"]])
    edit.hold(CLASSES, [seat["class_id"]])
    seats = Seats(edit, scope, [seat["person_id"]], [seat["class_id"]])
    return seat["class_id"] in seats.classes and seats.against(seat["person_id"], seat["class_id"]) is None
