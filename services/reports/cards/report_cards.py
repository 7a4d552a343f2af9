"""Issued report cards, for those who may see the child."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from schoolbus import access
from schoolbus.caller import Caller
from schoolbus.paging import Paged
from schoolbus.problems import NotFound
from services.reports.cards.issuing import file_id
from services.reports.cards.states import ISSUED
from services.reports.cards.verifying import codes

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]


def of_student(store: Store, caller: Caller, branch_id: str, query: Document) -> Paged:
    """All versions, the newest first."""
    scope = access.student(store, caller, branch_id, query["student_id"])
    where = {"student_id": query["student_id"], "state": ISSUED}
    found = store.report_cards.page(scope, where, sort="-issued_at", page=query["page"])
    return Paged(shown(store, caller, branch_id, found.items), found.next)


def shown(store: Store, caller: Caller, branch_id: str, cards: Sequence[Document]) -> list[Document]:
    """A child's cards as one person sees them: guardians may live apart, each learns of their own acknowledgement."""
    if not cards:
        return []
    scope, me = caller.branch(branch_id), store.same_person(caller.person_id)
    where = {"student_id": cards[0]["student_id"], "term_key": {"$in": [card["term_key"] for card in cards]}, "state": ISSUED}
    of_term = store.report_cards.collection.find(scope.filter(where), {"term_key": True, "version": True}).sort("version")
    newest = {card["term_key"]: card["version"] for card in of_term}
    return [_shown(card, newest[card["term_key"]], me) for card in cards]


def _shown(card: Document, newest: int, me: Sequence[str]) -> Document:
    own = [each["at"] for each in card.get("acknowledgements", ()) if each["by"] in me]
    return {
        **card,
        "code": codes.shown(card["code"]) if card.get("code") else None,
        "replaced_by_version": newest if newest > card["version"] else None,
        "acknowledged_at": min(own, default=None),
    }


def seen(store: Store, caller: Caller, branch_id: str, report_card_id: str) -> Document:
    """As `one`, as the caller sees it."""
    return shown(store, caller, branch_id, [one(store, caller, branch_id, report_card_id)])[0]


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
