"""Charts of a branch and of the chain, each with the table that it is drawn from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from schoolbus.caller import Caller
from schoolbus.problems import Invalid, Sentence
from schoolbus.route import Answer
from services.reports.engagement import before_after, charts, months, reports
from services.reports.engagement.charts import Bar
from services.reports.engagement.measures import NAMES
from services.reports.engagement.tables import MEAN_KEYS
from services.reports.paper import pairs

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
Query = Mapping[str, Any]
MEASURES_, MONTHS, CLASSES, BESIDE, BEFORE_AFTER = KINDS = ("measures", "months", "classes", "beside", "before_and_after")
OF_CHAIN = (MEASURES_, MONTHS, BESIDE)
KEYS = tuple(NAMES)
SVG = "image/svg+xml"
_TITLES = {
    MEASURES_: ("Families, {month}", "خاندان، {month}"),
    MONTHS: ("{measure}, by month", "{measure}، ماہ بہ ماہ"),
    CLASSES: ("{measure}, by class, {month}", "{measure}، جماعت وار، {month}"),
    BESIDE: ("{measure}, families beside others, {month}", "{measure}، خاندان ایک دوسرے کے ساتھ، {month}"),
    BEFORE_AFTER: ("{measure}, the same families around {month}", "{measure}، وہی خاندان، {month} کے آس پاس"),
}
_PAIRS = {  # of measures.BESIDE: who have, and who have not
    "met": (("Had a meeting", "جن سے ملاقات ہوئی"), ("Were asked and had none", "بلائے گئے، ملاقات نہ ہوئی")),
    "read": (("Read something", "جنہوں نے پیغام پڑھا"), ("Were told and read nothing", "جنہوں نے پیغام نہیں پڑھا")),
    "home_notes": (("Wrote a home note", "جنہوں نے گھر کا احوال لکھا"), ("Wrote none", "جنہوں نے نہیں لکھا")),
    "took_part": (("Came or helped", "جو کسی چیز میں شریک ہوئے"), ("Did not", "جو شریک نہیں ہوئے")),
}


def of_branch(store: Store, caller: Caller, branch_id: str, query: Query) -> Document:
    """`measures` of a month, one measure over `months`, or one of a month by `classes`; a mean of children of families `beside`
    others; one measure `before_and_after` a date. Raises Invalid."""
    month = query["until"] or months.current()
    if query["chart"] == CLASSES:
        found = reports.of_classes(store, caller.branch(branch_id), month)
        rows = [(each["title"] or each["class_id"], each["title"] or each["class_id"], each) for each in found]
        return _table(query, _month_names(month), [_row(en, ur, _one(each, _key(query))) for en, ur, each in rows])
    if query["chart"] == BESIDE:
        return _beside(query, reports.beside(store, caller, branch_id, {"month": month}))
    if query["chart"] == BEFORE_AFTER:
        if query["on"] is None:
            raise Invalid({"on": ["Wants the date that this chart is about."]})
        return _before_after(query, before_after.of(store, caller, branch_id, None, query))
    return _of_months(query, reports.branch(store, caller, branch_id, query)["months"])


def of_chain(store: Store, caller: Caller, query: Query) -> Document:
    """Raises Invalid."""
    if query["chart"] == BESIDE:
        return _beside(query, reports.beside_of_chain(store, caller, {"month": query["until"]}))
    return _of_months(query, reports.chain(store, caller, query)["months"])


def drawn(table: Document, language: str) -> Answer:
    urdu = language == "ur"
    name, title, note = ("label_ur", table["title_ur"], table["note_ur"]) if urdu else ("label", table["title"], table["note"])
    rows = [_bar(row, row[name]) for row in table["rows"]]
    draw = charts.line if table["chart"] == MONTHS else charts.bars
    return Answer(draw(title, rows, language, note or "").encode(), f"{SVG}; charset=utf-8")


def _key(query: Query) -> str:
    return str(query["measure"] or (MEAN_KEYS[0] if query["chart"] == BESIDE else "read"))


def _beside(query: Query, found: Document) -> Document:
    """Of each pair both groups: a mean, for of families they are all or none."""
    key = _key(query)
    if key not in MEAN_KEYS:
        raise Invalid({"measure": [Sentence("Beside each other stand means: %(known)s.", known=list(MEAN_KEYS))]})
    rows = []
    for item in found["items"]:
        for (en, ur), side in zip(_PAIRS[item["kind"]], ("have", "others"), strict=True):
            rows.append(_row(en, ur, next(each for each in item[side]["means"] if each["measure"] == key)))
    return _table(query, _month_names(found["month"]), rows, found)


def _before_after(query: Query, found: Document) -> Document:
    of = _one(found, _key(query))
    rows = []
    for side, en, ur in (("before", "Before", "پہلے"), ("after", "After", "بعد")):
        (first, first_ur), (last, last_ur) = (_month_names(found[side][place]) for place in (0, -1))
        rows.append(_row(f"{en}: {first} – {last}", f"{ur}: {first_ur} – {last_ur}", of[side]))
    on = pairs.day(found["on"])
    return _table(query, (on["en"], on["ur"]), rows, found)


def _of_months(query: Query, found: list[Document]) -> Document:
    if query["chart"] == MONTHS:
        rows = [_row(*_month_names(each["month"]), _one(each, _key(query))) for each in found]
        return _table(query, ("", ""), rows)
    latest: Document = found[-1] if found else {"month": query["until"] or months.current(), "measures": [], "means": []}
    return _table(query, _month_names(latest["month"]), [_row(*NAMES[each["measure"]], each) for each in _all(latest)])


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


def _table(query: Query, month: tuple[str, str], rows: list[Document], noted: Mapping[str, Any] | None = None) -> Document:
    """`noted` has what the table can't show."""
    name, name_ur = NAMES[_key(query)]
    en, ur = _TITLES[query["chart"]]
    return {
        "chart": query["chart"],
        "title": en.format(month=month[0], measure=name),
        "title_ur": ur.format(month=month[1], measure=name_ur),
        "rows": rows,
        "note": noted["note"] if noted else None,
        "note_ur": noted["note_ur"] if noted else None,
    }


def _month_names(month: str) -> tuple[str, str]:
    pair = pairs.month(date.fromisoformat(f"{month}-01"))
    return pair["en"], pair["ur"]


def _bar(row: Mapping[str, Any], label: str) -> Bar:
    percent, low, high = (None if row[name] is None else float(row[name]) for name in ("percent", "low", "high"))
    return Bar(label, row["count"], row["of"], percent, low, high)
