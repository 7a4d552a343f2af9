"""Printed things as PDF/UA-1: tagged, with their language, their headings, their tables' heads and alternative texts."""

from pathlib import Path
from typing import Any

import typst

from schoolbus import typesetting

STANDARD = "ua-1"
_NO_LETTER = "could not be displayed"


def pdf(template: str, function: str, *values: Any, root: Path | None = None) -> bytes:
    """As schoolbus.typesetting.pdf; `root`: templates of another edition.

    typst refuses what a screen reader could not read: a picture without words, say. A character that none of the fonts has (an
    emoji in a name) is no reason to leave a family without its paper: it is tagged all the same, and no PDF/UA by name.
    """
    try:
        return _set(template, function, *values, standards=(STANDARD,), root=root)
    except typst.TypstError as error:
        if _NO_LETTER not in str(error):
            raise
        return _set(template, function, *values, standards=(), root=root)


def _set(template: str, function: str, *values: Any, standards: tuple[str, ...], root: Path | None) -> bytes:
    if root is None:
        return typesetting.pdf(template, function, *values, standards=standards)
    return typesetting.once(template, function, *values, standards=standards, root=root)
