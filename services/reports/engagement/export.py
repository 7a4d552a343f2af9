"""The report as CSV: UTF-8 with a BOM (schoolbus/sheets.py), a row for each group and month. What is hidden is empty."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from eventlet import tpool

from schoolbus import sheets
from schoolbus.caller import Caller
from schoolbus.route import Answer
from services.reports.engagement import months, reports, tables
from services.reports.engagement.tables import MEAN_KEYS, SHARES

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
_SHARE, _MEAN = ("count", "of", "percent", "low", "high"), ("n", "mean", "low", "high")
_NUMBERS = (
    "families",
    "students",
    *(f"{key}_{name}" for key in SHARES for name in _SHARE),
    *(f"{key}_{name}" for key in MEAN_KEYS for name in _MEAN),
)
_ALL = "all"  # the group that is all of them


def of_branch(store: Store, caller: Caller, branch_id: str, query: Mapping[str, Any]) -> Answer:
    """The branch and its classes, month by month."""
    wanted = months.asked(query)
    whole = reports.branch(store, caller, branch_id, query)["months"]
    classes = reports.of_classes_by_month(store, caller.branch(branch_id), wanted)
    return _file(("month", "class_id", "class", *_NUMBERS), _rows(whole, classes), f"engagement-{wanted[0]}-{wanted[-1]}.csv")


def _rows(whole: Sequence[Document], classes: Mapping[str, Sequence[Document]]) -> Iterator[list[Any]]:
    for each in whole:
        month = each["month"]
        yield [month, _ALL, "", *_numbers(each)]
        yield from ([month, one["class_id"], one["title"], *_numbers(one)] for one in classes.get(month, ()))


def of_chain(store: Store, caller: Caller, query: Mapping[str, Any]) -> Answer:
    """The chain and each branch of a month."""
    month = query["month"] or months.current()
    whole, found = reports.of_chain(store, month)
    names = reports.named(store, [row["branch_id"] for row in found])

    def rows() -> Iterator[list[Any]]:
        yield [month, _ALL, "", *_numbers(whole)]
        for row in found:
            shown = tables.shown(row, tables.alone(row), sums=False)
            yield [month, row["branch_id"], names[row["branch_id"]]["name"], *_numbers(shown)]

    return _file(("month", "branch_id", "branch", *_NUMBERS), rows(), f"engagement-{month}.csv")


def _numbers(shown: Mapping[str, Any]) -> list[Any]:
    shares = [each[name] for each in shown["measures"] for name in _SHARE]
    means = [each[name] for each in shown["means"] for name in _MEAN]
    return ["" if value is None else value for value in (shown["families"], shown["students"], *shares, *means)]


def _file(columns: tuple[str, ...], rows: Iterator[list[Any]], name: str) -> Answer:
    """Each part of it is made in a thread: what a branch shows is some milliseconds of work, and a chain has thousands."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Answer(_in_a_thread(sheets.lines(columns, rows)), "text/csv; charset=utf-8", headers=headers)


def _in_a_thread(parts: Iterator[bytes]) -> Iterator[bytes]:
    while part := tpool.execute(next, parts, b""):
        yield part
