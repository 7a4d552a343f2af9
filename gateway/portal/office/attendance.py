"""A day's registers and absences; reasons that are wanted, and those to accept."""

import asyncio
from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal.office.branch import api, given, here, show
from gateway.portal.office.report_cards import names
from gateway.portal.pages import Pages, Visit
from schoolbus.clock import today

pages = Pages()
_AT = "/branches/{branch_id}/attendance"
_ONE = _AT + "/{absence_id}"
_CLASSES = 12  # whose children are named on a page
KINDS = ("ill", "family", "travel", "religious", "other")


@pages.get(_AT)
async def attendance(visit: Visit) -> StreamResponse:
    query = visit.query
    on = query.get("on") or today().isoformat()
    wanted = query.get("show", "wanted")
    asked: dict[str, Any] = {"reason": "wanted"} if wanted == "wanted" else {"since": on, "until": on}
    found, registers = await asyncio.gather(
        visit.api.get(api(visit, "absences"), after=query.get("after"), limit=40, **asked),
        visit.api.perhaps(api(visit, "attendance", "missing-registers"), on=on),
    )
    return await show(
        visit,
        "attendance.html",
        found=found,
        registers=registers,
        on=on,
        wanted=wanted,
        names=await _names(visit, found["items"]),
    )


@pages.get(_ONE)
async def absence(visit: Visit) -> StreamResponse:
    found = await visit.api.get(_of(visit))
    person = await visit.api.get(api(visit, "people", found["student_id"]))
    return await show(
        visit,
        "absence.html",
        found=found,
        person=person,
        kinds=KINDS,
        here=here(visit, "attendance", found["absence_id"]),
    )


@pages.post(_ONE + "/reason")
async def reason(visit: Visit) -> StreamResponse:
    """For a family that told the office."""
    wanted = given(kind=visit.form["kind"], text=visit.form["text"])
    return await _do(visit, visit.api.put(_of(visit, "reason"), wanted))


@pages.post(_ONE + "/acceptance")
async def accept(visit: Visit) -> StreamResponse:
    return await _do(visit, visit.api.put(_of(visit, "acceptance"), {"accepted": visit.form["accepted"] == "yes"}))


async def _do(visit: Visit, asked: Any) -> StreamResponse:
    await asked
    return visit.go(here(visit, "attendance"), said=visit.text("Saved."))


async def _names(visit: Visit, absences: list[Any]) -> dict[str, Any]:
    """Of the children, from their classes: one question for a class, not one for a child."""
    rooms = sorted({entry["class_id"] for each in absences for entry in each["entries"]})[:_CLASSES]
    found = await asyncio.gather(*(visit.api.perhaps(api(visit, "classes", room)) for room in rooms))
    return {key: value for room in found if room for key, value in names(room).items()}


def _of(visit: Visit, *parts: str) -> str:
    return api(visit, "absences", visit.params["absence_id"], *parts)
