"""What is counted of families, and what stands beside it of their children. Plain values.

A measure is a share of families: `count` of those for whom `of` holds. Families are the unit because a family's messages
depend on each other, as a family's two children do. A mean is one of children. Which is which, in words: docs/engagement.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from services.reports.engagement import statistics
from services.reports.engagement.statistics import WHOLE, Values
from services.reports.engagement.unreached import REASONS

Document = dict[str, Any]
Row = Mapping[str, Any]  # a document of family_months
Holds = Callable[[Row], bool]


@dataclass(frozen=True)
class Measure:
    key: str
    count: Holds
    of: Holds
    en: str
    ur: str


def _some(name: str) -> Holds:
    return lambda row: row[name] > 0


def _and(name: str, other: str) -> Holds:
    return lambda row: row[name] > 0 and row[other] > 0


def _all(row: Row) -> bool:
    return True


def _sent_to(row: Row) -> bool:
    return any(row[name] > 0 for name in ("told", "failed"))


def _asked_to_meet(row: Row) -> bool:
    return any(row[name] > 0 for name in ("invited", "booked", "met", "missed"))


def _unreached(reason: str) -> Holds:
    return lambda row: reason in row["unreached"]


MEASURES = (
    Measure("told", _some("told"), _all, "Told something", "جنہیں پیغام بھیجا گیا"),
    Measure("delivered", _some("delivered"), _some("told"), "Something was delivered", "جنہیں پیغام پہنچا"),
    Measure("failed", _some("failed"), _sent_to, "Something failed to arrive", "جنہیں کوئی پیغام نہ پہنچ سکا"),
    Measure("read", _some("read"), _some("could_read"), "Read something", "جنہوں نے پیغام پڑھا"),
    Measure("answered", _some("answered"), _all, "Answered or wrote", "جنہوں نے جواب دیا یا لکھا"),
    Measure("met", _some("met"), _asked_to_meet, "Had a meeting", "جن سے ملاقات ہوئی"),
    Measure("missed", _some("missed"), _asked_to_meet, "Missed a meeting", "جو ملاقات پر نہ آ سکے"),
    Measure("home_notes", _some("home_notes"), _all, "Wrote a home note", "جنہوں نے گھر کا احوال لکھا"),
    Measure("signed", _some("signed"), _some("homework_set"), "Signed homework", "جنہوں نے ہوم ورک پر دستخط کیے"),
    Measure("acknowledged", _some("acknowledged"), _some("cards"), "Acknowledged a report card", "رزلٹ کارڈ وصول کیا"),
    Measure("activities", _some("activities"), _all, "Came to an activity", "سرگرمی میں آئے"),
    Measure("helped", _some("helped"), _all, "Volunteered", "رضاکارانہ مدد کی"),
    Measure("pta", _some("pta"), _all, "Came to the parents' association", "والدین کی انجمن میں آئے"),
    Measure("unreached", lambda row: bool(row["unreached"]), _all, "Not reached", "جن تک رسائی نہ ہوئی"),
    *(Measure(f"unreached_{each.key}", _unreached(each.key), _all, each.en, each.ur) for each in REASONS),
)
BY_KEY = {measure.key: measure for measure in MEASURES}


@dataclass(frozen=True)
class Mean:
    """Of children who have any; each child's own share, in hundredths of a percent."""

    key: str
    of: Callable[[Mapping[str, Any]], int | None]
    en: str
    ur: str


def _part(count: str, of: str) -> Callable[[Mapping[str, Any]], int | None]:
    return lambda child: round(child[count] * WHOLE / child[of]) if child[of] else None


MEANS = (
    Mean("attendance", _part("there", "days"), "Days attended", "حاضری کے دن"),
    Mean("homework_done", _part("homework_done", "homework_known"), "Homework done", "مکمل ہوم ورک"),
    Mean("marks", lambda child: child["marks"], "Marks", "نمبر"),
)
MEANS_BY_KEY = {mean.key: mean for mean in MEANS}
NAMES: Mapping[str, tuple[str, str]] = {  # English, Urdu
    **{measure.key: (measure.en, measure.ur) for measure in MEASURES},
    **{mean.key: (mean.en, mean.ur) for mean in MEANS},
}
OF_CHILDREN = ("home_notes", "homework_set", "signed", "cards", "acknowledged")  # a family's are the sum of its children's
SUMS = (
    *("told", "delivered", "failed", "read", "answered", "invited", "booked", "met", "missed", "activities", "helped", "pta"),
    *OF_CHILDREN,
)

# Families beside others: who has done something, and who has not of those who could
BESIDE: Mapping[str, tuple[Holds, Holds]] = {
    "met": (_some("met"), _asked_to_meet),
    "read": (_and("read", "could_read"), _some("could_read")),
    "home_notes": (_some("home_notes"), _all),
    "took_part": (lambda row: any(row[name] > 0 for name in ("activities", "helped", "pta")), _all),
}


def means_of(rows: Iterable[Row]) -> dict[str, Values]:
    families = [row["children"] for row in rows]
    return {mean.key: statistics.of_families(_numbers(mean, children) for children in families) for mean in MEANS}


def _numbers(mean: Mean, children: Iterable[Mapping[str, Any]]) -> list[int]:
    return [number for child in children if (number := mean.of(child)) is not None]


def tally(rows: Iterable[Row]) -> Document:
    """What is kept of a group of families and a month: whole numbers alone, which add up."""
    those = list(rows)
    return {
        "families": len(those),
        "students": sum(len(row["children"]) for row in those),
        "shares": {each.key: _counted(those, each.count, each.of) for each in MEASURES},
        "sums": {name: sum(row[name] for row in those) for name in SUMS},
        "means": {key: list(found) for key, found in means_of(those).items()},
    }


def beside(rows: Iterable[Row]) -> Document:
    """Of each of BESIDE: those who have, and those who have not."""
    those, made = list(rows), {}
    for key, (has, could) in BESIDE.items():
        having, others = [row for row in those if has(row)], [row for row in those if could(row) and not has(row)]
        made[key] = [_group(having), _group(others)]
    return made


def _group(rows: list[Row]) -> Document:
    return {"families": len(rows), "means": {key: list(found) for key, found in means_of(rows).items()}}


def _counted(rows: list[Row], count: Holds, of: Holds) -> list[int]:
    among = [row for row in rows if of(row)]
    return [sum(1 for row in among if count(row)), len(among)]


def in_class(row: Row, class_id: str) -> Document:
    """Of a family what is of its children in a class; how it was told, and whom it met, is the family's all the same."""
    children = [child for child in row["children"] if class_id in child["class_ids"]]
    return {**row, "children": children, **{name: sum(child[name] for child in children) for name in OF_CHILDREN}}
