"""One PDF of many, written object by object: in memory are one part and a number for each object, however long the whole is.

Needs pikepdf and nothing else, so that a process of its own begins quickly:

    python -m services.reports.paper.appending PARTS.json TO.pdf

PDF 1.7 (ISO 32000-1): 7.5 file structure, 7.7.3 page tree, 12.3.3 outline. Parts are files that qpdf wrote: a literal string
in them has its parentheses and backslashes escaped.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pikepdf import Name, Object, Pdf, Stream

Renumber = Callable[[re.Match[bytes]], bytes]
Entry = tuple[str, int, int]  # title, level, page; level 0 begins a group
_TOKEN = re.compile(rb"\((?:\\.|[^\\)])*\)|<<|<[0-9A-Fa-f]*>|/[^\s/<>\[\](){}%]*|(\d+) (\d+) R\b", re.DOTALL)
_INHERITED = ("/Resources", "/MediaBox", "/CropBox", "/Rotate")  # table 30
_TAGS = ("/StructParents", "/Tabs")  # they lead into the single PDF's tags
_CATALOG, _ROOT, _OUTLINE = 1, 2, 3


@dataclass(frozen=True)
class Bound:
    """Some sheets in one file, without an outline: what one would say of them, with pages counted from 0."""

    path: Path
    pages: int
    entries: Sequence[Entry]


def whole(parts: Iterable[Bound], to: Path) -> int:
    """Parts as one PDF with its outline, the same bytes for the same parts; how many pages."""
    with to.open("wb") as file:
        writer = _Writer(file)
        entries: list[Entry] = []
        for part in parts:
            entries += [(title, level, len(writer.pages) + page) for title, level, page in part.entries]
            writer.append(part.path)
        writer.finish(entries)
        return len(writer.pages)


class _Writer:
    """`offsets` by an object's number, 0 where it is not written yet; `pages` and `nodes`: numbers of what they are."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.offsets = array("Q", [0] * (_OUTLINE + 1))
        self.pages: list[int] = []
        self.nodes: list[tuple[int, int]] = []  # of each part, with its count of pages
        self.digest = hashlib.sha256()
        self.written = 0
        self._put(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")

    def append(self, path: Path) -> None:
        with Pdf.open(path) as source:
            node = self._number()
            numbers: dict[tuple[int, int], int] = {}
            waiting: list[tuple[int, int]] = []

            def number_of(found: re.Match[bytes]) -> bytes:
                if found[1] is None:  # a string or a name
                    return found[0]
                key = int(found[1]), int(found[2])
                if key not in numbers:
                    numbers[key] = self._number()
                    waiting.append(key)
                return b"%d 0 R" % numbers[key]

            kids = []
            for page in source.pages:
                kids.append(self._number())
                text = _TOKEN.sub(number_of, _page(page.obj))
                self._object(kids[-1], text.rstrip().removesuffix(b">>") + b"/Parent %d 0 R >>" % node)
            while waiting:
                key = waiting.pop()
                self._copy(numbers[key], source.get_object(key), number_of)
            self._object(node, b"<< /Type /Pages /Parent %d 0 R /Count %d /Kids [ %s ] >>" % (_ROOT, len(kids), _all(kids)))
            self.nodes.append((node, len(kids)))
            self.pages += kids

    def _copy(self, number: int, found: Object, number_of: Renumber) -> None:
        if isinstance(found, Stream):
            raw = found.read_raw_bytes()
            found.stream_dict["/Length"] = len(raw)
            text = _TOKEN.sub(number_of, found.stream_dict.unparse(resolved=True))
            self._object(number, text + b"\nstream\n" + raw + b"\nendstream")
        else:
            self._object(number, _TOKEN.sub(number_of, found.unparse(resolved=True)))

    def finish(self, entries: Sequence[Entry]) -> None:
        count = len(self.pages)
        self._object(_ROOT, b"<< /Type /Pages /Count %d /Kids [ %s ] >>" % (count, _all(node for node, _ in self.nodes)))
        outlined = b" /Outlines %d 0 R" % _OUTLINE if self._outline(entries) else b""
        self._object(_CATALOG, b"<< /Type /Catalog /Pages %d 0 R%s >>" % (_ROOT, outlined))
        begins = self.written
        self._put(b"xref\n0 %d\n0000000000 65535 f \n" % len(self.offsets))
        for offset in self.offsets[1:]:
            self._put(b"%010d 00000 n \n" % offset if offset else b"0000000000 00000 f \n")
        id = self.digest.hexdigest()[:32].encode()
        trailer = b"<< /Size %d /Root %d 0 R /ID [ <%s> <%s> ] >>" % (len(self.offsets), _CATALOG, id, id)
        self._put(b"trailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (trailer, begins))

    def _outline(self, entries: Sequence[Entry]) -> bool:
        """Groups with what is in them; what comes before the first group is none's."""
        groups: list[tuple[Entry, list[Entry]]] = []
        for entry in entries:
            if entry[1] and groups:
                groups[-1][1].append(entry)
            else:
                groups.append((entry, []))
        if not groups:
            return False
        numbers = [self._number() for _ in groups]
        for place, (group, within) in enumerate(groups):
            children = [self._number() for _ in within]
            for number, child in enumerate(within):
                self._item(child, numbers[place], children, number)
            shown = b" /First %d 0 R /Last %d 0 R /Count -%d" % (children[0], children[-1], len(within)) if within else b""
            self._item(group, _OUTLINE, numbers, place, shown)
        text = b"<< /Type /Outlines /First %d 0 R /Last %d 0 R /Count %d >>"
        self._object(_OUTLINE, text % (numbers[0], numbers[-1], len(numbers)))
        return True

    def _item(self, entry: Entry, parent: int, siblings: Sequence[int], place: int, more: bytes = b"") -> None:
        title = ("\ufeff" + entry[0]).encode("utf-16-be", "replace").hex().encode()
        before = b" /Prev %d 0 R" % siblings[place - 1] if place else b""
        after = b" /Next %d 0 R" % siblings[place + 1] if place + 1 < len(siblings) else b""
        leads = b"/Dest [ %d 0 R /Fit ]" % self.pages[entry[2]]
        self._object(
            siblings[place], b"<< /Title <%s> /Parent %d 0 R%s%s%s %s >>" % (title, parent, before, after, more, leads)
        )

    def _number(self) -> int:
        self.offsets.append(0)
        return len(self.offsets) - 1

    def _object(self, number: int, body: bytes) -> None:
        self.offsets[number] = self.written
        self._put(b"%d 0 obj\n%s\nendobj\n" % (number, body))

    def _put(self, body: bytes) -> None:
        self.file.write(body)
        self.digest.update(body)
        self.written += len(body)


def _page(page: Object) -> bytes:
    """With what it has from the nodes above it, and without what leads away from it."""
    node = page
    while "/Parent" in node:
        node = node[Name.Parent]
        for name in _INHERITED:
            if name in node and name not in page:
                page[name] = node[name]
    for name in ("/Parent", *_TAGS):
        if name in page:
            del page[name]
    return bytes(page.unparse(resolved=True))


def _all(numbers: Iterable[int]) -> bytes:
    return b" ".join(b"%d 0 R" % number for number in numbers)


def main(listed: str, to: str) -> None:
    parts = json.loads(Path(listed).read_text())
    print(whole((Bound(Path(each["path"]), each["pages"], each["entries"]) for each in parts), Path(to)))


if __name__ == "__main__":
    main(*sys.argv[1:])
