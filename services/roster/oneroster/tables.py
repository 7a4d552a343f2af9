"""Rows of a CSV file in a set: RFC 4180, UTF-8 (a BOM is tolerated), the header exactly as the standard has it."""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Protocol, TypeAlias

from services.roster.oneroster.archive import MOST_ROWS, UNREADABLE, Archive
from services.roster.oneroster.findings import Findings, Place
from services.roster.oneroster.layout import EXTENSION, LONGEST_FIELD, File

if TYPE_CHECKING:
    import _csv

Row: TypeAlias = list[str]

_BEAT_EVERY = 2000  # rows
csv.field_size_limit(LONGEST_FIELD)


class Rows(Protocol):
    """Rows of a file in its columns of 1.2, however they came. Iterating gives (place, row); each time from the start."""

    file: File
    extensions: dict[str, int]  # index of each metadata column: known once the first row is there
    count: int  # rows given so far

    def __iter__(self) -> Iterator[tuple[Place, Row]]: ...


class Table:
    """Iterating gives (line, row) of each row that is not blank and as long as the header; what is wrong goes to `findings`.

    A file is read to its end even when rows are wrong, but not beyond a quote that never closes or bytes that are no text.
    """

    def __init__(self, archive: Archive, file: File, findings: Findings) -> None:
        self.file = file
        self.extensions: dict[str, int] = {}  # index of each metadata column
        self.count = 0  # rows given so far
        self._archive = archive
        self._findings = findings

    def __iter__(self) -> Iterator[tuple[int, Row]]:
        self.count = 0
        self.extensions.clear()
        bytes_in = _Bytes(self._archive.blocks(self.file.member))
        reader = csv.reader(io.TextIOWrapper(_buffered(bytes_in), encoding="utf-8-sig", newline=""), strict=True)
        try:
            yield from self._rows(reader)
        except UnicodeDecodeError:
            self._find_bad_bytes()
        except csv.Error as error:
            self._problem(reader.line_num, None, f"Not read beyond here: {error}.")
        except UNREADABLE as error:
            self._problem(None, None, f"The file is damaged in the ZIP: {error}.")
        if bytes_in.has_nul:
            self._find_nul()

    def _rows(self, reader: "_csv.Reader") -> Iterator[tuple[int, Row]]:
        header: Row = next(reader, [])
        if not self._header_is_right(header):
            return
        width = len(header)
        for row in reader:
            if len(row) != width:
                if any(row):
                    self._problem(reader.line_num, None, f"The row has {len(row)} fields, the header {width}.")
            elif row[0] or any(row):
                self.count += 1
                if not self.count % _BEAT_EVERY and self._too_many(reader.line_num):
                    return
                yield reader.line_num, row

    def _header_is_right(self, header: Sequence[str]) -> bool:
        before = self._findings.problem_count
        for index, wanted in enumerate(self.file.columns):
            found = header[index] if index < len(header) else None
            if found != wanted:
                reason = "is missing" if found is None else f"is named {found[:60]!r}"
                self._problem(1, wanted, f"Column {index + 1} must be named {wanted!r}, exactly so; it {reason}.")
                return False
        for index, name in enumerate(header[len(self.file.columns) :], len(self.file.columns)):
            if not name.startswith(EXTENSION):
                self._problem(1, name[:60], f"The standard has no such column here; an added one begins with {EXTENSION!r}.")
            elif name in self.extensions:
                self._problem(1, name[:60], "The column is there twice.")
            self.extensions[name] = index
        return self._findings.problem_count == before

    def _too_many(self, line: int) -> bool:
        self._archive.rows_read += _BEAT_EVERY
        self._archive.beat()
        if self._archive.rows_read > MOST_ROWS:
            self._problem(line, None, f"Not read beyond here: a set has at most {MOST_ROWS:,} rows.")
            return True
        return False

    def _problem(self, line: int | None, column: str | None, reason: str) -> None:
        self._findings.problem(self.file.member, line, column, reason)

    def _find_bad_bytes(self) -> None:
        """Reads the file again for the lines that are not UTF-8."""
        for number, line in self._lines():
            try:
                line.decode()
            except UnicodeDecodeError as error:
                byte = line[error.start]
                self._problem(
                    number, None, f"Byte {error.start + 1} of the line (0x{byte:02X}) is not UTF-8: save the file as UTF-8."
                )

    def _find_nul(self) -> None:
        for number, line in self._lines():
            if b"\0" in line:
                self._problem(number, None, f"Byte {line.index(0) + 1} of the line is NUL, which no text has.")

    def _lines(self) -> Iterator[tuple[int, bytes]]:
        try:
            yield from enumerate(_buffered(_Bytes(self._archive.blocks(self.file.member))), 1)
        except UNREADABLE as error:
            self._problem(None, None, f"The file is damaged in the ZIP: {error}.")


class _Bytes(io.RawIOBase):
    """Blocks as a stream that notices NUL on the way."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._left = memoryview(b"")
        self.has_nul = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        if not self._left:
            block = next(self._blocks, b"")
            self.has_nul = self.has_nul or b"\0" in block
            self._left = memoryview(block)
        size = min(len(buffer), len(self._left))
        buffer[:size] = self._left[:size]
        self._left = self._left[size:]
        return size


def _buffered(stream: io.RawIOBase) -> io.BufferedReader:
    return io.BufferedReader(stream, 1 << 16)
