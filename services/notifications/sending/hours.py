"""When a family may be disturbed. Plain values; times of day are those of the branches' zone."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache

from schoolbus.clock import BRANCH_ZONE
from services.notifications.settings import Rules

Span = tuple[timedelta, timedelta]  # of a day: from, until
Family = Mapping[str, str] | None  # {"from": "17:00", "to": "20:00"}; past midnight where `to` is the earlier
Holiday = Callable[[date], bool]

DAY = timedelta(days=1)
FRIDAY = 4
HELD = 3  # days, at most, for which a holiday holds a message: a summer is longer than anything is news
_AHEAD = 14  # days; there is no week without an hour


def next_moment(at: datetime, rules: Rules, family: Family, is_holiday: Holiday, since: datetime | None = None) -> datetime:
    """The first moment from `at` on at which what is not urgent may arrive. `since`: when it was first wanted, for `HELD`."""
    here = at.astimezone(BRANCH_ZONE)
    first = (since or at).astimezone(BRANCH_ZONE).date()
    for ahead in range(_AHEAD):
        day = here.date() + timedelta(days=ahead)
        if (day - first).days < HELD and is_holiday(day):
            continue
        midnight = datetime(day.year, day.month, day.day, tzinfo=BRANCH_ZONE)
        for begins, ends in open_spans(day, rules, family):
            if here < midnight + ends:
                return max(at, (midnight + begins).astimezone(at.tzinfo))
    return at


def open_spans(day: date, rules: Rules, family: Family) -> list[Span]:
    """The hours of a day that are neither quiet nor of Friday's prayers, and the family's where any of those are among them."""
    return _open(day.weekday(), rules, (family["from"], family["to"]) if family else None)


@lru_cache(maxsize=4096)
def _open(weekday: int, rules: Rules, family: tuple[str, str] | None) -> list[Span]:
    spans = _without([(timedelta(0), DAY)], rules.quiet_from, rules.quiet_to)
    if family and (theirs := _within(spans, *family)):
        spans = theirs
    if weekday == FRIDAY:
        spans = _without(spans, rules.friday_from, rules.friday_to)
    return spans


def next_at(at: datetime, time: str) -> datetime:
    """The next time that the clock says so; a minute from now at the earliest."""
    here = at.astimezone(BRANCH_ZONE)
    today = datetime(here.year, here.month, here.day, tzinfo=BRANCH_ZONE) + _of(time)
    moment = today if today > here + timedelta(minutes=1) else today + DAY
    return moment.astimezone(at.tzinfo)


def _of(time: str) -> timedelta:
    hours, minutes = time.split(":")
    return timedelta(hours=int(hours), minutes=int(minutes))


def _spans(begins: str, ends: str) -> list[Span]:
    """Of a day, from one time to another; none when they are the same."""
    start, end = _of(begins), _of(ends)
    if start <= end:
        return [(start, end)] if start < end else []
    return [(timedelta(0), end), (start, DAY)]


def _within(spans: list[Span], begins: str, ends: str) -> list[Span]:
    wanted = _spans(begins, ends) or [(timedelta(0), DAY)]
    met = ((max(a, start), min(b, end)) for a, b in spans for start, end in wanted)
    return sorted((start, end) for start, end in met if start < end)


def _without(spans: list[Span], begins: str, ends: str) -> list[Span]:
    for start, end in _spans(begins, ends):
        cut = [part for a, b in spans for part in ((a, min(b, start)), (max(a, end), b))]
        spans = [(a, b) for a, b in cut if a < b]
    return spans
