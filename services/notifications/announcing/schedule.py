"""When an announcement goes: once, on days of the week, or on a day of each month. Days and times are the branch's own.

Plain arithmetic; `is_holiday` says whether the branch is closed on a day.
"""

from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from schoolbus.clock import BRANCH_ZONE

ONCE, WEEK, MONTH = "once", "week", "month"
SEND, SKIP, MOVE = "send", "skip", "move"  # on a holiday
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LAST = "last"
LONGEST_HOLIDAY = 92  # days that one is moved at most; after that it is skipped
HORIZON = 800  # days that are looked through for the next time
_DAY = timedelta(days=1)
IsHoliday = Callable[[date], bool]


@dataclass(frozen=True)
class Schedule:
    """`days` with `WEEK`; `day` with `MONTH`: 1 to 31, or "last". A month without that day has it on its last.

    `until`: the last day that counts, before it is moved.
    """

    starts_on: date
    time: time
    every: str = ONCE
    days: tuple[str, ...] = ()
    day: str | None = None
    until: date | None = None
    holidays: str = SEND


def read(given: Mapping[str, Any]) -> Schedule:
    """From what is stored of it."""
    return Schedule(
        starts_on=date.fromisoformat(given["starts_on"]),
        time=time.fromisoformat(given["time"]),
        every=given["every"],
        days=tuple(given["days"]),
        day=given["day"],
        until=date.fromisoformat(given["until"]) if given["until"] else None,
        holidays=given["holidays"],
    )


def next_after(schedule: Schedule, after: datetime, is_holiday: IsHoliday) -> datetime | None:
    """The first time after the moment `after`, in UTC; None when there is none any more."""
    start = max(schedule.starts_on, after.astimezone(BRANCH_ZONE).date() - timedelta(days=LONGEST_HOLIDAY + 1))
    for day in days_from(schedule, start):
        moved = suits(day, schedule.holidays, is_holiday)
        if moved is not None and (moment := moment_of(moved, schedule.time)) > after:
            return moment
    return None


def days_from(schedule: Schedule, start: date) -> Iterator[date]:
    """The days that it names from `start` on, in order, whatever the holidays."""
    if schedule.every == ONCE:
        yield from [schedule.starts_on] if schedule.starts_on >= start else []
        return
    for number in range(HORIZON):
        day = start + number * _DAY
        if schedule.until and day > schedule.until:
            return
        if day >= schedule.starts_on and _named(schedule, day):
            yield day


def suits(day: date, holidays: str, is_holiday: IsHoliday) -> date | None:
    """The day itself; on a holiday, as is wished: itself, none, or the next that is no holiday."""
    if holidays == SEND or not is_holiday(day):
        return day
    if holidays == SKIP:
        return None
    later = (day + number * _DAY for number in range(1, LONGEST_HOLIDAY + 1))
    return next((each for each in later if not is_holiday(each)), None)


def moment_of(day: date, at: time) -> datetime:
    return datetime.combine(day, at, BRANCH_ZONE).astimezone(UTC)


def _named(schedule: Schedule, day: date) -> bool:
    if schedule.every == WEEK:
        return DAYS[day.weekday()] in schedule.days
    last = monthrange(day.year, day.month)[1]
    wanted = last if schedule.day == LAST else min(int(schedule.day or 1), last)
    return day.day == wanted
