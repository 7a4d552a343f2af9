"""What tests of print runs and single papers do, in the words of a branch."""

import io
from typing import Any

import pikepdf
from pypdf import PdfReader

from schoolbus.caller import Caller
from tests.reports.story import Branch
from tests.support.people import head
from tests.support.waiting import eventually

Body = dict[str, Any]
OVER = ("made", "failed", "cancelled", "removed")


def asks(branch: Branch, by: Caller | None = None, **more: Any) -> Any:
    draft = {"what": "report_cards", "of": "class", **more}
    draft |= {"class_id": "c1"} if draft["of"] == "class" and "class_id" not in more else {}
    draft |= {"term": "First Term"} if draft["what"] in ("report_cards", "letters") and "term" not in more else {}
    return branch.call("POST", "report-print-runs", by or head(branch_id=branch.id), json=draft)


def run_of(branch: Branch, run_id: str, by: Caller | None = None) -> Body:
    answer = branch.call("GET", f"report-print-runs/{run_id}", by or head(branch_id=branch.id))
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def over(branch: Branch, run_id: str) -> Body | None:
    run = run_of(branch, run_id)
    return run if run["state"] in OVER else None


def prints(branch: Branch, by: Caller | None = None, **more: Any) -> tuple[Body, bytes]:
    """The run when it is over, and its PDF where there is one."""
    asked = asks(branch, by, **more)
    assert asked.status_code == 202, asked.text
    run = eventually(lambda: over(branch, asked.json()["report_print_run_id"]))
    if run["state"] != "made":
        return run, b""
    assert run["asked"] == run["done"] + len(run["failed"])
    answer = branch.call("GET", f"report-print-runs/{run['report_print_run_id']}/pdf", by or head(branch_id=branch.id))
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf"), answer.text
    assert len(answer.content) == run["size"]
    return run, answer.content


def outline(pdf: bytes) -> list[tuple[str, list[str]]]:
    with pikepdf.open(io.BytesIO(pdf)) as file, file.open_outline() as found:
        return [(f"{group.title}", [f"{child.title}" for child in group.children]) for group in found.root]


def pages(pdf: bytes) -> int:
    return len(PdfReader(io.BytesIO(pdf)).pages)
