"""From when to when a card counts: the days of its term that have been."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from schoolbus import clock
from schoolbus.scope import Scope
from services.reports.attendance.spans import Span
from services.reports.gradebook import terms

if TYPE_CHECKING:
    from services.reports.store import Store


def of_term(store: Store, scope: Scope, title: str, term_id: str | None) -> Span | None:
    """None where the branch's calendar has no such term, or it has not begun: then nothing is counted."""
    term, today = terms.meant(store, scope, title, term_id), clock.today()
    if term is None or term["starts_on"] > today.isoformat():
        return None
    return Span(date.fromisoformat(term["starts_on"]), min(date.fromisoformat(term["ends_on"]), today), title)
