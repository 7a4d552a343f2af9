"""Arithmetic with times of a branch's clock. Plain values in, plain values out; periods are UTC, in order, without overlap."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from schoolbus.clock import BRANCH_ZONE
from services.meetings.timetable import Period

ONE = timedelta(days=1)


def clock(on: date, starts: time, ends: time, zone: tzinfo = BRANCH_ZONE) -> Period:
    """From `starts` on that date until the clock shows `ends`; on the next date when that is no later, as in Ramadan."""
    closing = on if ends > starts else on + ONE
    return Period(
        datetime.combine(on, starts, zone).astimezone(UTC),
        datetime.combine(closing, ends, zone).astimezone(UTC),
    )


def hours(on: date, kept: Mapping[str, Any]) -> Period:
    """Of a document or an entry of one: `starts` and `ends` as HH:MM."""
    return clock(on, time.fromisoformat(kept["starts"]), time.fromisoformat(kept["ends"]))


def around(on: date, kept: Mapping[str, Any]) -> list[Period]:
    """These hours of the date, of the one before and of the next: whatever a night of it may meet."""
    return joined(hours(on + each * ONE, kept) for each in (-1, 0, 1))


def joined(periods: Iterable[Period]) -> list[Period]:
    """All time that is in any of them."""
    found: list[Period] = []
    for each in sorted(periods):
        if found and each.starts_at <= found[-1].ends_at:
            found[-1] = Period(found[-1].starts_at, max(found[-1].ends_at, each.ends_at))
        elif each.starts_at < each.ends_at:
            found.append(each)
    return found


def common(ones: Sequence[Period], others: Sequence[Period]) -> list[Period]:
    """What is in both."""
    both = (Period(max(one.starts_at, other.starts_at), min(one.ends_at, other.ends_at)) for one in ones for other in others)
    return joined(each for each in both if each.starts_at < each.ends_at)


def without(ones: Sequence[Period], others: Sequence[Period]) -> list[Period]:
    """What of the first is in none of the second."""
    return [left for one in ones for left in _without(one, others)]


def _without(one: Period, others: Sequence[Period]) -> Iterator[Period]:
    begins = one.starts_at
    for other in sorted(others):
        if other.ends_at <= begins or other.starts_at >= one.ends_at:
            continue
        if begins < other.starts_at:
            yield Period(begins, other.starts_at)
        begins = max(begins, other.ends_at)
    if begins < one.ends_at:
        yield Period(begins, one.ends_at)
