"""A guide as a PDF, and as a page for a browser. Both say the same blocks."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from babel.dates import format_date

from schoolbus import typesetting
from schoolbus.clock import BRANCH_ZONE
from schoolbus.scope import branch
from services.notifications.guiding.markup import PARAGRAPH, Block, as_html
from services.notifications.guiding.markup import blocks as blocks_of
from services.notifications.translating.marks import by_machine
from services.notifications.wording.languages import LANGUAGES, phrase
from services.notifications.wording.texts import MACHINE_MADE

if TYPE_CHECKING:
    from services.notifications.store import Store

TEMPLATE = "/services/notifications/guiding/guide.typ"
_STYLE = (
    "body{max-width:40rem;margin:1rem auto;padding:0 1rem;font:1.1rem/1.6 'Noto Sans',sans-serif;color:#1f2937}"
    "[dir=rtl] body{font-family:'Noto Nastaliq Urdu','Noto Sans',serif;line-height:2.4}h1,h2,h3{color:#14532d;line-height:1.4}"
    "[dir=rtl] h1,[dir=rtl] h2,[dir=rtl] h3{line-height:2.2}li{margin:.3rem 0}"
)
SAFE = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'", "X-Content-Type-Options": "nosniff"}


def told(text: Mapping[str, Any], language: str) -> list[Block]:
    """What a guide says in a language; that a machine has translated it comes first."""
    mark = [Block(PARAGRAPH, (phrase(MACHINE_MADE, language),))] if by_machine(text) else []
    return [*mark, *blocks_of(text["body"])]


def pdf(store: Store, file: Mapping[str, Any], text: Mapping[str, str], blocks: Sequence[Block]) -> bytes:
    """`file`: the row that wants it."""
    school = store.branches.first(branch(file["branch_id"])) if file["branch_id"] else None
    return printed(text["title"], blocks, file["language"], school or {}, file["asked_at"].astimezone(BRANCH_ZONE))


def printed(title: str, blocks: Sequence[Block], language: str, school: Mapping[str, Any], on: Any) -> bytes:
    """`school`: the branch, or {} for the chain's; `on`: the day of its words."""
    script = "ur" if LANGUAGES[language].right_to_left else "en"
    given = {
        "script": script,
        "title": title,
        "school": str((school.get("name_ur") if script == "ur" else None) or school.get("name") or ""),
        "date": format_date(on, "d MMMM y", LANGUAGES[language].locale),
        "blocks": [{"kind": block.kind, "lines": list(block.lines), "level": block.level} for block in blocks],
    }
    return typesetting.pdf(TEMPLATE, "guide", given)


def page(title: str, blocks: Sequence[Block], language: str) -> bytes:
    """Without scripts and without anything from elsewhere."""
    direction = "rtl" if LANGUAGES[language].right_to_left else "ltr"
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">'
    named = html.escape(title)
    body = f"<h1>{named}</h1>{as_html(blocks)}"
    styled = f"{head}<title>{named}</title><style>{_STYLE}</style>"
    told = f'<!doctype html><html lang="{language}" dir="{direction}"><head>{styled}</head><body>{body}</body></html>'
    return told.encode()
