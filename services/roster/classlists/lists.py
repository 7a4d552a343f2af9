"""A class list comes, is looked at, and somebody decides: to apply it, to leave it, to take it back. Each is of one branch."""

from collections.abc import Iterator
from datetime import timedelta
from typing import IO, Any

from schoolbus import audit
from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.logs import log
from schoolbus.paging import Paged, Paging
from schoolbus.problems import AlreadyThere, Conflict
from schoolbus.route import Answer
from schoolbus.scope import WHOLE_CHAIN, Scope
from schoolbus.sheets import lines
from schoolbus.store import Document
from services.roster.classlists import columns
from services.roster.school.branches import open_branch
from services.roster.store import Store

RECEIVED, CHECKING, WAITING, REFUSED, CANCELLED = "received", "checking", "waiting", "refused", "cancelled"
APPLYING, DONE, UNDOING, UNDONE, FAILED = "applying", "done", "undoing", "undone", "failed"
_PATIENCE = timedelta(days=3)  # of a list that waits
TAKEN_BACK_WITHIN = timedelta(days=30)  # as long as the rows are kept
_TITLES = ("kind", "line", "column", "reason")


def receive(store: Store, caller: Caller, branch_id: str, query: Document, file: IO[bytes], list_id: str) -> Document:
    """Keeps a sheet for the worker; sent again, the one that is there. Raises Conflict while another of the branch is open."""
    scope = open_branch(store, caller, branch_id)
    there = store.class_lists.first(scope, {"_id": list_id})
    if there is not None:
        return there
    content = file.read()
    document = {
        "_id": list_id,
        "branch_id": branch_id,
        "name": query["name"],
        "new_classes": query["new_classes"],
        "state": RECEIVED,
        "open": True,
        "progress": 0.0,
        "received_at": now(),
        "received_by": caller.person_id,
        "lines": 0,
        "left_out": 0,
        "warnings": 0,
        "counts": {},
        "classes": [],
        "findings": [],
        "written": 0,  # lines that the worker has come through
        "applied": {},
        "not_as_shown": 0,
        "taken_back": 0,
        "stayed": [],
        "stayed_count": 0,
    }
    try:
        with store.transaction():
            store.class_lists.add(document)
            store.class_list_sheets.add({"_id": list_id, "branch_id": branch_id, "content": content})
    except AlreadyThere:
        raise _under_way() from None
    file.close()
    log().info("class_list_received", id=list_id, branch=branch_id, by=caller.person_id)
    return document


def page(store: Store, caller: Caller, branch_id: str, page: Paging) -> Paged:
    found = store.class_lists.page(caller.branch(branch_id), sort="-received_at", page=page)
    return Paged([_shown(each) for each in found.items], found.next)


def one(store: Store, caller: Caller, branch_id: str, list_id: str) -> Document:
    return _shown(store.class_lists.one(caller.branch(branch_id), list_id))


def rows(store: Store, caller: Caller, branch_id: str, list_id: str, query: Document) -> Paged:
    """Line by line, in the sheet's order: all, those that do something, or those of which something is to be said."""
    scope = caller.branch(branch_id)
    where: Document = {"list_id": store.class_lists.one(scope, list_id)["_id"]}
    if query["does"]:
        where["does"] = query["does"]
    if query["found"]:
        where["findings.kind"] = query["found"]
    found = store.class_list_rows.page(scope, where, page=query["page"])
    _note(store, caller, branch_id, found.items)
    return found


def findings_csv(store: Store, caller: Caller, branch_id: str, list_id: str) -> Answer:
    scope = caller.branch(branch_id)
    found = store.class_lists.one(scope, list_id)
    name = f'attachment; filename="class-list-{list_id}.csv"'
    rows = lines(_TITLES, _findings(store, scope, found))
    return Answer(rows, "text/csv; charset=utf-8", headers={"Content-Disposition": name})


def template() -> Answer:
    name = 'attachment; filename="class-list.csv"'
    return Answer(columns.template(), "text/csv; charset=utf-8", headers={"Content-Disposition": name})


def confirm(store: Store, caller: Caller, branch_id: str, list_id: str) -> Document:
    """The worker applies what was shown. Confirmed twice is confirmed."""
    scope = open_branch(store, caller, branch_id)
    found = store.class_lists.one(scope, list_id)
    if found["state"] in (APPLYING, DONE):
        return _shown(found)
    _note_all(store, caller, branch_id, scope, list_id)
    to = {"state": APPLYING, "progress": 0.0, "attempts": 0, "leased_until": now(), **_by("confirmed", caller)}
    confirmed = store.class_lists.change(scope, list_id, to=to, when={"state": WAITING})
    if confirmed is None:
        raise Conflict("not-waiting", "This list does not wait", "Only a list that waits can be confirmed.")
    log().info("class_list_confirmed", id=list_id, branch=branch_id, by=caller.person_id)
    return _shown(confirmed)


def cancel(store: Store, caller: Caller, branch_id: str, list_id: str) -> Document:
    """Possible until it is confirmed. Cancelled twice is cancelled."""
    scope = caller.branch(branch_id)
    found = store.class_lists.one(scope, list_id)
    if found["state"] == CANCELLED:
        return _shown(found)
    cancelled = _cancel(store, scope, list_id, cancelled_by=caller.person_id)
    if cancelled is None:
        raise Conflict("too-late", "It is too late to leave this list", "What is applied can be taken back, when it is done.")
    return _shown(cancelled)


def undo(store: Store, caller: Caller, branch_id: str, list_id: str) -> Document:
    """What it brought ends, what it changed is as it was; what somebody has changed since stays. Taken back twice is once."""
    scope = open_branch(store, caller, branch_id)
    found = store.class_lists.one(scope, list_id)
    if found["state"] in (UNDOING, UNDONE):
        return _shown(found)
    _note_all(store, caller, branch_id, scope, list_id)
    to = {"state": UNDOING, "open": True, "progress": 0.0, "attempts": 0, "leased_until": now()}
    try:
        when = {"state": {"$in": [DONE, FAILED]}, "finished_at": {"$gt": now() - TAKEN_BACK_WITHIN}}
        begun = store.class_lists.change(scope, list_id, to={**to, **_by("undone", caller)}, when=when)
    except AlreadyThere:
        raise _under_way() from None
    if begun is None:
        detail = "Only what was applied can be, within thirty days."
        raise Conflict("nothing-to-undo", "This list can't be taken back", detail)
    log().info("class_list_undone", id=list_id, branch=branch_id, by=caller.person_id)
    return _shown(begun)


def cancel_forgotten(store: Store) -> None:
    """Nobody has decided about them: no other list of the branch could come."""
    where = {"open": True, "state": WAITING, "waiting_since": {"$lt": now() - _PATIENCE}}
    for found in store.class_lists.find(WHOLE_CHAIN, where):
        _cancel(store, WHOLE_CHAIN, found["_id"])


def acting(found: Document, what: str) -> Caller:
    """Whoever sent or decided; with what an office may, whoever they are: so what was shown is what is done."""
    return Caller(found[f"{what}_by"], {found["branch_id"]: frozenset(("office",))})


def _by(what: str, caller: Caller) -> Document:
    return {f"{what}_by": caller.person_id, f"{what}_at": now()}


def _cancel(store: Store, scope: Scope, list_id: str, **more: Any) -> Document | None:
    to = {"state": CANCELLED, "open": False, "finished_at": now(), **more}
    with store.transaction():
        when = {"state": {"$in": [RECEIVED, CHECKING, WAITING]}}
        cancelled = store.class_lists.change(scope, list_id, to=to, when=when)
        if cancelled is not None:
            forget(store, list_id, rows=True)
    return cancelled


def forget(store: Store, list_id: str, *, rows: bool = False) -> None:
    """The sheet goes when it is decided; who stands in the rows of one that was left, too."""
    store.class_list_sheets.remove(WHOLE_CHAIN, list_id)
    if rows:
        store.class_list_rows.remove_all(WHOLE_CHAIN, {"list_id": list_id})


def _shown(found: Document) -> Document:
    until = found["finished_at"] + TAKEN_BACK_WITHIN if found["state"] in (DONE, FAILED) else None
    return {**found, "undo_until": until}


def _findings(store: Store, scope: Scope, found: Document) -> Iterator[list[Any]]:
    yield from ([each[name] for name in _TITLES] for each in found["findings"])
    wanted = scope.filter({"list_id": found["_id"], "findings": {"$ne": []}})
    for row in store.class_list_rows.collection.find(wanted, sort=[("_id", 1)]):
        yield from ([each[name] for name in _TITLES] for each in row["findings"])


def _note(store: Store, caller: Caller, branch_id: str, found: list[Document]) -> None:
    if children := {row["student_id"] for row in found if row["student_id"]}:
        audit.note(store, caller, branch_id, children)


def _note_all(store: Store, caller: Caller, branch_id: str, scope: Scope, list_id: str) -> None:
    """Before it is written: the children of whom it changes something."""
    _note(store, caller, branch_id, store.class_list_rows.find(scope, {"list_id": list_id, "does": {"$ne": []}}))


def _under_way() -> Conflict:
    return Conflict(
        "class-list-under-way",
        "Another class list of the branch is under way",
        "Confirm it or leave it if it waits for you; else wait until it is done.",
    )
