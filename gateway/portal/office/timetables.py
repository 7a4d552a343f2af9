"""A timetable made of families' wishes: looked for, looked at, changed by hand, published."""

import asyncio
from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal.api import Refused
from gateway.portal.office.branch import local, marked, show, whole
from gateway.portal.office.meeting_days import all_of, by_time, of_day, page
from gateway.portal.pages import Pages, Visit

pages = Pages()
_DAY = "/branches/{branch_id}/meeting-days/{meeting_day_id}"
_ONE = _DAY + "/timetables/{timetable_id}"
_STEPS = {
    "publication": marked("It is being published: families hear of their times."),
    "stop": marked("The best that was found until now is the timetable."),
}


@pages.post(_DAY + "/timetables")
async def make(visit: Visit) -> StreamResponse:
    form = visit.form
    wanted = {
        "seconds": whole(form["seconds"]) or 60,
        "unanswered": form["unanswered"] or "leave_out",
        "from_id": form["from_id"] or None,
    }
    made = await visit.api.post(of_day(visit, "timetables"), wanted, key=form.key)
    return visit.go(page(visit, "timetables", made["timetable_id"]))


@pages.get(_ONE)
async def timetable(visit: Visit) -> StreamResponse:
    return await _timetable(visit)


@pages.post(_ONE + "/steps/{step}")
async def step(visit: Visit) -> StreamResponse:
    said = _STEPS.get(visit.params["step"])
    try:
        if said:
            await visit.api.post(_of(visit, visit.params["step"]), key=visit.form.key)
    except Refused as refused:
        return await _timetable(visit, refused)
    return visit.go(_page(visit), said=visit.text(said) if said else "")


@pages.get(_ONE + "/placements/{placement_id}")
async def placement(visit: Visit) -> StreamResponse:
    """One meeting of the timetable, and where else it could be."""
    found = [
        each
        for each in await all_of(visit, *_parts(visit), "placements")
        if each["placement_id"] == visit.params["placement_id"]
    ]
    if not found:
        return visit.go(_page(visit))
    slots = await all_of(visit, "slots", teacher_id=found[0]["teacher_id"])
    return await show(visit, "placement.html", placement=found[0], slots=slots, here=_page(visit))


@pages.post(_ONE + "/placements/{placement_id}")
async def pin(visit: Visit) -> StreamResponse:
    form = visit.form
    wanted: dict[str, Any] = {"pinned": form["pinned"] == "yes"}
    if form["slot_id"]:
        wanted["slot_id"] = form["slot_id"]
    try:
        await visit.api.patch(_of(visit, "placements", visit.params["placement_id"]), wanted)
    except Refused as refused:
        return await _timetable(visit, refused)
    return visit.go(_page(visit), said=visit.text("Kept. Make a timetable again from this one, and it is so there."))


async def _timetable(visit: Visit, refused: Refused | None = None) -> StreamResponse:
    day, found = await asyncio.gather(visit.api.get(of_day(visit)), visit.api.get(_of(visit)))
    placements = await all_of(visit, *_parts(visit), "placements") if found["state"] == "solved" else []
    without = [each for each in placements if not each.get("slot_id")]
    dates = sorted({local(each["starts_at"])[:10] for each in placements if each.get("starts_at")})
    on = visit.query.get("on") if visit.query.get("on") in dates else dates[0] if dates else ""
    of_date = [each for each in placements if each.get("starts_at") and local(each["starts_at"])[:10] == on]
    return await show(
        visit,
        "timetable.html",
        refused,
        day=day,
        found=found,
        without=without,
        dates=dates,
        on=on,
        here=_page(visit),
        up=page(visit),
        pinned=sum(1 for each in placements if each.get("pinned_slot_id")),
        **by_time(of_date),
    )


def _parts(visit: Visit) -> tuple[str, str]:
    return "timetables", visit.params["timetable_id"]


def _of(visit: Visit, *parts: str) -> str:
    return of_day(visit, *_parts(visit), *parts)


def _page(visit: Visit) -> str:
    return page(visit, *_parts(visit))
