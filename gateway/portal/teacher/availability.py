"""When I can meet families: hours of the week, and days that are otherwise; and when I answer messages."""

import asyncio
from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal.api import Refused, below
from gateway.portal.pages import Pages, Visit
from gateway.portal.teacher.forms import at_fields
from schoolbus.clock import today

pages = Pages()
_AT = "/meeting-day/{branch_id}/availability"
_ROWS = range(7)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@pages.get(_AT)
async def availability(visit: Visit) -> StreamResponse:
    there, desk = await asyncio.gather(
        visit.api.get(_path(visit)), visit.api.perhaps(below("branches", visit.params["branch_id"], "desk", "mine"))
    )
    by_day: dict[int, dict[str, Any]] = {}
    for each in there["patterns"]:
        for day in each["weekdays"]:
            by_day.setdefault(day, each)
    values = {"there": there, "by_day": by_day, "weekdays": WEEKDAYS, "desk": desk, "today": today().isoformat()}
    return await visit.show("teacher/availability.html", branch_id=visit.params["branch_id"], **values)


@pages.post(_AT)
async def keep(visit: Visit) -> StreamResponse:
    """Hours of each weekday; no hours at all: always. Days on which I am away come beside."""
    form = visit.form
    there = await visit.api.get(_path(visit))
    begins = {each["weekdays"][0]: each for each in there["patterns"] if len(each["weekdays"]) == 1}
    days = [day for day in _ROWS if form[f"starts{day}"] or form[f"ends{day}"]]
    patterns = [
        {
            "starts": form[f"starts{day}"],
            "ends": form[f"ends{day}"],
            "weekdays": [day],
            "from_on": begins[day]["from_on"] if day in begins else today().isoformat(),
        }
        for day in days
    ]
    gone = set(form.all("drop"))
    exceptions = [each for at, each in enumerate(there["exceptions"]) if str(at) not in gone]
    if form["away_on"]:
        exceptions.append({"on": form["away_on"], "until_on": form["away_until"] or None, "hours": []})
    try:
        await visit.api.put(_path(visit), {"patterns": patterns, "exceptions": exceptions}, key=form.key)
    except Refused as refused:
        names = {f"patterns.{at}": f"hours{day}" for at, day in enumerate(days)}
        raise at_fields(refused, names | {f"exceptions.{len(exceptions) - 1}": "away_on"}) from refused
    return visit.go(visit.at, said=visit.text("Kept. It holds for meeting days that are opened from now on."))


@pages.post(f"{_AT}/desk")
async def answers(visit: Visit) -> StreamResponse:
    """When families can expect an answer to a message."""
    form = visit.form
    path = below("branches", visit.params["branch_id"], "desk", "mine")
    hours: dict[str, Any] = {"days": [int(day) for day in form.all("days") if day.isdecimal()]}
    hours |= {"from": form["from"], "to": form["to"], "answer_within_hours": form.whole("answer_within_hours")}
    if "as_branch" in form:
        await visit.api.delete(path)
    else:
        await visit.api.put(path, hours, key=form.key)
    return visit.go(visit.at, said=visit.text("Kept."))


def _path(visit: Visit) -> str:
    return below("branches", visit.params["branch_id"], "availability", visit.person_id)
