"""CSV that people open in a spreadsheet."""

import csv as files
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

BOM = "\ufeff"  # without it, Excel takes UTF-8 for the code page of its machine
PART = 500
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """RFC 4180, with cells that a spreadsheet would run as formulas defused."""
    return b"".join(lines(columns, rows))


def lines(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """The same in parts of about `PART` rows, however many there are."""
    written = io.StringIO()
    writer = files.writer(written, lineterminator="\r\n")
    written.write(BOM)
    writer.writerow(columns)
    for number, row in enumerate(rows, start=1):
        writer.writerow([cell(value) for value in row])
        if number % PART == 0:
            yield written.getvalue().encode()
            written.seek(0)
            written.truncate()
    yield written.getvalue().encode()


def cell(value: Any) -> Any:
    """A text that begins as a formula does gets an apostrophe in front (OWASP, CSV injection). Numbers stay numbers."""
    if isinstance(value, str) and value.lstrip(" \n\u00a0\ufeff").startswith(_FORMULA):
        return f"'{value}"
    return value
