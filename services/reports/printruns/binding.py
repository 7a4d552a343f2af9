"""The parts become one PDF, in a process of its own: however large it is, nothing else of the worker waits for it, and the
memory that it took is gone with it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from schoolbus import clock, metrics
from schoolbus.logs import log
from services.reports.printruns import titles
from services.reports.printruns.clearing import KEPT, tidy
from services.reports.printruns.holding import Holding, Lost
from services.reports.printruns.states import MADE

Document = dict[str, Any]
MOST_TRIES = 3
LONGEST = 1800.0  # seconds
_LOOK = 0.2


class CouldNotBind(Exception):
    """The process that joins has failed: what it said is in the log."""


def bind(holding: Holding) -> None:
    """Raises Lost, CouldNotBind."""
    store, scope, run = holding.store, holding.scope, holding.run
    if run["tried"] >= MOST_TRIES:
        return holding.fail(f"The parts could not be joined in {MOST_TRIES} attempts.")
    parts = [part for part in store.print_parts.find(scope, {"run_id": run["_id"]}, sort="number") if part["file_id"]]
    if not parts or not sum(part["made"] for part in parts):
        return holding.fail("There is nothing to print: each child is named with the reason.")
    holding.change({"tried": run["tried"] + 1})
    with TemporaryDirectory(prefix="print-run-") as folder:
        to = Path(folder) / "run.pdf"
        pages = _joined(holding, _listed(holding, parts, Path(folder)), to)
        file_id = f"{run['_id']}/run-{run['attempts']}"
        size = store.keep_file_of(file_id, to, holding.pace)
    store.metered.touch(run["branch_id"])
    made = {"state": MADE, "made_at": clock.now(), "kept_until": clock.now() + KEPT, "untidy": True}
    try:
        changed = holding.change({**made, "file_id": file_id, "size": size, "pages": pages})
    except Lost:  # cancelled or erased meanwhile, and tidy by now; or another's
        store.drop_file(file_id)
        raise
    metrics.runs_ended.labels("print_run", "done").inc()
    log().info("print_run_made", run=run["_id"], pages=pages, bytes=size)
    tidy(store, changed)


def _listed(holding: Holding, parts: list[Document], folder: Path) -> Path:
    """The parts on the disk, and a list of them."""
    named = titles.of_parts(holding.store, holding.scope, parts)
    listed = []
    for part in parts:
        path = folder / f"part-{part['number']}.pdf"
        with path.open("wb") as file:
            for piece in holding.store.pieces_of_file(part["file_id"]):
                file.write(piece)
                holding.pace()
        entries = [[named.get(id, "–"), level, page] for id, level, page in part["entries"]]
        listed.append({"path": str(path), "pages": part["pages"], "entries": entries})
    to = folder / "parts.json"
    to.write_text(json.dumps(listed))
    return to


def _joined(holding: Holding, listed: Path, to: Path) -> int:
    command = [sys.executable, "-m", "services.reports.paper.appending", str(listed), str(to)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - ourselves; it inherits our niceness
        try:
            said = _waited(holding, process)
        except BaseException:
            process.kill()
            raise
    if process.returncode != 0:
        raise CouldNotBind(f"ended with {process.returncode}")
    return int(said)


def _waited(holding: Holding, process: subprocess.Popen[str]) -> str:
    waited = 0.0
    while True:
        try:
            return process.communicate(timeout=_LOOK)[0]
        except subprocess.TimeoutExpired:
            holding.keep()
            waited += _LOOK
            if waited > LONGEST:
                raise CouldNotBind("took too long") from None
