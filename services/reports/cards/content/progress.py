"""A child's percentages term by term: of the cards that were issued before this term's first, and of this term."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from schoolbus import clock
from schoolbus.scope import Scope
from services.reports.cards.states import ISSUED
from services.reports.gradebook.terms import key
from services.reports.paper.points import Point

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]


def course(store: Store, scope: Scope, asked: Document, percent: Decimal) -> tuple[Point, ...]:
    """None of one term alone. Terms with one title, each year's first, say their year."""
    earlier = _before(store, scope, asked["student_id"], asked["term_key"])
    if not earlier:
        return ()
    reached = [(card["term"], card["issued_at"].year, Decimal(card["percent"])) for card in earlier]
    reached.append((asked["term"], clock.today().year, percent))
    titles = Counter(key(title) for title, _, _ in reached)
    return tuple(Point(f"{title} {year}" if titles[key(title)] > 1 else title, value) for title, year, value in reached)


def _before(store: Store, scope: Scope, student_id: str, term_key: str) -> list[Document]:
    """Each term's newest card, in the order in which the terms' first cards came. A correction of an old term is none of a
    later one, and moves nothing."""
    issued = store.report_cards.collection.find(
        scope.filter({"student_id": student_id, "state": ISSUED}),
        dict.fromkeys(("term", "term_key", "version", "percent", "issued_at"), True),
    ).sort("issued_at")
    newest: dict[str, Document] = {}
    for card in issued:
        if card["term_key"] == term_key:
            break
        there = newest.get(card["term_key"])
        if there is None or card["version"] > there["version"]:
            newest[card["term_key"]] = card
    return [card for card in newest.values() if card["percent"]]
