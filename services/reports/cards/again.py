"""An issued card made again, byte by byte, from what is kept of it: a proof and a repair. Families get the stored files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from schoolbus.scope import WHOLE_CHAIN, branch
from services.reports.cards.issuing import file_id
from services.reports.cards.states import WITH_VERSION
from services.reports.cards.typesetting import FUNCTION, TEMPLATE
from services.reports.paper import editions
from services.reports.paper.editions import MadeOtherwise

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]


class CantBeMade(Exception):
    """Why, for the one who asks."""


@dataclass(frozen=True)
class Again:
    """`sha256`: of what was issued, and of this, when it is the same. `stored`: whether the file that families get is it, too.
    `pdf` None: `why` it can't be made."""

    language: str
    sha256: str
    stored: bool
    pdf: bytes | None
    why: str = ""


def card(store: Store, report_card_id: str) -> Document:
    """Raises CantBeMade."""
    found = store.report_cards.first(WHOLE_CHAIN, {"_id": report_card_id})  # an operator's, who has the database
    if found is None or found["state"] not in WITH_VERSION:
        raise CantBeMade("No such card was issued.")
    if not found.get("record"):
        raise CantBeMade("Nothing is kept of this card: the child's data were erased.")
    return found


def again(store: Store, issued: Document, language: str) -> Again:
    digest = issued["record"]["digests"][language]
    kept = store.files.first(branch(issued["branch_id"]), {"_id": file_id(issued["made_as"], language)})
    stored = kept is not None and editions.digest(kept["pdf"]) == digest
    try:
        return Again(language, digest, stored, editions.again(store, issued["record"], TEMPLATE, FUNCTION, language))
    except MadeOtherwise as error:
        return Again(language, digest, stored, None, str(error))
