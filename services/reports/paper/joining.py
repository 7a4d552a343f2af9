"""Many PDFs become one for the printer: in order, a separator sheet before each group, with an outline to find a child again.

What is joined lies on the disk, never all of it in memory: at most PART files are open at a time. A joined file is for paper:
the tags that a screen reader needs stay with the single PDFs, which families read.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from pikepdf import Pdf

from services.reports.paper import setting
from services.reports.paper.appending import Bound, whole
from services.reports.paper.look import A4
from services.reports.paper.pairs import Pair

PART = 100  # files open at a time; a process may have 1,024
TEMPLATE = "/services/reports/paper/separator.typ"


@dataclass(frozen=True)
class Sheet:
    """One PDF: its bytes, or the file that holds it. `title` leads to it in the outline; `level` 0 begins a group."""

    title: str
    pdf: bytes | Path
    level: int = 1


def separator(title: Pair, lines: Sequence[str], number: str = "", paper: str = A4) -> bytes:
    """A class's sheet: its name, then what the person at the printer wants to know."""
    return setting.pdf(TEMPLATE, "separator", {"title": title, "lines": list(lines), "number": number, "paper": paper})


def joined(sheets: Iterable[Sheet], to: Path) -> int:
    """Writes them as one PDF, the same bytes for the same sheets; how many pages."""
    with TemporaryDirectory(dir=to.parent, prefix="joining-") as folder:
        return whole(_parts(iter(sheets), Path(folder)), to)


def bound(sheets: Sequence[Sheet], to: Path) -> Bound:
    """At most PART sheets in one file, as a part of a whole."""
    with TemporaryDirectory(dir=to.parent, prefix="joining-") as folder:
        paths = [_on_disk(sheet, Path(folder) / f"sheet-{number}.pdf") for number, sheet in enumerate(sheets)]
        page, entries = 0, []
        for sheet, path in zip(sheets, paths, strict=True):
            with Pdf.open(path) as one:
                entries.append((sheet.title, sheet.level, page))
                page += len(one.pages)
        _write(paths, to)
    return Bound(to, page, entries)


def _parts(sheets: Iterator[Sheet], folder: Path) -> Iterator[Bound]:
    number = 0
    while some := list(islice(sheets, PART)):
        yield bound(some, folder / f"part-{number}.pdf")
        number += 1


def _on_disk(sheet: Sheet, path: Path) -> Path:
    if isinstance(sheet.pdf, Path):
        return sheet.pdf
    path.write_bytes(sheet.pdf)
    return path


def _write(paths: Sequence[Path], to: Path) -> None:
    sources = [Pdf.open(path) for path in paths]
    try:
        with Pdf.new() as together:
            for source in sources:
                together.pages.extend(source.pages)
            together.save(to, deterministic_id=True)
    finally:
        for source in sources:
            source.close()
