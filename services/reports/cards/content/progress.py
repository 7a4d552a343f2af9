"""A child's percentages term by term: of the cards that were issued before this term's first."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from schoolbus.scope import Scope
from services.reports.cards.states import ISSUED
from services.reports.paper.points import Point

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]


def before(store: Store, scope: Scope, student_id: str, term_key: str) -> list[Point]:
    """Each term's newest card, in the order in which the terms' first cards came. A correction of an old term is none of a
    later one, and moves nothing."""
    issued = store.report_cards.collection.find(
        scope.filter({"student_id": student_id, "state": ISSUED}),
        dict.fromkeys(("term", "term_key", "version", "percent"), True),
    ).sort("issued_at")
    newest: dict[str, Document] = {}
    for card in issued:
        if card["term_key"] == term_key:
            break
        there = newest.get(card["term_key"])
        if there is None or card["version"] > there["version"]:
            newest[card["term_key"]] = card
    return [Point(card["term"], Decimal(card["percent"])) for card in newest.values() if card["percent"]]
