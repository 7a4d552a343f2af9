"""Report cards as PDF. `render` imports neither nameko nor pymongo: tests and the bench call it as it is."""

import re
from typing import Any

import typst

from services.reports.cards.card import Card
from services.reports.cards.design import PLAIN, Design
from services.reports.cards.printing import printed
from services.reports.paper import setting

TEMPLATE, FUNCTION = "/services/reports/cards/card.typ", "report"
ROOMY, FITTED, FLOWING = "roomy", "fitted", "flowing"
_ONE_PAGE = re.compile(rb"/Type\s*/Pages[^>]*/Count 1\b|/Count 1\b[^>]*/Type\s*/Pages")


def render(card: Card, edition: str, design: Design = PLAIN) -> bytes:
    """`edition` is one of card.EDITIONS."""
    return rendered(printed(card, design), edition)[0]


def rendered(said: dict[str, Any], edition: str) -> tuple[bytes, str]:
    """What `printed` gave, on one page: as it is, else set smaller; on more pages where that would be too small to read. And
    which of the three it is."""
    if not _surely_full(said):
        made = setting.pdf(TEMPLATE, FUNCTION, said, edition, ROOMY)
        if _ONE_PAGE.search(made):
            return made, ROOMY
    try:
        return setting.pdf(TEMPLATE, FUNCTION, said, edition, FITTED), FITTED
    except typst.TypstError as error:
        if "does not fit" not in str(error):
            raise
    return setting.pdf(TEMPLATE, FUNCTION, said, edition, FLOWING), FLOWING


def _surely_full(said: dict[str, Any]) -> bool:
    """So that a full page is not set twice."""
    return len(said["lines"]) > 15 or sum(len(line["remark"]) for line in said["lines"]) > 900
