"""PDFs, set by typst with the fonts beside this file: English, and Urdu joined and from right to left (`script.typ`).

Imports neither nameko nor pymongo: tests and the bench call it as it is. Only services that set something have typst.
"""

import json
import os
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, cast

# typst shares the work of a page among threads, and a page is little work: they would wait for each other, at 7 % of the time.
os.environ.setdefault("RAYON_NUM_THREADS", "1")

import typst

from schoolbus.logical import logical

_HERE = Path(__file__).parent
FONTS, ROOT = _HERE / "fonts", _HERE.parent
_one_at_a_time = Lock()  # a compiler can't be used by two threads


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])


@cache
def _compiler() -> typst.Compiler:
    """Made once a process: it keeps the parsed fonts, the templates and whatever two documents have in common."""
    return typst.Compiler(root=str(ROOT), font_paths=_fonts())


def pdf(template: str, function: str, *values: Any, standards: tuple[str, ...] = ()) -> bytes:
    """A PDF with its fonts in it. `template`: a file below the root, as /services/reports/cards/card.typ; `function`: what it
    offers, called with the values; `standards`: what typst has to keep, such as ua-1. Raises typst.TypstError."""
    with _one_at_a_time:
        return _compiled(_compiler(), source(template, function, *values), standards)


def once(template: str, function: str, *values: Any, standards: tuple[str, ...], root: Path) -> bytes:
    """As `pdf`, with the templates below another root, of which nothing is kept."""
    with _one_at_a_time:
        return _compiled(typst.Compiler(root=str(root), font_paths=_fonts()), source(template, function, *values), standards)


def _compiled(compiler: typst.Compiler, source: bytes, standards: tuple[str, ...]) -> bytes:
    return logical(cast(bytes, compiler.compile(source, format="pdf", pdf_standards=cast(Any, list(standards)))))


def source(template: str, function: str, *values: Any) -> bytes:
    """A value's text is one string literal that holds JSON: printed, never run.

    The inner JSON is plain ASCII without control characters, so quotes and backslashes are all that the literal has to
    escape, and typst escapes them as JSON does. (sys.inputs would do as well, but when they change typst forgets all that it
    has kept: 25 ms a page against 10.)
    """
    given = ", ".join(f"json(bytes({json.dumps(json.dumps(value))}))" for value in values)
    return f"#import {json.dumps(template)}: {function}\n#{function}({given})".encode()
