"""What tests look for in a PDF, with other programs than the one that wrote it."""

import io
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pikepdf

from tests.support.programs import bring


@dataclass
class Tag:
    """An element of the structure tree."""

    kind: str
    lang: str | None
    alt: str | None
    scope: str | None
    spoken: str | None = None  # what is read instead of what is drawn
    children: list["Tag"] = field(default_factory=list)

    def all(self) -> Iterator["Tag"]:
        yield self
        for child in self.children:
            yield from child.all()

    def named(self, kind: str) -> list["Tag"]:
        return [tag for tag in self.all() if tag.kind == kind]


def tags(pdf: bytes) -> Tag:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return _tag(opened.Root.StructTreeRoot)


def _tag(element: Any) -> Tag:
    attributes = element.get("/A", [])
    all_of = [attributes] if isinstance(attributes, pikepdf.Dictionary) else list(attributes)
    scope = next((str(each["/Scope"]) for each in all_of if isinstance(each, pikepdf.Dictionary) and "/Scope" in each), None)
    said = (_text(element, name) for name in ("/Lang", "/Alt"))
    made = Tag(str(element.get("/S", "/Root"))[1:], *said, scope, _text(element, "/ActualText"))
    below = element.get("/K", [])
    for child in [below] if isinstance(below, pikepdf.Dictionary) else list(below) if isinstance(below, pikepdf.Array) else []:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            made.children.append(_tag(child))
    return made


def _text(element: Any, name: str) -> str | None:
    return str(element[name]) if name in element else None


def read_aloud(pdf: bytes, folder: Path) -> str:
    """The text in its reading order, by pdftotext."""
    return _run("pdftotext", "-layout", _file(pdf, folder), "-")


def raw_text(pdf: bytes, folder: Path) -> str:
    """The text in the order in which it stands in the file."""
    return _run("pdftotext", "-raw", _file(pdf, folder), "-")


def fonts(pdf: bytes, folder: Path) -> list[dict[str, str]]:
    """pdffonts' table: name, emb, sub, uni of each."""
    lines = _run("pdffonts", _file(pdf, folder)).splitlines()[2:]
    rows = [line.rsplit(maxsplit=5) for line in lines]
    return [{"name": row[0].split()[0], "emb": row[1], "sub": row[2], "uni": row[3]} for row in rows]


def words(pdf: bytes, folder: Path) -> list[tuple[float, float, float, float, str]]:
    """Boxes of words: xMin, yMin, xMax, yMax in points from the top left, and the word."""
    told = ElementTree.fromstring(_run("pdftotext", "-bbox", _file(pdf, folder), "-"))
    found = [each for each in told.iter() if each.tag.endswith("word")]
    return [(*(float(each.attrib[side]) for side in ("xMin", "yMin", "xMax", "yMax")), each.text or "") for each in found]  # type: ignore[misc]


def _file(pdf: bytes, folder: Path) -> str:
    path = folder / "page.pdf"
    path.write_bytes(pdf)
    return str(path)


def _run(program: str, *words: str) -> str:
    bring(program)
    return subprocess.run([program, *words], check=True, capture_output=True, text=True).stdout
