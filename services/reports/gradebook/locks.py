"""Terms are locked at their end: nothing in them changes but by a correction of the head or the office.

Each term of a class has a document that every change in it writes first, in its own transaction, and so has each term of a
branch. Whoever locks or opens writes them too. So a sheet that is on its way and a lock meet at one write, and the database
lets one of them through: the other runs again, and finds what was decided.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from schoolbus import access, clock
from schoolbus.caller import Caller
from schoolbus.ids import effect_id, new_id
from schoolbus.logs import log
from schoolbus.paging import Paged
from schoolbus.problems import AlreadyThere, Conflict, Invalid
from schoolbus.scope import Scope, branch
from schoolbus.store import Busy
from services.reports.gradebook import terms

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]


def lock_id(branch_id: str, term_key: str, class_id: str | None) -> str:
    return effect_id("term-lock", branch_id, term_key, class_id or "")


def taken(store: Store, branch_id: str, class_id: str, term: Mapping[str, Any]) -> bool:
    """Whether the term is locked, until the transaction ends: its first call there. `term`: term, term_key, term_id."""
    of_class = _taken(store, branch_id, term, class_id)
    of_branch = store.term_locks.first(branch(branch_id), {"_id": lock_id(branch_id, term["term_key"], None)})
    return _locked_at(of_class, of_branch) is not None


def check_open(store: Store, branch_id: str, class_id: str, term: Mapping[str, Any]) -> None:
    """As `taken`. Raises Conflict when it is locked."""
    if taken(store, branch_id, class_id, term):
        raise locked()


def locked() -> Conflict:
    return Conflict(
        "term-locked", "This term is locked", "The head or the office can correct single results, or open it with a reason."
    )


def locked_at(store: Store, scope: Scope, class_id: str, term_key: str) -> datetime | None:
    """Since when a term of a class is locked; None: it is open."""
    ids = [lock_id(scope.branch_id or "", term_key, each) for each in (class_id, None)]
    found = {lock["_id"]: lock for lock in store.term_locks.find(scope, {"_id": {"$in": ids}})}
    return _locked_at(found.get(ids[0]), found.get(ids[1]))


def all_locked_at(store: Store, scope: Scope, class_ids: Iterable[str], term_key: str) -> dict[str, datetime]:
    """As `locked_at`, of those of the classes in which the term is locked, in one question."""
    by_class = {lock["class_id"]: lock for lock in store.term_locks.find(scope, {"term_key": term_key})}
    found = {class_id: _locked_at(by_class.get(class_id), by_class.get(None)) for class_id in class_ids}
    return {class_id: at for class_id, at in found.items() if at is not None}


def _locked_at(of_class: Document | None, of_branch: Document | None) -> datetime | None:
    """What was said last of the class holds; of a branch's lock that came after it, the class's has nothing more to say."""
    said = of_class if of_class and of_class["locked"] is not None else of_branch
    at: datetime | None = said["at"] if said and said["locked"] else None
    return at


def put(store: Store, caller: Caller, branch_id: str, draft: Document) -> Document:
    """Locks or opens a term of a class, or of all classes, whatever was said of single ones before. Twice is once."""
    class_id, wanted = draft["class_id"], draft["locked"]
    scope = caller.branch(branch_id)
    if class_id is not None:
        access.led_class(store, caller, branch_id, class_id)
    if not wanted and not draft["reason"]:
        raise Invalid({"reason": ["Say why it is opened."]})
    term = terms.named(store, scope, draft["term"])
    with store.transaction():
        was = _taken(store, branch_id, term, class_id)
        of_classes = {"term_key": term["term_key"], "class_id": {"$ne": None}}
        excepted = {**of_classes, "locked": not wanted}
        if was["locked"] is wanted and not (class_id is None and store.term_locks.count(scope, excepted)):
            return was
        if class_id is None:
            store.term_locks.change_all(scope, of_classes, {"locked": None, "taken": new_id()})
        said = {"locked": wanted, "reason": draft["reason"], "at": clock.now(), "by": caller.person_id}
        to = {**said, "changed_at": said["at"]}
        changed = store.term_locks.change(scope, was["_id"], to=to, push={"log": said})
    log().info("term_locked" if wanted else "term_opened", branch=branch_id, school_class=class_id)
    return changed or was


def page(store: Store, caller: Caller, branch_id: str, query: Document) -> Paged:
    """What was locked, and opened again; the latest first."""
    scope = caller.branch(branch_id)
    where: Document = {"log": {"$ne": []}}
    if query["term"] is not None:
        where["term_key"] = terms.key_of(store, scope, query["term"])
    if query["class_id"] is not None:
        where["class_id"] = {"$in": [query["class_id"], None]}
    return store.term_locks.page(scope, where, sort="-changed_at", page=query["page"])


def _taken(store: Store, branch_id: str, term: Mapping[str, Any], class_id: str | None) -> Document:
    """Writes the document, so that no other transaction can. The first of a class also takes the branch's: a lock of the whole
    branch, which writes those that are there, misses none."""
    id = lock_id(branch_id, term["term_key"], class_id)
    found = store.term_locks.change(branch(branch_id), id, to={"taken": new_id()})
    if found is not None:
        return found
    if class_id is not None:
        _taken(store, branch_id, term, None)
    made = {"_id": id, "branch_id": branch_id, "class_id": class_id, **term, "locked": None, "reason": None, "at": None}
    try:
        return store.term_locks.add({**made, "by": None, "log": [], "changed_at": clock.now(), "taken": new_id()})
    except AlreadyThere:  # another was faster, and this transaction did not see it
        raise Busy from None
