"""On which dates a meeting day is held, and from when until when. Plain values in, plain values out."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from schoolbus.clock import BRANCH_ZONE
from services.meetings.days.spans import ONE, hours

Document = dict[str, Any]
Closed = Callable[[date], str | None]  # what holiday a date is in
SCHOOL_DAYS = (0, 1, 2, 3, 4, 5)  # where nobody says otherwise, Sundays are free; 0 is Monday


def dates_of(draft: Mapping[str, Any], closed: Closed) -> tuple[list[Document], list[Document]]:
    """Each date with its hours, and those that are left out, each with its holiday.

    `draft`: held_on, until, weekdays, starts, ends, other_hours. A single date is held on whatever weekday it is.
    """
    held, left_out = [], []
    for on in _wanted(draft):
        if holiday := closed(on):
            left_out.append({"on": on.isoformat(), "holiday": holiday})
        else:
            held.append({"on": on.isoformat(), **_hours(draft, on)})
    return held, left_out


def closed_by(calendar: Mapping[str, Any] | None) -> Closed:
    """By the branch's calendar as roster tells it."""
    spans = [(each["starts_on"], each["ends_on"], each["title"]) for each in (calendar or {}).get("holidays", ())]
    return lambda on: next((title for begins, ends, title in spans if begins <= on.isoformat() <= ends), None)


def closed_dates(calendar: Mapping[str, Any] | None, dates: Iterable[Document]) -> list[Document]:
    """Which of a day's dates are in a holiday, and in which."""
    closed = closed_by(calendar)
    found = ((each["on"], closed(date.fromisoformat(each["on"]))) for each in dates)
    return [{"on": on, "holiday": holiday} for on, holiday in found if holiday]


def date_of(day: Mapping[str, Any], moment: datetime, margin: timedelta = timedelta()) -> date:
    """Of which of a day's dates a moment is: a night is of the date on which it began. Outside of all hours, and so much
    before and after them, it is the calendar's date."""
    spans = {each["on"]: hours(date.fromisoformat(each["on"]), each) for each in day["dates"]}
    within = [on for on, span in spans.items() if span.starts_at - margin <= moment < span.ends_at + margin]
    return date.fromisoformat(max(within)) if within else moment.astimezone(BRANCH_ZONE).date()


def hhmm(at: time) -> str:
    return f"{at:%H:%M}"


def _wanted(draft: Mapping[str, Any]) -> Iterator[date]:
    first, last = draft["held_on"], draft["until"] or draft["held_on"]
    weekdays = draft["weekdays"] or (SCHOOL_DAYS if last > first else range(7))
    for number in range((last - first).days + 1):
        if (on := first + number * ONE).weekday() in weekdays:
            yield on


def _hours(draft: Mapping[str, Any], on: date) -> Document:
    """Of its date, else of its weekday, as on Fridays, else the usual ones."""
    named = [other for other in draft["other_hours"] if other["on"] == on]
    of_weekday = [other for other in draft["other_hours"] if other["weekday"] == on.weekday()]
    hours = (*named, *of_weekday, draft)[0]
    return {name: hhmm(hours[name]) for name in ("starts", "ends")}
