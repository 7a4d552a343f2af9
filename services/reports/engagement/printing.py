"""The report of a month on paper: services/reports/paper/engagement.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from eventlet import tpool

from schoolbus import clock
from schoolbus.caller import Caller
from schoolbus.route import Answer
from services.reports.engagement import months, reports, tables, words
from services.reports.engagement.measures import BY_KEY, MEANS_BY_KEY
from services.reports.paper import engagement as paper
from services.reports.paper.engagement import Cell, Part, Point, Report, Share
from services.reports.paper.pairs import Pair

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
COURSE = 12  # months
MOST_PARTS = 60  # branches on paper: all of them are in the spreadsheet
COLUMNS = ("read", "answered", "met", "unreached")
_FAMILIES: Pair = {"en": "Families", "ur": "خاندان"}
_COURSE: Pair = {
    "en": "Families that read something, percent of those told in the app or on WhatsApp, by month",
    "ur": "جنہوں نے پیغام پڑھا، ایپ یا واٹس ایپ پر بتائے گئے خاندانوں کا فیصد، ماہ بہ ماہ",
}
_CHAIN: Pair = {"en": "All branches", "ur": "تمام شاخیں"}


def of_branch(store: Store, caller: Caller, branch_id: str, query: Mapping[str, Any]) -> Answer:
    month, scope = query["month"] or months.current(), caller.branch(branch_id)
    wanted = months.between(months.shifted(month, 1 - COURSE), month)
    found = {row["month"]: row for row in reports.of_branch(store, scope, wanted)}
    shown = {each: tables.shown(row, tables.alone(row), sums=True) for each, row in found.items()}
    classes = [Part(each["title"] or each["class_id"], _cells(each)) for each in reports.of_classes(store, scope, month)]
    title: Pair = {
        "en": "Class by class: percent of families, and its 95 % interval",
        "ur": "جماعت وار: خاندانوں کا فیصد، اور 95 فیصد حد",
    }
    return _printed(reports.named(store, [branch_id])[branch_id], month, shown, classes, title, query["language"])


def of_chain(store: Store, caller: Caller, query: Mapping[str, Any]) -> Answer:
    """With the branches that have most families that are not reached."""
    month = query["month"] or months.current()
    shown: dict[str, Document] = {}
    rows: list[Document] = []
    for each in months.between(months.shifted(month, 1 - COURSE), month):
        made, rows = reports.of_chain(store, each)
        if rows:
            shown[each] = made
    most = tpool.execute(_most_unreached, rows)
    names = reports.named(store, [row["branch_id"] for row in most])
    parts = [
        Part(
            names[row["branch_id"]]["name"],
            _cells(tables.shown(row, tables.alone(row), sums=False)),
            names[row["branch_id"]]["name_ur"],
        )
        for row in most
    ]
    title: Pair = {
        "en": f"The {len(parts)} branches with most families that are not reached: percent of families, and its 95 % interval",
        "ur": f"وہ {len(parts)} شاخیں جہاں سب سے زیادہ خاندانوں تک رسائی نہیں: خاندانوں کا فیصد، اور 95 فیصد حد",
    }
    return _printed({"name": _CHAIN["en"], "name_ur": _CHAIN["ur"]}, month, shown, parts, title, query["language"])


def _most_unreached(rows: Sequence[Document]) -> list[Document]:
    large = [row for row in rows if "unreached" not in tables.alone(row)]
    return sorted(large, key=lambda row: (-row["shares"]["unreached"][0], row["branch_id"]))[:MOST_PARTS]


def _printed(
    named: Document, month: str, shown: Mapping[str, Document], parts: Sequence[Part], title: Pair, language: str
) -> Answer:
    report = Report(
        name=named["name"],
        name_ur=named["name_ur"],
        of=date.fromisoformat(f"{month}-01"),
        made_on=clock.today(),
        facts=_facts(shown.get(month)),
        measures=tuple(_share(each) for each in shown[month]["measures"]) if month in shown else (),
        means=tuple(_mean(each) for each in shown[month]["means"]) if month in shown else (),
        course=_course(shown),
        course_title=_COURSE,
        columns=(_FAMILIES, *({"en": BY_KEY[key].en, "ur": BY_KEY[key].ur} for key in COLUMNS)),
        parts=tuple(parts),
        parts_title=title,
        note={"en": words.INTERVALS.en, "ur": words.INTERVALS.ur},
    )
    made: bytes = tpool.execute(paper.render, report, language)
    headers = {"Content-Disposition": f'inline; filename="engagement-{month}.pdf"'}
    return Answer(made, "application/pdf", headers=headers)


def _facts(shown: Mapping[str, Any] | None) -> tuple[Pair, ...]:
    if shown is None:
        return ({"en": "Nothing was counted in this month.", "ur": "اس مہینے کا کوئی شمار نہیں۔"},)
    if shown["suppressed"]:
        return ({"en": "Fewer than ten families.", "ur": "دس سے کم خاندان۔"},)
    families, students = f"{shown['families']:,}", f"{shown['students']:,}"
    facts: list[Pair] = [{"en": f"{families} families, {students} children", "ur": f"{families} خاندان، {students} بچے"}]
    if "branches" in shown:
        facts.append({"en": f"{shown['branches']:,} branches", "ur": f"{shown['branches']:,} شاخیں"})
    return tuple(facts)


def _course(shown: Mapping[str, Document]) -> tuple[Point, ...]:
    found = []
    for month, each in sorted(shown.items()):
        read = next(one for one in each["measures"] if one["measure"] == "read")
        if read["percent"] is not None:
            numbers = (read[name] for name in ("count", "of", "percent", "low", "high"))
            found.append(Point(date.fromisoformat(f"{month}-01"), *numbers))
    return tuple(found)


def _cells(shown: Mapping[str, Any]) -> tuple[Cell, ...]:
    by_key = {each["measure"]: each for each in shown["measures"]}
    families = "–" if shown["families"] is None else f"{shown['families']:,}"
    return (Cell(families), *(_cell(by_key[key]) for key in COLUMNS))


def _cell(share: Mapping[str, Any]) -> Cell:
    if share["percent"] is None:
        return Cell("–")
    return Cell(f"{share['percent']} ({share['count']}/{share['of']})", paper.between(share["low"], share["high"]))


def _share(each: Mapping[str, Any]) -> Share:
    measure = BY_KEY[each["measure"]]
    numbers = (each["count"], each["of"], each["percent"], each["low"], each["high"])
    return Share(measure.en, measure.ur, *numbers, hidden=each["suppressed"])


def _mean(each: Mapping[str, Any]) -> Share:
    mean = MEANS_BY_KEY[each["measure"]]
    return Share(mean.en, mean.ur, None, each["n"], each["mean"], each["low"], each["high"], hidden=each["suppressed"])
