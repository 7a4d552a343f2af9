"""Issued report cards, for those who may see the child."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from schoolbus import access
from schoolbus.caller import Caller
from schoolbus.paging import Paged
from schoolbus.problems import NotFound
from services.reports.cards.issuing import file_id
from services.reports.cards.runs import ISSUED

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]


def of_student(store: Store, caller: Caller, branch_id: str, query: Document) -> Paged:
    """All versions, the newest first."""
    scope = access.student(store, caller, branch_id, query["student_id"])
    where = {"student_id": query["student_id"], "state": ISSUED}
    return store.report_cards.page(scope, where, sort="-issued_at", page=query["page"])


def one(store: Store, caller: Caller, branch_id: str, report_card_id: str) -> Document:
    """An issued card. Raises NotFound: a stranger's card and an unknown one look the same."""
    card = store.report_cards.first(caller.branch(branch_id), {"_id": report_card_id, "state": ISSUED})
    if card is None:
        raise NotFound("Report card")
    try:
        access.student(store, caller, branch_id, card["student_id"])
    except NotFound:
        raise NotFound("Report card") from None
    return card


def pdf(store: Store, caller: Caller, branch_id: str, report_card_id: str, edition: str) -> tuple[bytes, str]:
    """The PDF and its file name. Raises NotFound."""
    card = one(store, caller, branch_id, report_card_id)
    return store.files.one(caller.branch(branch_id), file_id(card["made_as"], edition))["pdf"], file_name(card, edition)


def file_name(card: Document, edition: str) -> str:
    """Without the child's name: downloads lie about on shared phones."""
    term = re.sub(r"[^A-Za-z0-9]+", "-", card["term"]).strip("-") or "term"
    return f"report-card-{term.lower()}-{card['version']}-{edition}.pdf"
