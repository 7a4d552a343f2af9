"""The engagement report of a month, of a branch or of the chain: a table of shares with their counts and intervals, the means
that stand beside them, a course over months, and rows of parts (classes or branches)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.reports.paper import setting
from services.reports.paper.look import Look
from services.reports.paper.pairs import Pair, day, month, pair, text_pair
from services.reports.text import one_line

TEMPLATE = "/services/reports/paper/engagement.typ"


@dataclass(frozen=True)
class Share:
    """A row: counts and percentages as they are printed; None where there are none. `hidden`: too few to be shown."""

    label: str
    label_ur: str
    count: int | None
    of: int | None
    percent: str | None
    low: str | None
    high: str | None
    hidden: bool = False


@dataclass(frozen=True)
class Point:
    """A month of the course: the share of its families."""

    month: date  # its first day
    count: int
    of: int
    percent: str
    low: str
    high: str


@dataclass(frozen=True)
class Cell:
    """A share as text, with its count, and its interval below."""

    text: str
    range: str = ""


@dataclass(frozen=True)
class Part:
    """A class or a branch, with a cell for each of the report's `columns`."""

    title: str
    cells: tuple[Cell, ...]
    title_ur: str | None = None


@dataclass(frozen=True)
class Report:
    """`course`: up to twelve months with the share of families that read something, the oldest first; `columns`: of parts."""

    name: str
    of: date  # its first day
    made_on: date
    facts: tuple[Pair, ...]
    measures: tuple[Share, ...]
    means: tuple[Share, ...]
    note: Pair
    course: tuple[Point, ...] = ()
    course_title: Pair | None = None
    columns: tuple[Pair, ...] = ()
    parts: tuple[Part, ...] = ()
    parts_title: Pair | None = None
    name_ur: str | None = None


def render(report: Report, edition: str, look: Look | None = None) -> bytes:
    said = {
        "look": (look or Look()).printed(),
        "name": pair(report.name, report.name_ur),
        "month": month(report.of),
        "made_on": day(report.made_on),
        "facts": [pair(fact["en"], fact["ur"]) for fact in report.facts],
        "measures": [_share(each) for each in report.measures],
        "means": [_share(each) for each in report.means],
        "course": [_point(each, place, len(report.course)) for place, each in enumerate(report.course)],
        "course_title": report.course_title or pair(""),
        "course_alt": {language: _spoken(report.course, language) for language in ("en", "ur")},
        "columns": [pair(each["en"], each["ur"]) for each in report.columns],
        "parts": [
            {"title": pair(each.title, each.title_ur), "cells": [_cell(cell) for cell in each.cells]} for each in report.parts
        ],
        "parts_title": report.parts_title or pair(""),
        "note": text_pair(report.note["en"], report.note["ur"]),
    }
    return setting.pdf(TEMPLATE, "report", said, edition)


def _share(each: Share) -> Mapping[str, Any]:
    """`at`, `low_at`, `high_at`: how far along the bar, 0 to 1."""
    shown = {
        "label": pair(each.label, each.label_ur),
        "hidden": each.hidden,
        "count": "" if each.count is None else f"{each.count:,}",
        "of": "" if each.of is None else f"{each.of:,}",
        "percent": one_line(each.percent or ""),
        "range": between(each.low, each.high),
    }
    places = {"at": each.percent, "low_at": each.low, "high_at": each.high}
    return {**shown, **{name: None if value is None else round(float(value) / 100, 3) for name, value in places.items()}}


def _point(each: Point, place: int, count: int) -> Mapping[str, Any]:
    across = 0.5 if count == 1 else round(0.06 + 0.88 * place / (count - 1), 3)
    drawn = {"term": _short(each.month), "percent": each.percent, "x": across, "at": round(float(each.percent) / 100, 3)}
    return {**drawn, "count": f"{each.count:,}", "of": f"{each.of:,}", "low": each.low, "high": each.high}


def _cell(each: Cell) -> Mapping[str, str]:
    return {"text": one_line(each.text), "range": one_line(each.range)}


def between(low: str | None, high: str | None) -> str:
    return f"{low} – {high}" if low is not None and high is not None else ""


def _short(on: date) -> Pair:
    return pair(f"{on:%m}/{on:%y}")


def _spoken(course: tuple[Point, ...], language: str) -> str:
    return "; ".join(f"{month(each.month)[language]}: {each.percent}%" for each in course)
