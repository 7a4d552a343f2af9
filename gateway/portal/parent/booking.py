"""A time with one teacher for one child: choose it, and when it has gone, another one."""

import asyncio
from datetime import date, datetime
from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal.addresses import address
from gateway.portal.pages import Pages, Visit
from gateway.portal.parent import children
from schoolbus.clock import BRANCH_ZONE

pages = Pages()
_AT = "/meetings/{branch_id}/days/{meeting_day_id}/{student_id}/{teacher_id}"
_SLOTS = 100


@pages.get(_AT)
async def times(visit: Visit) -> StreamResponse:
    """With a refusal, the times that the API names as free instead come first."""
    child = await children.of_path(visit)
    path = child.api("meeting-days", visit.params["meeting_day_id"])
    teacher_id = visit.params["teacher_id"]
    day, slots = await asyncio.gather(
        visit.api.get(path), visit.api.get(f"{path}/slots", teacher_id=teacher_id, free=True, limit=_SLOTS)
    )
    teacher = next((each for each in day["teachers"] if each["teacher_id"] == teacher_id), None)
    if teacher is None:
        raise children.not_here()
    instead = visit.refused.problem.get("free_slots", []) if visit.refused else []
    return await visit.show(
        "parent/times.html",
        child=child,
        day=day,
        teacher=teacher,
        dates=_by_date(slots["items"]),
        instead=[each for each in instead if isinstance(each, dict)],
        back=address("meetings", child.branch_id, "days", day["meeting_day_id"]),
    )


def _by_date(slots: list[Any]) -> list[tuple[date, list[Any]]]:
    found: dict[date, list[Any]] = {}
    for slot in slots:
        found.setdefault(datetime.fromisoformat(slot["starts_at"]).astimezone(BRANCH_ZONE).date(), []).append(slot)
    return list(found.items())


@pages.post(_AT)
async def book(visit: Visit) -> StreamResponse:
    """`slot`; `way`: how, where the teacher offers several."""
    child, form = await children.of_path(visit), visit.form
    wanted = {"student_id": child.id, "way": form["way"] or None}
    made = await visit.api.post(child.api("slots", form["slot"], "booking"), wanted, key=form.key)
    return visit.go(address("meetings", child.branch_id, "bookings", made["booking_id"]), said=visit.text("It is booked."))


@pages.post(_AT + "/waiting")
async def wait(visit: Visit) -> StreamResponse:
    """`from`, `to`: of the day, when one could come; left out: at any time."""
    child, form = await children.of_path(visit), visit.form
    wanted: dict[str, Any] = {"teacher_id": visit.params["teacher_id"], "student_id": child.id, "way": form["way"] or None}
    if form["from"] and form["to"]:
        wanted["times"] = [{"from": form["from"], "to": form["to"]}]
    await visit.api.post(child.api("meeting-days", visit.params["meeting_day_id"], "waiting"), wanted, key=form.key)
    return visit.go("/meetings", said=visit.text("You are on the list. You are told when a time is free."))
