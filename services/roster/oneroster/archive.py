"""The ZIP of a set, opened without trust: what is inside is bounded before it is unpacked, and never written to disk."""

import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import IO

from services.roster.oneroster.findings import Findings
from services.roster.oneroster.layout import FILES, NOT_READ

Progress = Callable[[float], None]

MOST_FILES = 100
MOST_BYTES = 2 << 30  # unpacked, all files together
MOST_RATIO = 100  # unpacked to packed; rosters come to 10 or 20
MOST_ROWS = 10_000_000
_SMALL = 10 << 20  # below this, a ratio harms nobody
_BLOCK = 1 << 20
_DIRECTORY_ENTRY = b"PK\x01\x02"
_ENCRYPTED = 0x1
_KNOWN = {file.member for file in FILES} | {f"{name}.csv" for name in NOT_READ} | {"manifest.csv"}

UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
    OSError,
)


class Archive:
    """Members of a set. `progress` hears now and then which part has been read (0 to 1); it may raise to stop all."""

    def __init__(self, zip_file: zipfile.ZipFile, progress: Progress) -> None:
        self._zip = zip_file
        self._progress = progress
        self.names = frozenset(zip_file.namelist())
        self.size = sum(member.file_size for member in zip_file.infolist()) or 1
        self.bytes_read = 0
        self.rows_read = 0

    def beat(self) -> None:
        self._progress(min(self.bytes_read / self.size, 1.0))

    def rewind(self, progress: Progress) -> None:
        """For a second reading."""
        self._progress = progress
        self.bytes_read = self.rows_read = 0

    def blocks(self, member: str) -> Iterator[bytes]:
        """The unpacked bytes of a member. Raises one of UNREADABLE."""
        with self._zip.open(member) as stream:
            while block := stream.read(_BLOCK):
                self.bytes_read += len(block)
                yield block


def open_archive(file: IO[bytes], findings: Findings, progress: Progress) -> Archive | None:
    """None when the ZIP is refused from its outside; `findings` says why."""
    if _entries(file) > MOST_FILES:
        findings.problem("", None, None, f"The ZIP holds more than {MOST_FILES} files.")
        return None
    try:
        zip_file = zipfile.ZipFile(file)
    except UNREADABLE:
        findings.problem("", None, None, "This is not a ZIP file, or it is damaged.")
        return None
    _check_names(zip_file, findings)
    _check_sizes(zip_file, findings)
    return None if findings.problem_count else Archive(zip_file, progress)


def _entries(file: IO[bytes]) -> int:
    """At least how many members the directory names, found without reading the directory into memory."""
    file.seek(0)
    count, tail = 0, b""
    while block := file.read(_BLOCK):
        count += (tail + block).count(_DIRECTORY_ENTRY)
        tail = block[-3:]
    file.seek(0)
    return count


def _check_names(zip_file: zipfile.ZipFile, findings: Findings) -> None:
    seen: set[str] = set()
    for name in zip_file.namelist():
        if "/" in name or "\\" in name or name.startswith("."):
            findings.problem(name, None, None, "The files of a set stand at the top of the ZIP, in no folder.")
        elif name in seen:
            findings.problem(name, None, None, "The ZIP holds this file twice.")
        elif name not in _KNOWN:
            findings.warn(name, None, None, "No file of OneRoster 1.2: not read. Names are case-sensitive.")
        seen.add(name)


def _check_sizes(zip_file: zipfile.ZipFile, findings: Findings) -> None:
    members = zip_file.infolist()
    unpacked, packed = sum(member.file_size for member in members), sum(member.compress_size for member in members)
    if unpacked > MOST_BYTES:
        findings.problem("", None, None, f"Unpacked, the files have {unpacked:,} bytes; at most {MOST_BYTES:,} are taken.")
    elif unpacked > _SMALL and unpacked > MOST_RATIO * packed:
        findings.problem("", None, None, f"The files are packed more than {MOST_RATIO} to 1, as no roster is.")
    for member in members:
        if member.flag_bits & _ENCRYPTED:
            findings.problem(member.filename, None, None, "The file is encrypted.")
        elif member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            findings.problem(member.filename, None, None, "The file is packed in another way than deflate.")
