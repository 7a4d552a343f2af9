"""Digests of pages: what would change a byte of them is seen before anybody takes it. `python -m tests.reports.paper.golden`
writes them anew, after a look at the pages: docs/decisions/paper.md."""

import json
from pathlib import Path

from services.reports.cards.card import EDITIONS
from services.reports.cards.typesetting import render
from services.reports.paper.editions import digest, stamp
from tests.reports.cards import a_card, a_full_card
from tests.reports.paper.samples import ALL

KEPT = Path(__file__).parent / "golden.json"


def digests() -> dict[str, str]:
    cards = {"card": a_card(), "full card": a_full_card()}
    pages = {f"{name}, {edition}": render(card, edition) for name, card in cards.items() for edition in EDITIONS}
    pages |= {f"{name}, {edition}": make(edition) for name, make in ALL.items() for edition in EDITIONS}
    made_with = {f"made with: {name}": value for name, value in stamp().items()}
    return {**made_with, **{name: digest(pdf) for name, pdf in pages.items()}}


if __name__ == "__main__":
    KEPT.write_text(json.dumps(digests(), indent=2) + "\n")
