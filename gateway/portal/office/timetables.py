"""A timetable made of families' wishes: looked for, looked at, changed by hand, published."""

import asyncio
from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal.office.branch import marked, show
from gateway.portal.office.meeting_days import all_of, by_time, of_day, page
from gateway.portal.pages import Pages, Visit

pages = Pages()
_DAY = "/branches/{branch_id}/meeting-days/{meeting_day_id}"
_ONE = _DAY + "/timetables/{timetable_id}"
SHOWN = 20  # without a place, beside the timetable
_STEPS = {
    "publication": marked("It is being published: families hear of their times."),
    "stop": marked("The best that was found until now is the timetable."),
}


@pages.post(_DAY + "/timetables")
async def make(visit: Visit) -> StreamResponse:
    form = visit.form
    wanted = {
        "seconds": form.whole("seconds") or 60,
        "unanswered": form["unanswered"] or "leave_out",
        "from_id": form["from_id"] or None,
    }
    made = await visit.api.post(of_day(visit, "timetables"), wanted, key=form.key)
    return visit.go(page(visit, "timetables", made["timetable_id"]))


@pages.get(_ONE)
async def timetable(visit: Visit) -> StreamResponse:
    """One date of it, and the first of those without a place; the others are a page of their own."""
    day, found = await asyncio.gather(visit.api.get(of_day(visit)), visit.api.get(_of(visit)))
    dates = [each["on"] for each in found["dates"]]
    chosen = visit.query.get("on", "")
    on = chosen if chosen in dates else dates[0] if dates else ""
    (placed, more), without = await asyncio.gather(_of_date(visit, on), _without(visit, limit=SHOWN))
    return await show(
        visit,
        "timetable.html",
        day=day,
        found=found,
        without=without,
        dates=dates,
        on=on,
        here=_page(visit),
        up=page(visit),
        more=more,
        **by_time(placed),
    )


@pages.get(_ONE + "/without")
async def without_place(visit: Visit) -> StreamResponse:
    day, without = await asyncio.gather(visit.api.get(of_day(visit)), _without(visit, after=visit.query.get("after")))
    return await show(visit, "timetable-without.html", day=day, without=without, here=_page(visit))


@pages.post(_ONE + "/steps/{step}")
async def step(visit: Visit) -> StreamResponse:
    name = visit.step(*_STEPS)
    await visit.api.post(_of(visit, name), key=visit.form.key)
    return visit.go(_page(visit), said=visit.text(_STEPS[name]))


@pages.get(_ONE + "/placements/{placement_id}")
async def placement(visit: Visit) -> StreamResponse:
    """One meeting of the timetable, and where else it could be."""
    found = await visit.api.get(_of(visit, "placements", visit.params["placement_id"]))
    slots, more = await all_of(visit, "slots", teacher_id=found["teacher_id"])
    others = [slot for slot in slots if slot["slot_id"] != found["slot_id"]]
    return await show(visit, "placement.html", placement=found, slots=others, more=more, here=_page(visit))


@pages.post(_ONE + "/placements/{placement_id}")
async def pin(visit: Visit) -> StreamResponse:
    form = visit.form
    wanted: dict[str, Any] = {"pinned": form["pinned"] == "yes"}
    if form["slot_id"]:
        wanted["slot_id"] = form["slot_id"]
    await visit.api.patch(_of(visit, "placements", visit.params["placement_id"]), wanted)
    return visit.go(_page(visit), said=visit.text("Kept. Make a timetable again from this one, and it is so there."))


async def _of_date(visit: Visit, on: str) -> tuple[list[Any], bool]:
    return await all_of(visit, *_parts(visit), "placements", on=on) if on else ([], False)


async def _without(visit: Visit, **query: Any) -> Any:
    return await visit.api.get(_of(visit, "placements"), placed=False, **query)


def _parts(visit: Visit) -> tuple[str, str]:
    return "timetables", visit.params["timetable_id"]


def _of(visit: Visit, *parts: str) -> str:
    return of_day(visit, *_parts(visit), *parts)


def _page(visit: Visit) -> str:
    return page(visit, *_parts(visit))
