"""A week of the class diary, from Monday on, as families read it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from schoolbus import access, clock
from schoolbus.caller import Caller
from schoolbus.problems import Invalid

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
_YEARS = range(2000, 2200)


def of_class(store: Store, caller: Caller, branch_id: str, class_id: str, on: date | None) -> Document:
    """For the class's teachers, head, office, and guardians of a child in it."""
    scope = access.seen_class(store, caller, branch_id, class_id)
    if on and on.year not in _YEARS:
        raise Invalid({"on": ["A day of a school year."]})
    days = week_of(on or clock.today())
    within = {"class_id": class_id, "held_on": {"$gte": days[0].isoformat(), "$lte": days[-1].isoformat()}}
    entries = store.diary.find(scope, within, sort="held_on subject")
    holidays = (store.calendars.first(scope) or {"holidays": []})["holidays"]
    group = store.class_of(scope, class_id) or {"title": ""}
    return {"class_id": class_id, "class_title": group["title"], "days": laid_out(days, entries, holidays)}


def week_of(day: date) -> list[date]:
    monday = day - timedelta(days=day.weekday())
    return [monday + timedelta(days=number) for number in range(7)]


def laid_out(days: Iterable[date], entries: Iterable[Document], holidays: Iterable[Document]) -> list[Document]:
    """Each day with what was written, and the holiday that it is in."""
    kept, closed = list(entries), list(holidays)
    laid = []
    for day in (each.isoformat() for each in days):
        holiday = next((each for each in closed if each["starts_on"] <= day <= each["ends_on"]), None) or {}
        of_day = [entry for entry in kept if entry["held_on"] == day]
        titles = {"holiday": holiday.get("title"), "holiday_ur": holiday.get("title_ur")}
        laid.append({"held_on": day, **titles, "entries": of_day})
    return laid
