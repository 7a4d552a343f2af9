"""Nastaliq as it is read: the structure of the PDF has each text letter by letter, as it was written.

A Nastaliq word climbs down: typst writes each glyph as a run of its own, from left to right, and letters whose dots are apart
twice. Who reads the structure aloud would hear that. So a template says what a text is: `whole` in script.typ makes it a figure
whose alternative text begins with two private characters, and here the figure becomes a span and the text its ActualText (ISO
32000-1, 14.9.4), which stands for all that is drawn in it. Both are as long as what they replace: no byte moves.
"""

import re

_MARKED = re.compile(rb"/S/Figure(/P \d+ 0 R(?:/T<[0-9A-F]*>)?(?:/Lang\([^)]*\))?)/Alt<FEFFE000E000")


def logical(pdf: bytes) -> bytes:
    """The same PDF, its marked texts as they are read."""
    return _MARKED.sub(rb"/S/Span  \1/ActualText<FEFF ", pdf)
