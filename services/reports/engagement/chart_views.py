"""Charts of a branch and of the chain, each with the table that it is drawn from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from schoolbus.caller import Caller
from schoolbus.route import Answer
from services.reports.engagement import charts, months, reports
from services.reports.engagement.charts import Bar
from services.reports.engagement.measures import NAMES
from services.reports.paper import pairs

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
Query = Mapping[str, Any]
MEASURES_, MONTHS, CLASSES = KINDS = ("measures", "months", "classes")
KEYS = tuple(NAMES)
SVG = "image/svg+xml"
_TITLES = {
    MEASURES_: ("Families, {month}", "خاندان، {month}"),
    MONTHS: ("{measure}, by month", "{measure}، ماہ بہ ماہ"),
    CLASSES: ("{measure}, by class, {month}", "{measure}، جماعت وار، {month}"),
}


def of_branch(store: Store, caller: Caller, branch_id: str, query: Query) -> Document:
    """`measures` of a month, one measure over `months`, or one of a month by `classes`."""
    if query["chart"] == CLASSES:
        month = query["until"] or months.current()
        found = reports.of_classes(store, caller.branch(branch_id), month)
        rows = [(each["title"] or each["class_id"], each["title"] or each["class_id"], each) for each in found]
        return _table(query, month, [_row(en, ur, _one(each, query["measure"])) for en, ur, each in rows])
    return _of_months(query, reports.branch(store, caller, branch_id, query)["months"])


def of_chain(store: Store, caller: Caller, query: Query) -> Document:
    return _of_months(query, reports.chain(store, caller, query)["months"])


def drawn(table: Document, language: str) -> Answer:
    name, title = ("label_ur", table["title_ur"]) if language == "ur" else ("label", table["title"])
    rows = [_bar(row, row[name]) for row in table["rows"]]
    draw = charts.line if table["chart"] == MONTHS else charts.bars
    return Answer(draw(title, rows, language).encode(), f"{SVG}; charset=utf-8")


def _of_months(query: Query, found: list[Document]) -> Document:
    if query["chart"] == MONTHS:
        rows = [_row(*_month_names(each["month"]), _one(each, query["measure"])) for each in found]
        return _table(query, "", rows)
    latest: Document = found[-1] if found else {"month": query["until"] or months.current(), "measures": [], "means": []}
    return _table(query, latest["month"], [_row(*NAMES[each["measure"]], each) for each in _all(latest)])


def _all(shown: Mapping[str, Any]) -> Iterable[Document]:
    yield from shown["measures"]
    yield from shown["means"]


def _one(shown: Mapping[str, Any], key: str) -> Document:
    return next(each for each in _all(shown) if each["measure"] == key)


def _row(label: str, label_ur: str, of: Mapping[str, Any]) -> Document:
    """A share, or a mean, which has no count beside how many it is of."""
    shown = {name: of[name] for name in ("low", "high", "suppressed")}
    if "mean" in of:
        return {"label": label, "label_ur": label_ur, "count": None, "of": of["n"], "percent": of["mean"], **shown}
    return {"label": label, "label_ur": label_ur, **{name: of[name] for name in ("count", "of", "percent")}, **shown}


def _table(query: Query, month: str, rows: list[Document]) -> Document:
    name, name_ur = NAMES[query["measure"]]
    en, ur = _TITLES[query["chart"]]
    month_en, month_ur = _month_names(month) if month else ("", "")
    return {
        "chart": query["chart"],
        "title": en.format(month=month_en, measure=name),
        "title_ur": ur.format(month=month_ur, measure=name_ur),
        "rows": rows,
    }


def _month_names(month: str) -> tuple[str, str]:
    pair = pairs.month(date.fromisoformat(f"{month}-01"))
    return pair["en"], pair["ur"]


def _bar(row: Mapping[str, Any], label: str) -> Bar:
    percent, low, high = (None if row[name] is None else float(row[name]) for name in ("percent", "low", "high"))
    return Bar(label, row["count"], row["of"], percent, low, high)
