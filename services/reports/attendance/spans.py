"""From when to when: what was asked for, or the term that goes on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from schoolbus import clock
from schoolbus.problems import Invalid, Sentence
from schoolbus.scope import Scope

if TYPE_CHECKING:
    from services.reports.store import Store

LONGEST, USUAL = timedelta(days=400), timedelta(days=90)
_KINDS = ("term", "semester", "schoolYear")  # the first that goes on


class Span(NamedTuple):
    """Both days are in it. `term`: its title, where it is one."""

    since: date
    until: date
    term: str | None = None

    def shown(self) -> dict[str, Any]:
        return {"since": self.since.isoformat(), "until": self.until.isoformat(), "term": self.term}


def asked(store: Store, scope: Scope, query: Mapping[str, Any]) -> Span:
    """Raises Invalid. What is not said is that of the term that goes on, or of the last 90 days."""
    if query["since"] is None and query["until"] is None:
        return going_on(store, scope, clock.today())
    until = query["until"] or clock.today()
    since = query["since"] or until - USUAL
    if not timedelta(0) <= until - since <= LONGEST:
        raise Invalid({"until": [Sentence("From since on, at most %(days)s days.", days=LONGEST.days)]})
    return Span(since, until)


def going_on(store: Store, scope: Scope, today: date) -> Span:
    """The branch's term from its first day until today."""
    calendar = store.calendars.first(scope)
    return of_terms(calendar["terms"] if calendar else [], today)


def of_terms(terms: Sequence[Mapping[str, Any]], today: date) -> Span:
    """Of terms as roster says them; the shorter kind first, of two of a kind the one that began last."""
    around = [term for term in terms if term["starts_on"] <= today.isoformat() <= term["ends_on"]]
    for kind in _KINDS:
        if of_kind := sorted((term for term in around if term["kind"] == kind), key=lambda term: str(term["starts_on"])):
            return Span(date.fromisoformat(of_kind[-1]["starts_on"]), today, of_kind[-1]["title"])
    return Span(today - USUAL, today)
