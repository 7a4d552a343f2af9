"""When a teacher has time, by what they keep of it. Plain values in, plain values out.

`patterns` repeat: `weekdays` (0 is Monday), `starts`, `ends` (HH:MM, branch time; earlier than `starts`: after midnight),
`every_weeks` from the week of `from_on` on, `until_on`. `exceptions` say of some dates (`on` to `until_on`) which `hours` hold
instead: none, when the teacher is away. What is said of a date is of its meetings, also of those after midnight.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from dateutil.rrule import MO, WEEKLY, rrule

from services.meetings.days.spans import ONE, clock, hours, joined
from services.meetings.timetable import Period

Kept = Mapping[str, Any]
_MIDNIGHT = time()


def free(kept: Kept | None, dates: Sequence[date]) -> dict[date, list[Period]]:
    """On each of the dates. Who keeps nothing has time always; who keeps exceptions alone, always but then."""
    near = sorted({on + each * ONE for on in dates for each in (-1, 0, 1)})
    patterns = [(pattern, _dates_of(pattern, near[0], near[-1])) for pattern in (kept or {}).get("patterns", ())]
    exceptions = (kept or {}).get("exceptions", ())

    def of_date(on: date) -> list[Period]:
        other = _exception(exceptions, on)
        found = other["hours"] if other else [pattern for pattern, held in patterns if on in held]
        return [hours(on, each) for each in found]

    def of_meetings(on: date) -> list[Period]:
        if _exception(exceptions, on):
            return joined(of_date(on))
        if not patterns:
            return [Period(clock(on, _MIDNIGHT, _MIDNIGHT).starts_at, clock(on + ONE, _MIDNIGHT, _MIDNIGHT).ends_at)]
        return joined(each for day in (on - ONE, on, on + ONE) for each in of_date(day))

    return {on: of_meetings(on) for on in dates}


def _exception(exceptions: Sequence[Kept], on: date) -> Kept | None:
    """The last that was said of the date."""
    held = [each for each in exceptions if each["on"] <= on.isoformat() <= (each["until_on"] or each["on"])]
    return held[-1] if held else None


def _dates_of(pattern: Kept, first: date, last: date) -> set[date]:
    """On which it holds, from `first` to `last`. Weeks begin on Monday."""
    begins = date.fromisoformat(pattern["from_on"])
    weeks = pattern["every_weeks"] * 7
    begins += max(0, (first - begins).days // weeks) * weeks * ONE  # the same weeks, and not all of them from the beginning
    ends = min(last, date.fromisoformat(pattern["until_on"])) if pattern["until_on"] else last
    rule = rrule(
        WEEKLY,
        interval=pattern["every_weeks"],
        wkst=MO,
        byweekday=pattern["weekdays"],
        dtstart=datetime.combine(begins, _MIDNIGHT),
        until=datetime.combine(ends, _MIDNIGHT),
    )
    return {moment.date() for moment in rule}
