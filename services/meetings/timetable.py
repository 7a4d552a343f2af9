"""When the slots of a meeting day are. Plain values in, plain values out."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, NamedTuple

from schoolbus.clock import BRANCH_ZONE


class Period(NamedTuple):
    """Half open: the end belongs to the next one. UTC."""

    starts_at: datetime
    ends_at: datetime

    def overlaps(self, other: "Period") -> bool:
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at

    def minutes(self) -> list[int]:
        """Each minute in it, counted from the epoch: two periods of whole minutes overlap exactly when they share one."""
        return list(range(int(self.starts_at.timestamp()) // 60, int(self.ends_at.timestamp()) // 60))


def period(thing: Mapping[str, Any]) -> Period:
    """Of a document that has `starts_at` and `ends_at`."""
    return Period(thing["starts_at"], thing["ends_at"])


def periods(span: Period, length: timedelta, pause: timedelta = timedelta()) -> list[Period]:
    """The meetings that fit whole into a span of time, one after another with a pause between two.

    `length` is longer than nothing. Counted in UTC, so that a zone that puts its clocks forward loses no meeting's length.
    """
    step = length + pause
    count = max(0, (span.ends_at - span.starts_at + pause) // step)
    return [Period(begins, begins + length) for begins in (span.starts_at + place * step for place in range(count))]


def of_date(on: date) -> dict[str, datetime]:
    """The condition of what begins on a day of the branches' zone."""
    begins = datetime.combine(on, time(), BRANCH_ZONE)
    return {"$gte": begins.astimezone(UTC), "$lt": (begins + timedelta(days=1)).astimezone(UTC)}


def in_words(moment: datetime, zone: tzinfo = BRANCH_ZONE) -> str:
    """As people at the branch say it: 16:10 on Tuesday 1 December."""
    local = moment.astimezone(zone)
    return f"{local:%H:%M} on {local:%A} {local.day} {local:%B}"
