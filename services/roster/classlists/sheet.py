"""A class list as a spreadsheet saves it, read into lines. Plain values.

CSV with commas, semicolons or tabs, in UTF-8 with or without a BOM, or in the UTF-16 of Excel's "Unicode text". The first line
with anything in it names the columns (`columns.py`). What can't be read at all refuses the sheet; what is wrong with a line
leaves that line out.
"""

import csv
import io
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from services.roster.classlists.columns import NAMES, NEEDED, column_of

LIMIT = 2_000_000  # bytes
MOST = 5_000  # lines
_LONGEST = 255  # characters of a cell
_UTF_16 = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_BETWEEN = ",;\t"
_MARKS = dict.fromkeys(map(ord, "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\u061c"))
PROBLEM, WARNING = "problem", "warning"  # a line with a problem is left out; with a warning it is taken


@dataclass(frozen=True)
class Finding:
    """`text` with `%(name)s` for each of its `values`, so that it can be said in another language. `line` and `column` as the
    sender's sheet has them; None: it is of the sheet, of the line as a whole."""

    kind: str
    text: str
    line: int | None = None
    column: str | None = None
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        return self.text % self.values if self.values else self.text


@dataclass
class Line:
    """`cells` by column, with single spaces and Latin digits."""

    number: int
    cells: dict[str, str]
    titles: dict[str, str]  # of each column, as the sheet calls it
    findings: list[Finding] = field(default_factory=list)

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def wrong(self, column: str, text: str, **values: Any) -> None:
        self.findings.append(Finding(PROBLEM, text, self.number, self.titles.get(column), values))

    def odd(self, column: str, text: str, **values: Any) -> None:
        self.findings.append(Finding(WARNING, text, self.number, self.titles.get(column), values))

    @property
    def is_wrong(self) -> bool:
        return any(each.kind == PROBLEM for each in self.findings)


class Unreadable(Exception):
    """The sheet is refused as a whole."""

    def __init__(self, text: str, line: int | None = None, column: str | None = None, **values: Any) -> None:
        super().__init__(text)
        self.finding = Finding(PROBLEM, text, line, column, values)


def read(content: bytes) -> tuple[list[Line], list[Finding]]:
    """The lines, and what is to be said of the sheet as a whole. Raises Unreadable."""
    text = _text(content)
    rows = _rows(text)
    head = next(rows, None)
    if head is None:
        raise Unreadable("The sheet is empty.")
    places, findings = _places(*head)
    lines = [_line(number, row, places, len(head[1])) for number, row in islice(rows, MOST + 1)]
    if not lines:
        raise Unreadable("Below the titles there is no line.", head[0])
    if len(lines) > MOST:
        raise Unreadable("The sheet has more than %(most)s lines: send it in parts.", most=MOST)
    return lines, findings


def plain(text: str) -> str:
    """One line with single spaces and Latin digits, without the marks that turn its direction."""
    return " ".join("".join(_plain(each) for each in text.translate(_MARKS)).split())


def _plain(letter: str) -> str:
    if letter.isascii():
        return letter
    digit = unicodedata.digit(letter, None)
    return letter if digit is None else str(digit)


def _text(content: bytes) -> str:
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise Unreadable("This is an Excel workbook. In Excel choose Save as, and there CSV UTF-8.")
    try:
        text = content.decode(_UTF_16.get(content[:2], "utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise Unreadable(
            "This is not UTF-8, and Urdu would be lost. In Excel choose Save as, and there CSV UTF-8.", line
        ) from error
    if "\x00" in text:
        raise Unreadable("This is no text.", text[: text.index("\x00")].count("\n") + 1)
    return text


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Number and cells of each line that has any."""
    between, skipped = _separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=between, strict=True)
    number = 1
    while True:
        try:
            row = next(reader, None)
        except csv.Error as error:
            raise Unreadable("A quotation mark opens here and never closes, or stands within a cell.", number) from error
        if row is None:
            return
        if number > skipped and any(cell.strip() for cell in row):
            yield number, row
        number = reader.line_num + 1


def _separator(text: str) -> tuple[str, int]:
    """What parts the cells, and how many lines say nothing else (Excel's `sep=;`)."""
    lines = text.split("\n", 1)
    first = lines[0].strip().lower()
    if len(first) == 5 and first.startswith("sep=") and first[4] in ",;|":
        return first[4], 1
    head = next((line for line in text.splitlines() if line.strip()), "")
    return max(_BETWEEN, key=head.count), 0


def _places(number: int, head: list[str]) -> tuple[dict[str, tuple[int, str]], list[Finding]]:
    """Where each column stands and what the sheet calls it."""
    places: dict[str, tuple[int, str]] = {}
    findings = []
    for at, title in enumerate(map(plain, head)):
        column = column_of(title)
        if column is None:
            if title:
                findings.append(Finding(WARNING, "This column is not read.", number, title[:_LONGEST]))
        elif column in places:
            raise Unreadable("This column is there twice: %(name)s.", number, title, name=NAMES[column])
        else:
            places[column] = (at, title)
    missing = [NAMES[column] for column in NEEDED if column not in places]
    if missing:
        text = "The first line has to name the columns; these are not among them: %(names)s."
        raise Unreadable(text, number, names=", ".join(missing))
    return places, findings


def _line(number: int, row: list[str], places: dict[str, tuple[int, str]], width: int) -> Line:
    cells = {column: plain(row[at]) if at < len(row) else "" for column, (at, _) in places.items()}
    line = Line(number, cells, {column: title for column, (_, title) in places.items()})
    if any(cell.strip() for cell in row[width:]):
        line.wrong("", "It has more cells than the first line has titles: is a comma within a name without quotation marks?")
    for column, value in cells.items():
        if len(value) > _LONGEST:
            line.wrong(column, "It is longer than %(most)s characters.", most=_LONGEST)
        elif "\ufffd" in value or "???" in value:
            line.wrong(column, "Letters were lost when it was saved. In Excel choose Save as, and there CSV UTF-8.")
        elif not value.isprintable():
            line.wrong(column, "It has a sign that is no letter.")
    return line
