"""Months of the branches' calendar, as text such as 2026-11. Plain values."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from schoolbus import clock
from schoolbus.metering import bounds, month_of
from schoolbus.problems import Invalid, Sentence

MOST = 24  # in one answer
USUAL = 6
KEPT = (
    MOST + 1
)  # months after it, what is known of its people by name: a year before and a year after a date, and the date's own


def is_month(text: object) -> bool:
    return isinstance(text, str) and re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text) is not None


def first_day(month: str) -> date:
    return date.fromisoformat(f"{month}-01")


def last_day(month: str) -> date:
    first = first_day(month)
    return first.replace(day=monthrange(first.year, first.month)[1])


def days(month: str) -> dict[str, str]:
    """As a condition on ISO dates."""
    return {"$gte": first_day(month).isoformat(), "$lte": last_day(month).isoformat()}


def moments(month: str) -> dict[str, datetime]:
    """As a condition on moments."""
    begins, ends = bounds(month)
    return {"$gte": clock.as_kept(begins), "$lt": clock.as_kept(ends)}


def shifted(month: str, by: int) -> str:
    first = first_day(month)
    place = first.year * 12 + first.month - 1 + by
    return f"{place // 12:04}-{place % 12 + 1:02}"


def between(since: str, until: str) -> list[str]:
    """Both are in it, in order."""
    found = []
    while since <= until:
        found.append(since)
        since = shifted(since, 1)
    return found


def gone_at(month: str) -> datetime:
    """When nothing is left of a month that is somebody's."""
    return clock.as_kept(bounds(shifted(month, KEPT))[1])


def over_and_kept() -> dict[str, str]:
    """As a condition on months: those that are over and of which families are still there."""
    return {"$gte": shifted(current(), -KEPT), "$lt": current()}


def is_over(month: str) -> bool:
    return month < current()


def current() -> str:
    return month_of(clock.today())


def asked(query: Mapping[str, Any], usual: int = USUAL) -> list[str]:
    """The months of a query: `since` until `until`; without one of them so many as usual, until now. Raises Invalid."""
    until = query.get("until") or current()
    since = query.get("since") or shifted(until, 1 - usual)
    if not since <= until or shifted(since, MOST) <= until:
        raise Invalid({"until": [Sentence("From since on, at most %(most)s months.", most=MOST)]})
    return between(since, until)


def open_ones(at: datetime) -> list[str]:
    """Those that a change of now is counted in: this month, and in its first week the one before."""
    today = at.astimezone(clock.BRANCH_ZONE).date()
    month = month_of(today)
    return [shifted(month, -1), month] if today.day <= 7 else [month]


def tomorrow(at: datetime) -> datetime:
    """The next night at two."""
    day = at.astimezone(clock.BRANCH_ZONE).date() + timedelta(days=1)
    return clock.as_kept(datetime.combine(day, time(2), clock.BRANCH_ZONE))
