"""Terms, as people name them: by title, however it is capitalised; where the branch's calendar has it, with its id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from schoolbus import clock
from schoolbus.scope import Scope

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]


def key(text: str) -> str:
    """Terms and subjects are the same however they are capitalised."""
    return text.casefold()


def of(document: Mapping[str, Any]) -> Document:
    """What a document says of its term."""
    return {name: document[name] for name in ("term", "term_key", "term_id")}


def named(store: Store, scope: Scope, title: str, term_id: str | None = None) -> Document:
    """What a document of a term has: its title, key, and id, None where the calendar has no such term. `term_id`: which of
    several with this title is meant."""
    calendar = store.calendars.first(scope) or {"terms": []}
    meant = (term for term in calendar["terms"] if term["term_id"] == term_id)
    found = next(meant, None) or chosen(calendar["terms"], title, clock.today().isoformat())
    if found is None:
        return {"term": title, "term_key": key(title), "term_id": None}
    return {"term": found["title"], "term_key": key(title), "term_id": found["term_id"]}


def chosen(terms: Sequence[Mapping[str, Any]], title: str, today: str) -> Mapping[str, Any] | None:
    """Of those with this title (each year has a first term) the one that has begun last, else the next."""
    same = sorted((term for term in terms if key(term["title"]) == key(title)), key=lambda term: str(term["starts_on"]))
    begun = [term for term in same if term["starts_on"] <= today]
    return begun[-1] if begun else next(iter(same), None)
