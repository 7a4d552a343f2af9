"""CSV that people open in a spreadsheet."""

import csv as files
import io
from collections.abc import Iterable, Sequence
from typing import Any

BOM = "\ufeff"  # without it, Excel takes UTF-8 for the code page of its machine
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """RFC 4180, with cells that a spreadsheet would run as formulas defused."""
    return BOM.encode() + lines([columns, *rows])


def lines(rows: Iterable[Sequence[Any]]) -> bytes:
    """A piece of it: what comes first begins with BOM."""
    written = io.StringIO()
    files.writer(written, lineterminator="\r\n").writerows([cell(value) for value in row] for row in rows)
    return written.getvalue().encode()


def cell(value: Any) -> Any:
    """A text that begins as a formula does gets an apostrophe in front (OWASP, CSV injection). Numbers stay numbers."""
    if isinstance(value, str) and value.lstrip(" \n\u00a0\ufeff").startswith(_FORMULA):
        return f"'{value}"
    return value
