"""A set as it is kept, for the next delta and for an undo: 1.2 bulk, whole, without passwords."""

import csv
import io
import zipfile
from collections.abc import Iterator
from itertools import chain
from typing import IO

from services.roster.oneroster.findings import Findings
from services.roster.oneroster.incoming import Incoming
from services.roster.oneroster.layout import File
from services.roster.oneroster.tables import Row, Rows

_LEVEL = 1  # speed counts more than a few megabytes


def write_set(incoming: Incoming, to: IO[bytes]) -> None:
    """Reads the set once more. Memory is needed for a row."""
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
        _put(archive, "manifest.csv", iter(_manifest(incoming.files)))
        for file in incoming.files:
            _put(archive, f"{file.name}.csv", _lines(file, incoming.rows(file, Findings())))


def _put(archive: zipfile.ZipFile, name: str, lines: Iterator[Row]) -> None:
    with archive.open(name, "w", force_zip64=True) as raw, io.TextIOWrapper(raw, encoding="utf-8", newline="") as text:
        csv.writer(text).writerows(lines)


def _lines(file: File, rows: Rows) -> Iterator[Row]:
    """The header comes with the first row: only then the added columns are known."""
    secrets = [file.place[name] for name in file.secret]
    reading = iter(rows)
    first = next(reading, None)
    yield [*file.columns, *rows.extensions]
    for _, row in chain([first] if first else [], reading):
        row[1] = row[2] = ""
        for index in secrets:
            row[index] = ""
        yield row


def _manifest(files: list[File]) -> list[Row]:
    versions = [["manifest.version", "1.0"], ["oneroster.version", "1.2"]]
    return [["propertyName", "value"], *versions, *([f"file.{file.name}", "bulk"] for file in files)]
