"""Report cards as PDF. `render` imports neither nameko nor pymongo: tests and the bench call it as it is."""

from schoolbus import typesetting
from services.reports.cards.card import Card, printed


def render(card: Card, edition: str) -> bytes:
    """One A4 page. `edition` is one of card.EDITIONS."""
    return typesetting.pdf("/services/reports/cards/card.typ", "report", printed(card), edition)
