"""A child's behaviour as a course over weeks: counts of praise and of concern, week by week, and nobody else's beside them.
Plain values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from services.reports.behaviour.schemas import TONES

Document = dict[str, Any]
_WEEK = timedelta(days=7)


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def mondays(today: date, weeks: int) -> list[date]:
    """Of the last weeks, the oldest first; the last is that of today."""
    this = monday(today)
    return [this - _WEEK * back for back in range(weeks - 1, -1, -1)]


def course(notes: Iterable[Mapping[str, Any]], aspects: Sequence[Mapping[str, Any]], today: date, weeks: int) -> Document:
    """Aspects of which nothing was noted are left out, unless the school looks at them now."""
    begins = mondays(today, weeks)
    of_weeks = [(str(note["aspect_id"]), monday(date.fromisoformat(note["noted_on"])), str(note["tone"])) for note in notes]
    noted = {aspect_id for aspect_id, _, _ in of_weeks}
    return {
        "weeks": [{"begins_on": week.isoformat(), **_counts(of_weeks, week)} for week in begins],
        "aspects": [
            {
                "aspect_id": aspect["_id"],
                "title": aspect["title"],
                "title_ur": aspect["title_ur"],
                **_counts(of_weeks, None, aspect["_id"]),
                "weeks": [_counts(of_weeks, week, aspect["_id"]) for week in begins],
            }
            for aspect in aspects
            if aspect["active"] or aspect["_id"] in noted
        ],
    }


def _counts(of_weeks: Sequence[tuple[str, date, str]], week: date | None, aspect_id: str | None = None) -> dict[str, int]:
    """Of one week or all, of one aspect or all."""
    tones = [tone for aspect, of, tone in of_weeks if week in (None, of) and aspect_id in (None, aspect)]
    return {tone: tones.count(tone) for tone in TONES}
