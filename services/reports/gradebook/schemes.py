"""A branch's grading schemes. Each change is an edition of its own, and none is forgotten: cards name the one they were made
with, and a locked term keeps that which held when it was locked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from schoolbus import clock
from schoolbus.caller import Caller
from schoolbus.grades import all_plain, plain
from schoolbus.problems import AlreadyThere, Conflict, GoneOn, NotFound
from schoolbus.scope import Scope
from services.reports.gradebook import locks, presets
from services.reports.gradebook.collections import ACTIVE
from services.reports.gradebook.grading import BOARD, Scheme, as_document, from_document, shown

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
EVERY = "*"  # in `holds_for`: every grade that has no scheme of its own
CONTENT = ("title", "kind", "bands", "grades", "pass_percent", "rounding", "missing")


# Which scheme holds


def of_class(store: Store, scope: Scope, school_class: Mapping[str, Any], term_key: str) -> Scheme:
    """That of the class's grade: as it is now, or as it was when the term was locked."""
    at = locks.locked_at(store, scope, school_class["class_id"], term_key)
    return chosen(in_force(store, scope, at), school_class.get("grade"))


def of_classes(store: Store, scope: Scope, class_ids: Sequence[str], term_key: str) -> dict[str, Scheme]:
    """As `of_class`, of many at once: a question for each moment at which some were locked."""
    grades = {each["class_id"]: each.get("grade") for each in store.classes.find(scope, {"class_id": {"$in": list(class_ids)}})}
    locked = locks.all_locked_at(store, scope, class_ids, term_key)
    held = {at: in_force(store, scope, at) for at in {None, *locked.values()}}
    return {id: chosen(held[locked.get(id)], grades.get(id)) for id in class_ids}


def in_force(store: Store, scope: Scope, at: datetime | None = None) -> list[Document]:
    """The branch's schemes as they are, or as they were at a moment."""
    if at is None:
        return store.schemes.find(scope, ACTIVE)
    newest = {each["scheme_id"]: each for each in store.scheme_editions.find(scope, {"made_at": {"$lte": at}}, sort="edition")}
    return [each for each in newest.values() if not each["deleted"]]


def chosen(found: Iterable[Document], grade: str | None) -> Scheme:
    """The scheme that names the grade, else that of all grades, else the board's."""
    held = {name: scheme for scheme in found for name in scheme["holds_for"]}
    scheme = held.get(plain(grade)) if grade else None
    scheme = scheme or held.get(EVERY)
    return from_document(scheme) if scheme else BOARD


# Keeping them


def all_presets() -> Document:
    return {"items": [{"preset": name, "grades": [], **as_document(scheme)} for name, scheme in presets.PRESETS.items()]}


def all_of_branch(store: Store, caller: Caller, branch_id: str) -> Document:
    found = store.schemes.find(caller.branch(branch_id), ACTIVE, sort="title _id")
    return {"items": found}


def one(store: Store, caller: Caller, branch_id: str, scheme_id: str, edition: int | None) -> Document:
    """As it is, or an edition of it, be it of a scheme that is no more. Raises NotFound."""
    scope = caller.branch(branch_id)
    if edition is not None:
        return store.scheme_editions.one(scope, edition_id(scheme_id, edition))
    found = store.schemes.first(scope, {"_id": scheme_id, **ACTIVE})
    if found is None:
        raise NotFound("Grading scheme")
    return found


def put(store: Store, caller: Caller, branch_id: str, scheme_id: str, draft: Document) -> Document:
    """A new scheme, or a new edition of one; the same again is no other edition. Raises GoneOn, Conflict."""
    content = kept(draft)
    with store.transaction():
        was = _seen(store, caller, branch_id, scheme_id, draft["edition"])
        if was and not was["deleted"] and all(was[name] == content[name] for name in CONTENT):
            return was
        _check_grades(store, caller.branch(branch_id), scheme_id, content["holds_for"])
        return _next_edition(store, caller, branch_id, was, {"_id": scheme_id, **content, "deleted": False})


def retire(store: Store, caller: Caller, branch_id: str, scheme_id: str) -> None:
    """Its grades go by another scheme from now on, or the board's. Twice is once."""
    with store.transaction():
        was = _seen(store, caller, branch_id, scheme_id, None)
        if was is None:
            raise NotFound("Grading scheme")
        if not was["deleted"]:
            _next_edition(store, caller, branch_id, was, {**was, "deleted": True})


def kept(draft: Mapping[str, Any]) -> Document:
    """What is kept of a draft, decimals as text."""
    bands = [
        {**band, "least": shown(band["least"]), "points": None if band["points"] is None else shown(band["points"])}
        for band in sorted(draft["bands"], key=lambda band: Decimal(band["least"]), reverse=True)
    ]
    content = {name: draft[name] for name in CONTENT}
    holds_for = sorted(all_plain(draft["grades"])) or [EVERY]
    return {**content, "bands": bands, "pass_percent": shown(draft["pass_percent"]), "holds_for": holds_for}


def edition_id(scheme_id: str, edition: int) -> str:
    return f"{scheme_id}:{edition}"


def _seen(store: Store, caller: Caller, branch_id: str, scheme_id: str, edition: int | None) -> Document | None:
    was = store.schemes.first(caller.branch(branch_id), {"_id": scheme_id})
    if edition is not None and edition != (was["edition"] if was else 0):
        raise GoneOn(edition=was["edition"] if was else 0)
    return was


def _check_grades(store: Store, scope: Scope, scheme_id: str, holds_for: list[str]) -> None:
    other = store.schemes.first(scope, {**ACTIVE, "holds_for": {"$in": holds_for}, "_id": {"$ne": scheme_id}})
    if other is not None:
        both = sorted(set(holds_for) & set(other["holds_for"]))
        raise Conflict(
            "grade-has-a-scheme",
            "Another scheme holds for these grades",
            "Name other grades, or change the scheme that is there.",
            scheme_id=other["_id"],
            grades=[] if both == [EVERY] else both,
        )


def _next_edition(store: Store, caller: Caller, branch_id: str, was: Document | None, scheme: Document) -> Document:
    at, edition = clock.now(), (was["edition"] if was else 0) + 1
    new = {**scheme, "branch_id": branch_id, "scheme_id": scheme["_id"], "edition": edition, "changed_at": at}
    if was is None:
        store.schemes.add(new)
    elif not store.schemes.change(caller.branch(branch_id), new["_id"], to=new, when={"edition": was["edition"]}):
        raise GoneOn()
    made = {**new, "_id": edition_id(new["_id"], edition), "made_at": at, "by": caller.person_id}
    try:
        store.scheme_editions.add(made)
    except AlreadyThere:  # of another branch
        raise Conflict("already-there", "This id is taken by something else", "Send another id.") from None
    return new
