"""Terms, as people name them: by title, however it is capitalised, or by the id that the branch's calendar gives them.

Each year has a first term. What belongs to a term is found by its `term_key`: the title, for the first term of the branch that
is called so and for what no calendar has; for another year's, the title with the day on which it begins. Which it is, is kept
when something is first entered in a term (`term_keys`), so that nothing is lost when a calendar comes later than the marks, or
is changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from schoolbus import clock
from schoolbus.ids import effect_id
from schoolbus.scope import Scope

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
Term = Mapping[str, Any]


def key(text: str) -> str:
    """Titles and subjects are the same however they are capitalised."""
    return text.casefold()


def of(document: Mapping[str, Any]) -> Document:
    """What a document says of its term."""
    return {name: document[name] for name in ("term", "term_key", "term_id")}


def named(store: Store, scope: Scope, text: str, term_id: str | None = None) -> Document:
    """What a document of a term has: its title, key, and id, None where the calendar has no such term. `text`: title or id;
    `term_id`: which of several with this title is meant."""
    found = meant(store, scope, text, term_id)
    if found is None:
        return {"term": text, "term_key": key(text), "term_id": None}
    return {"term": found["title"], "term_key": _kept(store, scope, found), "term_id": found["term_id"]}


def key_of(store: Store, scope: Scope, text: str) -> str:
    """The `term_key` of the term that is meant: for who looks, and enters nothing."""
    found = meant(store, scope, text)
    return key(text) if found is None else _key_among(_alike(store, scope, found), found)


def meant(store: Store, scope: Scope, text: str, term_id: str | None = None) -> Term | None:
    """The calendar's term; of those with one title that of now."""
    terms = (store.calendars.first(scope) or {"terms": []})["terms"]
    by_id = (term for term in terms if term["term_id"] in (term_id, text))
    return next(by_id, None) or chosen(terms, text, clock.today().isoformat())


def chosen(terms: Sequence[Term], title: str, today: str) -> Term | None:
    """Of those with this title the one that has begun last, else the next."""
    same = sorted((term for term in terms if key(term["title"]) == key(title)), key=lambda term: str(term["starts_on"]))
    begun = [term for term in same if term["starts_on"] <= today]
    return begun[-1] if begun else next(iter(same), None)


def _kept(store: Store, scope: Scope, term: Term) -> str:
    """Of two who name two terms with one title at the same moment one has the plain key: the id of the document says which."""
    while True:
        there = _alike(store, scope, term)
        if (own := _own(there, term)) is not None:
            return own
        term_key = _key_among(there, term)
        said = {name: term[name] for name in ("term_id", "starts_on", "ends_on")}
        row = {"title_key": key(term["title"]), "term_key": term_key, **said}
        id = effect_id("term-key", scope.branch_id or "", term_key)
        store.term_keys.add_new([{"_id": id, "branch_id": scope.branch_id, **row}])


def _alike(store: Store, scope: Scope, term: Term) -> list[Document]:
    """What is kept of this term and of those that are, or were, called the same."""
    return store.term_keys.find(scope, {"$or": [{"term_id": term["term_id"]}, {"title_key": key(term["title"])}]})


def _own(there: Sequence[Document], term: Term) -> str | None:
    """By its id, or by its days: who deletes a term and enters it again, or has one of the chain's and one of the branch's, has
    still one first term that year."""
    by_id = (row for row in there if row["term_id"] == term["term_id"])
    by_days = (row for row in there if row["starts_on"] <= term["ends_on"] and term["starts_on"] <= row["ends_on"])
    found = next(by_id, None) or next(by_days, None)
    return found["term_key"] if found else None


def _key_among(there: Sequence[Document], term: Term) -> str:
    plain = key(term["title"])
    taken = any(row["term_key"] == plain for row in there)
    return _own(there, term) or (f"{plain} {term['starts_on']}" if taken else plain)
