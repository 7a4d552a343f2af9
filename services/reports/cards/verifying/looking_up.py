"""Whether a card is the school's, for whoever holds it: nothing of the child, and nothing that is not on the paper already but
the fingerprint of each of its files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schoolbus.problems import NotFound
from schoolbus.scope import WHOLE_CHAIN, branch
from services.reports.cards.states import ISSUED, WITH_VERSION, WITHDRAWN
from services.reports.cards.verifying import codes

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
PAGE = "/v1/report-cards/"  # on the card, as QR code and text: the shorter the better
PATH = f"{PAGE}verification/"
CURRENT, REPLACED = "current", "replaced"
SAID = (CURRENT, REPLACED, WITHDRAWN)


def look_up(store: Store, typed: str) -> Document:
    """Raises NotFound for a code that was mistyped, and for one that is on no card."""
    code = codes.read(typed)
    if code is None:
        raise NotFound(
            "A report card with this code",
            "mistyped-code",
            "The code is mistyped: its last character checks the others. Compare the 16 characters with those on the card.",
        )
    # the code says which: there is no branch to ask in
    card = store.report_cards.first(WHOLE_CHAIN, {"code": code, "state": {"$in": list(WITH_VERSION)}})
    if card is None:
        detail = "No school here has issued a card with this code. Ask the school that is named on the card."
        raise NotFound("A report card with this code", "unknown-code", detail)
    scope = branch(card["branch_id"])
    school: Document = store.branches.first(scope) or {}
    newest = _newest(store, card)
    return {
        "code": codes.shown(code),
        "school": school.get("name", ""),
        "school_ur": school.get("name_ur"),
        "term": card["term"],
        "version": card["version"],
        "issued_at": card["issued_at"],
        "state": _state(card, newest),
        "replaced_by_version": newest if newest > card["version"] else None,
        "sha256": card["record"]["digests"] if card.get("record") else {},
    }


def _newest(store: Store, card: Document) -> int:
    same = {name: card[name] for name in ("student_id", "term_key")} | {"state": ISSUED}
    newest = store.report_cards.first(branch(card["branch_id"]), same, sort="-version")
    return int(newest["version"]) if newest else 0


def _state(card: Document, newest: int) -> str:
    if card["state"] == WITHDRAWN:
        return WITHDRAWN
    return REPLACED if newest > card["version"] else CURRENT
