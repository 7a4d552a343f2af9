"""A part of a run: up to fifty sheets in one PDF, kept under a name of this attempt, then named by the part in one write.

Who dies before that write leaves a file that nobody names; who comes after finds the part waiting. What is written is never
made again: a part that is done is no part that waits.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typst

from schoolbus.logs import log
from services.reports.paper.joining import Sheet, bound, separator
from services.reports.paper.pairs import pair
from services.reports.printruns import titles
from services.reports.printruns.holding import Holding, Lost
from services.reports.printruns.sheets import Missing, maker
from services.reports.printruns.states import DONE, FAILED, WAITING

Document = dict[str, Any]
MOST_TRIES = 3
_OF_ITS_DATA = (typst.TypstError, ArithmeticError, LookupError, TypeError, ValueError)


def make(holding: Holding, part: Document) -> None:
    """Raises Lost."""
    store, scope = holding.store, holding.scope
    holding.renew()
    if part["tried"] >= MOST_TRIES:
        return _give_up(holding, part)
    ours = {"state": WAITING, "tried": part["tried"]}
    if store.print_parts.change(scope, part["_id"], to={"tried": part["tried"] + 1}, when=ours) is None:
        raise Lost
    with TemporaryDirectory(prefix="print-run-") as folder:
        sheets, failed = _on_disk(holding, part, Path(folder))
        to: Document = {"state": DONE, "failed": failed, "made": len(part["sheets"]) - len(failed)}
        if sheets:
            to |= _kept(holding, part, sheets, Path(folder))
    if store.print_parts.change(scope, part["_id"], to=to, when={"state": WAITING}) is None:
        if "file_id" in to:
            store.drop_file(to["file_id"])
        raise Lost
    if "file_id" in to and not holding.wanted():  # cancelled meanwhile, and tidy by now
        store.print_parts.change(scope, part["_id"], to={"file_id": None, "size": 0})
        store.drop_file(to["file_id"])
        raise Lost
    log().info("print_part_made", run=part["run_id"], part=part["number"], made=to["made"], failed=len(failed))


def _on_disk(holding: Holding, part: Document, folder: Path) -> tuple[list[Sheet], list[Document]]:
    """Sheets with their separators, the children and classes by id; and what there is no sheet of."""
    of_class = titles.classes(holding.store, holding.scope, part["sheets"])
    one = maker(holding.store, holding.scope, holding.run, part["sheets"])
    sheets: list[Sheet] = []
    failed: list[Document] = []
    for number, sheet in enumerate(part["sheets"]):
        holding.pace()
        if sheet["first"]:
            title = pair(of_class.get(sheet["class_id"], "–"))
            lines = titles.lines(holding.run, sheet["first"])
            sheets.append(Sheet(sheet["class_id"], separator(title, lines, holding.run["_id"][:8], holding.run["paper"]), 0))
        pdf, reason = _tried(one, sheet, part)
        if pdf is None:
            failed.append({"student_id": sheet["student_id"], "class_id": sheet["class_id"], "reason": reason})
            continue
        path = folder / f"{number}.pdf"
        path.write_bytes(pdf)
        sheets.append(Sheet(sheet["student_id"] or sheet["class_id"], path, level=1 if sheet["student_id"] else 0))
    return sheets, failed


def _tried(one: Any, sheet: Document, part: Document) -> tuple[bytes | None, str]:
    """What one sheet's data makes impossible is no reason to print none of the others."""
    try:
        return one(sheet), ""
    except Missing as missing:
        return None, str(missing)
    except _OF_ITS_DATA:
        log().exception("print_sheet_failed", run=part["run_id"], part=part["number"], student=sheet["student_id"])
        return None, "It could not be set."


def _kept(holding: Holding, part: Document, sheets: list[Sheet], folder: Path) -> Document:
    holding.pace()
    made = bound(sheets, folder / "part.pdf")
    file_id = f"{part['run_id']}/{part['number']}-{holding.run['attempts']}"
    size = holding.store.keep_file_of(file_id, made.path, holding.pace)
    return {"file_id": file_id, "size": size, "pages": made.pages, "entries": [list(entry) for entry in made.entries]}


def _give_up(holding: Holding, part: Document) -> None:
    reason = f"It could not be made in {MOST_TRIES} attempts."
    failed = [{"student_id": each["student_id"], "class_id": each["class_id"], "reason": reason} for each in part["sheets"]]
    to = {"state": FAILED, "failed": failed}
    if holding.store.print_parts.change(holding.scope, part["_id"], to=to, when={"state": WAITING}):
        log().error("print_part_failed", run=part["run_id"], part=part["number"])
