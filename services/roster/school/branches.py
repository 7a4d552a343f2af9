"""Branches: as those see them who have a role there, and as the chain's operator keeps them."""

import re
from collections.abc import Mapping
from typing import Any

from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.ids import new_id
from schoolbus.paging import Paged
from schoolbus.problems import AlreadyThere, Conflict, NotFound
from schoolbus.scope import WHOLE_CHAIN, Scope, branch
from schoolbus.store import Busy, Document
from services.roster.calendar import calendars
from services.roster.identity import losing
from services.roster.kinds import SOURCE
from services.roster.problems import at_version, imported
from services.roster.school import schemas
from services.roster.store import Store
from services.roster.telling import branch_changed


def page(store: Store, caller: Caller, query: Mapping[str, Any]) -> Paged:
    """All of the chain for an operator, else those where the caller has a role."""
    theirs = {} if caller.operator else {"_id": {"$in": list(caller.branches)}}
    return store.branches.page(WHOLE_CHAIN, {"$and": [theirs, _asked_for(query)]}, sort="name", page=query["page"])


def others(store: Store, caller: Caller, branch_id: str, query: Mapping[str, Any]) -> Paged:
    """All of the chain but this one, to whoever may send a student there: their names alone."""
    open_branch(store, caller, branch_id)
    other = {"_id": {"$ne": branch_id}}
    return store.branches.page(WHOLE_CHAIN, {"$and": [other, _asked_for(query)]}, sort="name", page=query["page"])


def _asked_for(query: Mapping[str, Any]) -> Document:
    """Open ones. A few thousand names are looked through as they stand: `name` may be any part of one."""
    part = {"$regex": re.escape(query["name"] or ""), "$options": "i"}
    named = {"$or": [{"name": part}, {"name_ur": part}]} if query["name"] else {}
    these = {} if query["branch_ids"] is None else {"_id": {"$in": query["branch_ids"]}}
    return {"active": True, **named, **these}


def one(store: Store, caller: Caller, branch_id: str) -> Document:
    return store.branches.one(caller.branch(branch_id), branch_id)


def open_branch(store: Store, caller: Caller, branch_id: str) -> Scope:
    """The scope of a branch in which there is something to keep. Raises NotFound for one that is closed."""
    if not one(store, caller, branch_id)["active"]:
        raise NotFound("Branch")
    return caller.branch(branch_id)


def add(store: Store, draft: Document, services: list[str]) -> Document:
    """A new one, subscribed to `services`; the one that is there when its id was sent before."""
    id = draft["branch_id"] or new_id()
    there = store.branches.first(WHOLE_CHAIN, {"_id": id})
    if there:
        return there
    names = {name: draft[name] for name in ("name", "name_ur")}
    head = {"_id": id, "branch_id": id, "source": SOURCE, "sourced_id": id, "active": True, "version": 1}
    new = {**head, **names, "kind": "school", "parent_id": None, "services": services, "modified_at": now()}
    try:
        with store.transaction():
            store.branches.add(new, saying=[branch_changed(new)])
            calendars.tell(store, [id])
    except AlreadyThere as error:  # sent twice at once
        raise Busy from error
    return new


def change(store: Store, branch_id: str, wanted: Document) -> Document:
    old = _seen(store, branch_id, wanted["version"])
    to = {name: value for name, value in wanted.items() if name != "version" and old[name] != value}
    return _kept(store, old, to) if to else old


def close(store: Store, branch_id: str, version: int | None) -> Document:
    """It stays, with all that happened there; nobody has a role in it any more. Raises Conflict while students are in it."""
    old = store.branches.one(WHOLE_CHAIN, branch_id)
    if not old["active"]:
        return old
    old = _seen(store, branch_id, version)
    students = store.people.count(branch(branch_id), {"active": True, f"roles.{branch_id}": "student"})
    if students:
        raise Conflict(
            "has-students", "Students are in this branch", "Transfer or withdraw them before it closes.", students=students
        )
    with store.transaction():
        closed = _kept(store, old, {"active": False})
        losing.end_in_closed(store, [(old, closed)])
    return closed


def _seen(store: Store, branch_id: str, version: int | None) -> Document:
    found = store.branches.one(WHOLE_CHAIN, branch_id)
    if not found["active"]:
        raise NotFound("Branch")
    at_version(found, version, schemas.Branch().dump(found))
    if found["source"] != SOURCE:
        raise imported(found)
    return found


def _kept(store: Store, old: Document, to: Document) -> Document:
    to = {**to, "version": old["version"] + 1, "modified_at": now()}
    new = {**old, **to}
    when = {"version": old["version"]}
    if store.branches.change(WHOLE_CHAIN, old["_id"], to=to, when=when, saying=[branch_changed(new)]) is None:
        raise Busy
    return new
