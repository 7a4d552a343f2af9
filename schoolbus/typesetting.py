"""PDFs, set by typst with the fonts beside this file: English, and Urdu joined and from right to left (`script.typ`).

Imports neither nameko nor pymongo: tests and the bench call it as it is. Only services that set something have typst.
"""

import json
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, cast

import typst

_HERE = Path(__file__).parent
_one_at_a_time = Lock()  # a compiler can't be used by two threads


@cache
def _compiler() -> typst.Compiler:
    """Made once a process: it keeps the parsed fonts, the templates and whatever two documents have in common."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(_HERE / "fonts")])
    return typst.Compiler(root=str(_HERE.parent), font_paths=fonts)


def pdf(template: str, function: str, *values: Any) -> bytes:
    """A PDF with its fonts in it. `template`: a file below the root, as /services/reports/cards/card.typ; `function`: what it
    offers, called with the values."""
    with _one_at_a_time:
        return cast(bytes, _compiler().compile(source(template, function, *values), format="pdf"))


def source(template: str, function: str, *values: Any) -> bytes:
    """A value's text is one string literal that holds JSON: printed, never run.

    The inner JSON is plain ASCII without control characters, so quotes and backslashes are all that the literal has to
    escape, and typst escapes them as JSON does. (sys.inputs would do as well, but when they change typst forgets all that it
    has kept: 25 ms a page against 10.)
    """
    given = ", ".join(f"json(bytes({json.dumps(json.dumps(value))}))" for value in values)
    return f"#import {json.dumps(template)}: {function}\n#{function}({given})".encode()
