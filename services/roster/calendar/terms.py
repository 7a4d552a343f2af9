"""School years, semesters, terms and grading periods: a branch's own, and the chain's, which count in every branch."""

from schoolbus.caller import Caller
from schoolbus.contracts.roster import TERM_KINDS
from schoolbus.paging import Paged, Paging
from schoolbus.problems import Conflict, Sentence
from schoolbus.scope import WHOLE_CHAIN, Scope
from schoolbus.store import Document
from services.roster.calendar import schemas
from services.roster.calendar.calendars import terms_of
from services.roster.editing import CLASSES, TERMS, Edit, editing
from services.roster.fields import refuse
from services.roster.problems import at_version
from services.roster.school.branches import open_branch
from services.roster.store import Store


def page(store: Store, caller: Caller, branch_id: str | None, page: Paging) -> Paged:
    """Those that count in a branch, or the chain's; the latest first."""
    _scope(store, caller, branch_id)
    return store.terms.page(WHOLE_CHAIN, {**terms_of(branch_id), "active": True}, sort="-starts_on", page=page)


def add(store: Store, caller: Caller, branch_id: str | None, draft: Document) -> Document:
    """A new one; the one that is there when its id was sent before."""
    with editing(store, caller, branch_id) as edit:
        there = edit.sent_before(TERMS, _scope(store, caller, branch_id), draft["term_id"])
        if there:
            return there
        fields = {name: value for name, value in draft.items() if name != "term_id"}
        return edit.add(TERMS, draft["term_id"], [branch_id] if branch_id else [], _checked(edit, branch_id, fields))


def change(store: Store, caller: Caller, branch_id: str | None, term_id: str, wanted: Document) -> Document:
    with editing(store, caller, branch_id) as edit:
        term = _seen(edit, caller, branch_id, term_id, wanted["version"])
        to = {name: value for name, value in wanted.items() if name != "version"}
        checked = _checked(edit, branch_id, {**term, **to})
        return edit.change(TERMS, term, {name: checked[name] for name in to})


def end(store: Store, caller: Caller, branch_id: str | None, term_id: str, version: int | None) -> Document:
    """Raises Conflict while classes or other terms are in it."""
    with editing(store, caller, branch_id) as edit:
        term = _seen(edit, caller, branch_id, term_id, version)
        classes = len(edit.find(CLASSES, Scope(branch_id), {"term_ids": term_id}))
        parts = len(edit.find(TERMS, WHOLE_CHAIN, {"parent_id": term_id}))
        if classes or parts:
            detail = Sentence(
                "%(classes)s classes and %(parts)s other terms are in it: take them out, or end them first.",
                classes=classes,
                parts=parts,
            )
            raise Conflict("in-use", "This term is in use", detail, classes=classes, terms=parts)
        return edit.end(TERMS, term)


def _scope(store: Store, caller: Caller, branch_id: str | None) -> Scope:
    return open_branch(store, caller, branch_id) if branch_id else WHOLE_CHAIN


def _seen(edit: Edit, caller: Caller, branch_id: str | None, term_id: str, version: int | None) -> Document:
    """A branch's own; without one, the chain's. Raises NotFound, also for the chain's in a branch: it is not theirs to edit."""
    scope = _scope(edit.store, caller, branch_id)
    edit.hold(TERMS, [term_id])
    term = edit.one(TERMS, scope, term_id)
    if term["branch_id"] != ([branch_id] if branch_id else []):
        raise Conflict("not-the-chains", "This is a branch's term", "Change it in its branch.")
    at_version(term, version, schemas.Term().dump(term))
    return term


def _checked(edit: Edit, branch_id: str | None, term: Document) -> Document:
    """With what is left out. Raises Invalid."""
    if term["ends_on"] < term["starts_on"]:
        raise refuse(ends_on="It ends before it begins.")
    year = term.get("year") or term["ends_on"][:4]
    if term.get("parent_id") is None:
        return {"parent_id": None, **term, "year": year}
    edit.hold(TERMS, [term["parent_id"]])
    parent = edit.first(TERMS, WHOLE_CHAIN, term["parent_id"])
    if parent is None or not parent["active"] or parent["branch_id"] not in ([], [branch_id]):
        raise refuse(parent_id="It is no term of this branch.")
    if _length(parent) >= _length(term):
        raise refuse(parent_id=Sentence("A %(kind)s is in no %(parent)s.", kind=term["kind"], parent=parent["kind"]))
    if not parent["starts_on"] <= term["starts_on"] <= term["ends_on"] <= parent["ends_on"]:
        raise refuse(parent_id="Its days are not all within the other's.")
    return {**term, "year": year if term.get("year") else parent["year"]}


def _length(term: Document) -> int:
    """Longer kinds first; an import may have brought a kind that the standard has not."""
    return TERM_KINDS.index(term["kind"]) if term["kind"] in TERM_KINDS else 0
