"""What a row of days shows: counts, each beside what it is a part of. What was, and no word on what will be. Plain values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby
from typing import Any, NamedTuple

from services.reports.attendance.states import ABSENT, AWAY, EXCUSED, LATE, LEFT_EARLY, of_day

Document = dict[str, Any]
_TENTH = Decimal("0.1")


class Seen(NamedTuple):
    """What a register says of a child. `lesson` None: of the whole day."""

    held_on: date
    lesson: str | None
    status: str
    minutes: int | None = None


class Day(NamedTuple):
    held_on: date
    status: str


class Breaks(NamedTuple):
    """School days of the week (0 is Monday) and holidays as (first, last day)."""

    weekdays: frozenset[int]
    holidays: tuple[tuple[date, date], ...]

    def closed(self, day: date) -> bool:
        return any(first <= day <= last for first, last in self.holidays)

    def after(self, day: date) -> bool:
        """The first school day after a holiday. A weekend is none, but it may lie between."""
        return self._beside(day, -1)

    def before(self, day: date) -> bool:
        return self._beside(day, 1)

    def _beside(self, day: date, step: int) -> bool:
        for _ in range(7):
            day += timedelta(days=step)
            if self.closed(day):
                return True
            if day.weekday() in self.weekdays:
                return False
        return False


def days(seen: Iterable[Seen]) -> list[Day]:
    """A child's days in their order, whatever registers there are of each."""
    by_day = groupby(sorted(seen, key=lambda each: each.held_on), key=lambda each: each.held_on)
    return [Day(held_on, _status(list(group))) for held_on, group in by_day]


def _status(of_one_day: Sequence[Seen]) -> str:
    whole = next((each.status for each in of_one_day if each.lesson is None), None)
    return of_day(whole, {each.status for each in of_one_day if each.lesson is not None})


def share(count: int, of: int) -> Document:
    """With one decimal, halves upwards: 1 of 16 is 6.3."""
    percent = None if of == 0 else str((Decimal(count * 100) / of).quantize(_TENTH, ROUND_HALF_UP))
    return {"count": count, "of": of, "percent": percent}


def counted(statuses: Iterable[str]) -> Document:
    found = list(statuses)
    return {
        "days": len(found),
        **{status: share(found.count(status), len(found)) for status in (ABSENT, EXCUSED, LATE, LEFT_EARLY)},
    }


def by_weekday(found: Sequence[Day]) -> list[Document]:
    """Days of the week that have any."""
    weekdays = sorted({day.held_on.weekday() for day in found})
    return [{"weekday": each, **counted(d.status for d in found if d.held_on.weekday() == each)} for each in weekdays]


def where(found: Iterable[Day], fits: Callable[[date], bool]) -> Document:
    return counted(day.status for day in found if fits(day.held_on))


def streaks(found: Iterable[Day]) -> tuple[Document | None, Document | None]:
    """Days away in a row, excused or not: the longest (of several the latest), and the one that goes on."""
    longest: list[Day] = []
    current: list[Day] = []
    for day in found:
        current = [*current, day] if day.status in AWAY else []
        if current and len(current) >= len(longest):
            longest = current
    return _streak(longest), _streak(current)


def _streak(found: Sequence[Day]) -> Document | None:
    if not found:
        return None
    return {"days": len(found), "since": found[0].held_on.isoformat(), "until": found[-1].held_on.isoformat()}


def of_student(seen: Sequence[Seen], breaks: Breaks) -> Document:
    found, lessons = days(seen), [each for each in seen if each.lesson is not None]
    longest, current = streaks(found)
    return {
        **_common(found, breaks),
        "minutes_late": sum(each.minutes or 0 for each in seen if each.status == LATE),
        "lessons": share(sum(each.status in AWAY for each in lessons), len(lessons)),
        "longest": longest,
        "current": current,
    }


def of_class(seen: Mapping[str, Sequence[Seen]], breaks: Breaks) -> Document:
    """`seen`: by student, in the order in which they are shown."""
    each = {student_id: days(of_one) for student_id, of_one in seen.items()}
    together = [day for found in each.values() for day in found]
    by_date: dict[date, list[str]] = {}
    for day in together:
        by_date.setdefault(day.held_on, []).append(day.status)
    return {
        **_common(together, breaks),
        "dates": [_of_date(held_on, by_date[held_on]) for held_on in sorted(by_date)],
        "students": [
            {"student_id": student_id, **counted(day.status for day in found), "current": streaks(found)[1]}
            for student_id, found in each.items()
        ],
    }


def _of_date(held_on: date, statuses: Sequence[str]) -> Document:
    shares = counted(statuses)
    named = {name: shares[name] for name in (ABSENT, EXCUSED, LATE)}
    return {"held_on": held_on.isoformat(), "students": shares["days"], **named}


def _common(found: Sequence[Day], breaks: Breaks) -> Document:
    return {
        **counted(day.status for day in found),
        "weekdays": by_weekday(found),
        "after_holidays": where(found, breaks.after),
        "before_holidays": where(found, breaks.before),
    }
