"""A card as it would be now, for those who review and approve it: set while they wait, and kept nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eventlet import tpool

from schoolbus.caller import Caller
from schoolbus.problems import Conflict
from schoolbus.scope import branch
from services.reports.cards.content.gathering import NoMarks, gather
from services.reports.cards.designing import templates
from services.reports.cards.typesetting import render
from services.reports.cards.workflow import reaching

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
DRAFT = "DRAFT"  # in the place of its number; and without a code


def preview(store: Store, caller: Caller, branch_id: str, report_card_id: str, language: str) -> bytes:
    """Raises NotFound, and Conflict while there are no marks."""
    card = reaching.led_card(store, caller, branch_id, report_card_id)
    design = templates.design(store, branch(branch_id), card["template"])
    try:
        said = gather(store, card, design.sections, number=DRAFT)
    except NoMarks:
        raise Conflict("no-marks", "There are no marks for this term", "A card is made of marks: enter them first.") from None
    made: bytes = tpool.execute(render, said, language, design)
    return made
