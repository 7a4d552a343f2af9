"""Report cards as PDF, set by typst with the fonts beside this file.

`render` imports neither nameko nor pymongo: tests and the bench call it as it is.
"""

import json
from functools import cache
from pathlib import Path
from threading import Lock
from typing import cast

import typst

from services.reports.card import Card, printed

_HERE = Path(__file__).parent
_one_at_a_time = Lock()  # a compiler can't be used by two threads


@cache
def _compiler() -> typst.Compiler:
    """Made once a process: it keeps the parsed fonts, the template and whatever two cards have in common."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(_HERE / "fonts")])
    return typst.Compiler(root=str(_HERE), font_paths=fonts)


def render(card: Card, edition: str) -> bytes:
    """One A4 page as PDF, with its fonts in it. `edition` is one of card.EDITIONS."""
    with _one_at_a_time:
        pdf = _compiler().compile(_source(card, edition), format="pdf")
    return cast(bytes, pdf)


def _source(card: Card, edition: str) -> bytes:
    """The card's text is one string literal that holds JSON: printed, never run.

    The inner JSON is plain ASCII without control characters, so quotes and backslashes are all that the literal has to
    escape, and typst escapes them as JSON does. (sys.inputs would do as well, but when they change typst forgets all that it
    has kept: 25 ms a card against 10.)
    """
    literal = json.dumps(json.dumps(printed(card)))
    return f'#import "card.typ": report\n#report(json(bytes({literal})), {json.dumps(edition)})'.encode()
