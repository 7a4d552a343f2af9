"""All children of a guardian on one page, each with today, and what waits for an answer first."""

import asyncio
from dataclasses import dataclass
from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal.addresses import address
from gateway.portal.api import below
from gateway.portal.pages import Pages, Visit
from gateway.portal.parent import children, days, spoken, threads
from gateway.portal.parent.children import REASONS, Child
from gateway.portal.parent.lists import whole

pages = Pages()
_FEW = 20  # of the newest messages, of which unread ones are counted


@dataclass(frozen=True)
class Waiting:
    """Something that wants an answer: what, and where to give it."""

    text: str
    href: str
    note: str = ""


@pages.get("/family")
async def family(visit: Visit) -> StreamResponse:
    own = await children.all_of(visit)
    branches = await children.branches(visit)
    todays, waiting, new, talks = await asyncio.gather(
        asyncio.gather(*(today(visit, child) for child in own)),
        asyncio.gather(*(_waiting(visit, branch["branch_id"]) for branch in branches)),
        _new(visit),
        threads.of_branches(visit),
    )
    asked = [*_unread(visit, threads.unread(visit.language, talks)), *new, *(each for found in waiting for each in found)]
    with_days = list(zip(own, todays, strict=True))
    aloud = {child.id: spoken.day(visit, child, day) for child, day in with_days if day}
    return await visit.show(
        "parent/family.html",
        children=with_days,
        several_schools=len(branches) > 1,
        waiting=asked,
        aloud=aloud,
        reasons=REASONS,
    )


async def today(visit: Visit, child: Child) -> Any:
    """None where the branch does not subscribe to reports, or the guardian is not to receive them."""
    return await visit.api.perhaps(child.api("today", child.id))


async def _waiting(visit: Visit, branch_id: str) -> list[Waiting]:
    at = below("branches", branch_id)
    slips, open_days, bookings = await asyncio.gather(
        whole(visit, f"{at}/permission-slips", open=True),
        whole(visit, f"{at}/meeting-days"),
        whole(visit, f"{at}/bookings"),
    )
    found = []
    for slip in slips or ():
        if any(child["standing"] in ("missing", "half") and not child.get("my_answer") for child in slip["children"]):
            title = (visit.language.name == "ur" and slip["title_ur"]) or slip["title"]
            text = visit.text("Your permission: %(title)s", title=title)
            note = visit.text("answer by %(when)s", when=visit.language.moment(slip["answer_by"])) if slip["answer_by"] else ""
            found.append(Waiting(text, address("events", branch_id, "slips", slip["permission_slip_id"]), note))
    mine = bookings or []
    for booking in mine:
        if booking["state"] == "offered":
            text = visit.text("A time with %(teacher)s is offered to you", teacher=booking["teacher_name"])
            found.append(Waiting(text, address("meetings", branch_id, "bookings", booking["booking_id"])))
    for day in days.to_answer(open_days or [], mine):
        wishes = day["mode"] == "timetable"
        text = visit.text("Say when you can come: %(title)s") if wishes else visit.text("Choose a time: %(title)s")
        found.append(
            Waiting(
                text % {"title": day["title"]},
                address("meetings", branch_id, "days", day["meeting_day_id"]),
                visit.language.day(day["held_on"]),
            )
        )
    return found


async def _new(visit: Visit) -> list[Waiting]:
    """What came from the school and was not opened."""
    feed = await visit.api.perhaps("/v1/feed", limit=_FEW) or {"items": [], "next": None}
    new = sum(1 for message in feed["items"] if message["state"] != "read")
    if not new:
        return []
    text = visit.language.texts("%(number)s new message", "%(number)s new messages", new)
    number = visit.language.number(new) + ("+" if new == len(feed["items"]) and feed["next"] else "")
    return [Waiting(text % {"number": number}, "/messages")]


def _unread(visit: Visit, number: str) -> list[Waiting]:
    return [Waiting(visit.text("From teachers, not read yet: %(number)s", number=number), "/messages")] if number else []
