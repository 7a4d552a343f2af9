"""Whose papers a run is, in which order, and in which pieces they are made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from schoolbus.ids import effect_id
from schoolbus.problems import Sentence
from schoolbus.scope import Scope
from services.reports.papers.registers import month_of
from services.reports.printruns import order, wanting
from services.reports.printruns.holding import Holding
from services.reports.printruns.states import CERTIFICATES, REGISTERS, WAITING, WORKING

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
PIECE = 50  # sheets that are made at once
MOST = 5_000  # sheets of a run: joining.PART parts


def plan(holding: Holding) -> None:
    """The run's parts, then the run: who comes after somebody that died between finds them, and they are the same or newer."""
    store, scope, run = holding.store, holding.scope, holding.run
    sheets = list(_sheets(store, scope, run))
    if not sheets:
        return holding.fail(_nobody(run))
    if len(sheets) > MOST:
        return holding.fail(Sentence("More than %(most)s sheets: ask for it grade by grade.", most=MOST))
    parts = [_part(run, number, sheets[start : start + PIECE]) for number, start in enumerate(range(0, len(sheets), PIECE))]
    holding.renew()
    store.print_parts.remove_all(scope, {"run_id": run["_id"]})  # of who died, and saw another roster
    store.print_parts.add_new(parts)
    holding.change({"state": WORKING, "asked": len(sheets), "parts": len(parts), "tried": 0})


def _sheets(store: Store, scope: Scope, run: Document) -> Iterable[Document]:
    """`first`: how many sheets the class has, of the one behind its separator."""
    classes = order.classes(store, scope, run)
    if run["what"] == REGISTERS:
        groups = [(group, [None]) for group in _with_registers(store, scope, run, classes)]
    else:
        groups = list(_wanted(store, scope, run, order.children(store, scope, classes)))
    for group, students in groups:
        for number, student_id in enumerate(students):
            first = len(students) if number == 0 and student_id else 0
            yield {"class_id": group["class_id"], "student_id": student_id, "first": first}


def _wanted(store: Store, scope: Scope, run: Document, groups: Sequence[order.InClass]) -> Iterable[tuple[Document, list[Any]]]:
    everybody = [student_id for _, students in groups for student_id in students]
    wanted = wanting.of(store, scope, everybody) if run["only_paper"] else set(everybody)
    if run["what"] == CERTIFICATES:
        where = {"student_id": {"$in": everybody}, "title_key": run["about"].casefold()}
        wanted &= set(store.certificates.collection.distinct("student_id", scope.filter(where)))
    for group, students in groups:
        if chosen := [id for id in students if id in wanted]:
            yield group, chosen


def _with_registers(store: Store, scope: Scope, run: Document, classes: Sequence[Document]) -> list[Document]:
    month = month_of(run["about"])
    within = {"$gte": month.since.isoformat(), "$lte": month.until.isoformat()}
    where = {"class_id": {"$in": [each["class_id"] for each in classes]}, "held_on": within}
    taken = set(store.registers.collection.distinct("class_id", scope.filter(where)))
    return [each for each in classes if each["class_id"] in taken]


def _nobody(run: Document) -> str:
    if run["what"] == REGISTERS:
        return "No register was taken in this month."
    if run["what"] == CERTIFICATES:
        return "Nobody has such a certificate."
    return "No family wants paper." if run["only_paper"] else "There are no students."


def _part(run: Document, number: int, sheets: Sequence[Document]) -> Document:
    return {
        "_id": effect_id("print-part", run["_id"], str(number)),
        "branch_id": run["branch_id"],
        "run_id": run["_id"],
        "number": number,
        "sheets": list(sheets),
        "state": WAITING,
        "tried": 0,
        "made": 0,
        "failed": [],
        "file_id": None,
        "size": 0,
        "pages": 0,
        "entries": [],
    }
