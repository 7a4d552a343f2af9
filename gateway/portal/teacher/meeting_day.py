"""The day of meetings: who comes next, who is here, who came; and what is booked for the days after."""

import asyncio
from typing import Any
from urllib.parse import urlencode

from aiohttp.web import StreamResponse

from gateway.portal.addresses import address
from gateway.portal.api import below
from gateway.portal.pages import Pages, Visit
from gateway.portal.teacher.inbox import items_of, next_of, of_each, own_branches, own_children, page_of_each
from schoolbus.clock import now, today

pages = Pages()
_AT = "/meeting-day/{branch_id}/{meeting_day_id}"


@pages.get("/meeting-day")
async def overview(visit: Visit) -> StreamResponse:
    """Today's list, else what comes: the days, my meetings, calls that families wish for."""
    days = await _days(visit)
    on = today().isoformat()
    held = next((each for each in days if any(date["on"] == on for date in each["dates"])), None)
    if held and visit.query.get("all") != "yes":
        return await _show(visit, held["branch_id"], held["meeting_day_id"], on)
    branches = await own_branches(visit)
    booked, wishes, promises = await asyncio.gather(
        page_of_each(visit, branches, "bookings", limit=50),
        of_each(visit, branches, "call-wishes", state="wished", limit=100),
        of_each(visit, branches, "commitments", state="open", limit=100),
    )
    ours = [each for each in items_of(booked) if each["teacher_id"] == visit.person_id]
    promised = [each for each in items_of(promises) if each["teacher_id"] == visit.person_id]
    values: dict[str, Any] = {
        "days": days,
        "booked": ours,
        "wishes": items_of(wishes),
        "promises": promised,
        "branches": branches,
        "next": next_of(booked),
    }
    return await visit.show("teacher/meetings.html", today=on, **values)


@pages.get(_AT)
async def day(visit: Visit) -> StreamResponse:
    return await _show(visit, visit.params["branch_id"], visit.params["meeting_day_id"], visit.query.get("on", ""))


@pages.post(f"{_AT}/delay")
async def delay(visit: Visit) -> StreamResponse:
    """The next families hear it, if it is another than they were told."""
    branch_id, day_id = visit.params["branch_id"], visit.params["meeting_day_id"]
    path = below("branches", branch_id, "meeting-days", day_id, "teachers", visit.person_id, "delay")
    told = await visit.api.put(path, {"minutes": visit.form.whole("minutes")})
    count = told["families_told"]
    said = visit.language.texts("%(number)s family is told.", "%(number)s families are told.", count)
    on = f"?{urlencode({'on': visit.query['on']})}" if visit.query.get("on") else ""
    return visit.go(visit.at + on, said=said % {"number": visit.language.number(count)})


@pages.get(f"{_AT}/walk-in")
async def walk_in(visit: Visit) -> StreamResponse:
    """First the child, then who of the family is here."""
    branch_id, day_id = visit.params["branch_id"], visit.params["meeting_day_id"]
    children = await own_children(visit, branch_id)
    chosen = visit.form["student_id"] or visit.query.get("student_id", "")
    family = desk = None
    if chosen in children:
        family, desk = await asyncio.gather(
            visit.api.get(below("branches", branch_id, "people", chosen, "family")),
            visit.api.perhaps(below("branches", branch_id, "meeting-days", day_id, "desk"), student_id=chosen),
        )
    mine = next((each for each in (desk or {"teachers": []})["teachers"] if each["teacher_id"] == visit.person_id), None)
    values: dict[str, Any] = {"children": children, "chosen": chosen, "family": family, "mine": mine}
    return await visit.show("teacher/walk-in.html", at=address("meeting-day", branch_id, day_id), **values)


@pages.post(f"{_AT}/walk-in")
async def book(visit: Visit) -> StreamResponse:
    """A family that is here without a time: the next that is free."""
    branch_id, day_id, form = visit.params["branch_id"], visit.params["meeting_day_id"], visit.form
    draft = {"teacher_id": visit.person_id, "student_id": form["student_id"], "guardian_id": form["guardian_id"]}
    made = await visit.api.post(below("branches", branch_id, "meeting-days", day_id, "walk-ins"), draft, key=form.key)
    said = visit.text("Booked: %(time)s.", time=visit.language.clock(made["starts_at"]))
    return visit.go(address("meeting-day", branch_id, day_id), said=said)


async def _show(visit: Visit, branch_id: str, day_id: str, on: str) -> StreamResponse:
    listed = await visit.api.get(below("branches", branch_id, "meeting-days", day_id, "list"), on=on or None)
    waiting = [each for each in listed["meetings"] if each["state"] == "booked"]
    next = next_family(waiting)
    values: dict[str, Any] = {"listed": listed, "next": next, "branch_id": branch_id, "on": on, "left": len(waiting)}
    return await visit.show("teacher/meeting-day.html", at=address("meeting-day", branch_id, day_id), **values)


def next_family(waiting: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Who is here, the earliest first; else the first whose time is not over yet; else the first of whom nothing is noted."""
    here = [each for each in waiting if each["arrived_at"]]
    coming = [each for each in waiting if each["ends_at"] >= now().isoformat()]
    return next(iter(here or coming or waiting), None)


async def _days(visit: Visit) -> list[dict[str, Any]]:
    """Days to come in which the reader has times, the earliest first."""
    found = await of_each(visit, await own_branches(visit), "meeting-days", limit=50)
    mine = [
        each
        for each in items_of(found)
        if each["state"] == "open"
        and each["until"] >= today().isoformat()
        and any(teacher["teacher_id"] == visit.person_id for teacher in each["teachers"])
    ]
    return sorted(mine, key=lambda each: each["held_on"])
