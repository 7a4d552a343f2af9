"""What a PDF was made with and of, so that years later it can be made again byte by byte: docs/decisions/paper.md.

Kept with an issued card: what was printed (`said`), how it was fitted, and the stamp: the version of typst, the digest of the
fonts, that of the templates, and of each PDF its own. Texts that many cards share (the templates' sources, a logo) are kept
once, under their digest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from schoolbus import typesetting
from schoolbus.scope import WHOLE_CHAIN
from services.reports.paper import setting

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
_FOLDERS = ("services/reports/paper", "services/reports/cards")


class MadeOtherwise(Exception):
    """This release can't make it again: `differs` names what it was made with, and what is here."""

    def __init__(self, differs: Mapping[str, tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{name}: made with {was}, here is {there}" for name, (was, there) in differs.items()))
        self.differs = differs


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@cache
def sources() -> str:
    """All templates that a card may be made with, as JSON: the text of each by its path."""
    files = [Path("schoolbus/script.typ"), *(path for folder in _FOLDERS for path in _below(folder))]
    return json.dumps({f"{file}": (typesetting.ROOT / file).read_text() for file in files}, ensure_ascii=False, sort_keys=True)


def _below(folder: str) -> list[Path]:
    return sorted(path.relative_to(typesetting.ROOT) for path in (typesetting.ROOT / folder).glob("*.typ"))


@cache
def stamp() -> Mapping[str, str]:
    """What this process makes PDFs with."""
    fonts = b"".join(path.read_bytes() for path in sorted(typesetting.FONTS.glob("*.ttf")))
    return {
        "typst": version("typst"),
        "standard": setting.STANDARD,
        "fonts": digest(fonts),
        "templates": digest(sources().encode()),
    }


def record(store: Store, said: Document, fits: Mapping[str, str], files: Mapping[str, bytes]) -> Document:
    """What is kept of a card: `said` (what was printed), `fits` and `files` by edition."""
    keep_texts(store, sources(), said["look"]["logo"])
    look = {**said["look"], "logo": digest(said["look"]["logo"].encode()) if said["look"]["logo"] else ""}
    return {
        "said": {**said, "look": look},
        "fits": dict(fits),
        "stamp": dict(stamp()),
        "digests": {edition: digest(pdf) for edition, pdf in files.items()},
    }


def keep_texts(store: Store, *texts: str) -> None:
    store.paper_texts.add_new([{"_id": digest(text.encode()), "branch_id": [], "text": text} for text in texts if text])


def again(store: Store, kept: Document, template: str, function: str, edition: str) -> bytes:
    """The same PDF as then. Raises MadeOtherwise when typst or the fonts are others by now, or the bytes would be."""
    _check({name: kept["stamp"][name] for name in ("typst", "fonts", "standard")}, stamp())
    said, logo = kept["said"], kept["said"]["look"]["logo"]
    if logo:
        said = {**said, "look": {**said["look"], "logo": _text(store, logo)}}
    with TemporaryDirectory(prefix="edition-") as root:
        _lay_out(_text(store, kept["stamp"]["templates"]), Path(root))
        made = setting.pdf(template, function, said, edition, kept["fits"][edition], root=Path(root))
    _check({"digest": kept["digests"][edition]}, {"digest": digest(made)})
    return made


def _check(was: Mapping[str, str], there: Mapping[str, str]) -> None:
    differs = {name: (value, there[name]) for name, value in was.items() if there[name] != value}
    if differs:
        raise MadeOtherwise(differs)


def _text(store: Store, key: str) -> str:
    return str(store.paper_texts.one(WHOLE_CHAIN, key)["text"])


def _lay_out(templates: str, root: Path) -> None:
    for name, text in json.loads(templates).items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
