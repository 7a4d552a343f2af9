"""A class's diary of one week: what was done each day, and what to ask at home in the evening."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from services.reports.paper import setting
from services.reports.paper.look import Look
from services.reports.paper.pairs import day, pair, text_pair, weekday
from services.reports.text import one_line

TEMPLATE = "/services/reports/paper/diary_week.typ"


@dataclass(frozen=True)
class Entry:
    """Of one day and subject."""

    held_on: date
    subject: str
    text: str
    talking_point: str = ""
    homework: str = ""
    subject_ur: str | None = None
    text_ur: str | None = None
    talking_point_ur: str | None = None
    homework_ur: str | None = None


@dataclass(frozen=True)
class DiaryWeek:
    """From `begins_on` to `ends_on`; a day without entries is not printed."""

    branch_name: str
    class_title: str
    begins_on: date
    ends_on: date
    entries: tuple[Entry, ...]
    branch_name_ur: str | None = None
    number: str = ""


def render(week: DiaryWeek, edition: str, look: Look | None = None) -> bytes:
    given = {
        "look": (look or Look()).printed(),
        "branch": pair(week.branch_name, week.branch_name_ur),
        "class": one_line(week.class_title),
        "from": day(week.begins_on),
        "to": day(week.ends_on),
        "days": list(_days(week.entries)),
        "number": one_line(week.number),
    }
    return setting.pdf(TEMPLATE, "week", given, edition)


def _days(entries: Iterable[Entry]) -> Iterable[dict[str, Any]]:
    """In order, each with its entries as they came."""
    for held_on, those in groupby(sorted(entries, key=lambda entry: entry.held_on), key=lambda entry: entry.held_on):
        yield {"weekday": weekday(held_on), "date": day(held_on), "entries": [_entry(entry) for entry in those]}


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "subject": pair(entry.subject, entry.subject_ur),
        "text": text_pair(entry.text, entry.text_ur),
        "talking_point": pair(entry.talking_point, entry.talking_point_ur),
        "homework": pair(entry.homework, entry.homework_ur),
    }
