"""Meetings of the family: what is booked, where one can book, what was agreed."""

import asyncio
from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal.addresses import address
from gateway.portal.api import below
from gateway.portal.pages import Pages, Visit
from gateway.portal.parent import children, days, partners
from gateway.portal.parent.children import Child
from gateway.portal.parent.lists import whole

pages = Pages()


@pages.get("/meetings")
async def meetings(visit: Visit) -> StreamResponse:
    own = await children.all_of(visit)
    branches = await children.branches(visit)
    found = await asyncio.gather(*(_of_branch(visit, branch) for branch in branches))
    subscribed = [each for each in found if each]
    return await visit.show(
        "parent/meetings.html",
        bookings=_sorted([(each["branch"], one) for each in subscribed for one in each["bookings"]], "starts_at"),
        open_days=_sorted([(each["branch"], one) for each in subscribed for one in each["days"]], "held_on"),
        in_lists=[(each["branch"], one) for each in subscribed for one in each["waiting"]],
        written=[(each["branch"], one) for each in subscribed for one in each["written"]],
        commitments=_sorted([(each["branch"], one) for each in subscribed for one in each["commitments"]], "due_on"),
        subscribed=bool(subscribed),
        children=[child for child in own if any(child.branch_id == each["branch"]["branch_id"] for each in subscribed)],
    )


def _sorted(found: list[tuple[Any, Any]], by: str) -> list[tuple[Any, Any]]:
    return sorted(found, key=lambda each: str(each[1][by]))


async def _of_branch(visit: Visit, branch: Any) -> dict[str, Any] | None:
    """None where it does not subscribe to meetings."""
    at = below("branches", branch["branch_id"])
    bookings, all_days, written, commitments = await asyncio.gather(
        whole(visit, f"{at}/bookings"),
        whole(visit, f"{at}/meeting-days"),
        whole(visit, f"{at}/written-meetings"),
        whole(visit, f"{at}/commitments", state="open"),
    )
    if all_days is None:
        return None
    to_come = [day for day in all_days if days.is_to_come(day)]
    waits = await asyncio.gather(*(_waiting(visit, branch, day) for day in to_come))
    return {
        "branch": branch,
        "bookings": bookings or [],
        "days": to_come,
        "waiting": [place for places in waits for place in places],
        "written": [each for each in written or () if each["state"] != "lapsed"],
        "commitments": commitments or [],
    }


async def _waiting(visit: Visit, branch: Any, day: Any) -> list[Any]:
    return await whole(visit, below("branches", branch["branch_id"], "meeting-days", day["meeting_day_id"], "waiting")) or []


@pages.get("/meetings/{branch_id}/days/{meeting_day_id}")
async def meeting_day(visit: Visit) -> StreamResponse:
    """Whom one can meet for which child; or, where the school makes a timetable, what the family wishes."""
    own = await children.in_branch(visit, visit.params["branch_id"])
    path = own[0].api("meeting-days", visit.params["meeting_day_id"])
    day, teaching, bookings = await asyncio.gather(
        visit.api.get(path), teachers_of(visit, own), whole(visit, own[0].api("bookings"))
    )
    wishes = await visit.api.perhaps(f"{path}/wishes") if day["mode"] == "timetable" else None
    mine = [each for each in bookings or () if each["meeting_day_id"] == day["meeting_day_id"]]
    return await visit.show(
        "parent/meeting-day.html",
        branch=own[0].branch,
        day=day,
        is_open=days.is_open(day),
        is_to_come=days.is_to_come(day),
        children=[(child, whom(day, teaching[child.id])) for child in own],
        bookings=mine,
        met={(each["student_id"], each["teacher_id"]): each for each in mine},
        wishes=wishes["items"][0] if wishes and wishes["items"] else None,
        at=visit.at,
    )


async def teachers_of(visit: Visit, own: list[Child]) -> dict[str, list[Any]]:
    """Of each child, by its id."""
    found = await asyncio.gather(*(partners.of_child(visit, child) for child in own))
    return {child.id: list(teachers) for child, teachers in zip(own, found, strict=True)}


def whom(day: Any, teaching: list[Any]) -> list[Any]:
    """The day's teachers who teach the child; all of them where nobody knows who does."""
    ids = [each["id"] for each in teaching]
    theirs = [each for each in day["teachers"] if each["teacher_id"] in ids]
    return sorted(theirs, key=lambda each: ids.index(each["teacher_id"])) or list(day["teachers"])


@pages.get("/meetings/{branch_id}/days/{meeting_day_id}/calendar")
async def day_calendar(visit: Visit) -> StreamResponse:
    path = below("branches", visit.params["branch_id"], "meeting-days", visit.params["meeting_day_id"], "calendar")
    return await visit.file(path, "meetings.ics")


@pages.post("/meetings/{branch_id}/days/{meeting_day_id}/wishes")
async def wish(visit: Visit) -> StreamResponse:
    """`teachers`: STUDENT TEACHER for each that the family wants to meet; `from ON`, `to ON`: when it can come that day."""
    form, branch_id = visit.form, visit.params["branch_id"]
    wanted: dict[str, list[str]] = {}
    for each in form.all("teachers"):
        student_id, _, teacher_id = each.partition(" ")
        wanted.setdefault(student_id, []).append(teacher_id)
    dates = [name.removeprefix("from ") for name in form.fields if name.startswith("from ")]
    fits = [{"on": on, "from": form[f"from {on}"], "to": form[f"to {on}"]} for on in dates if form[f"from {on}"]]
    draft = {
        "children": [{"student_id": student_id, "teacher_ids": ids} for student_id, ids in wanted.items()],
        "fits": fits,
        "ways": form.all("ways"),
        "together": form["together"] == "yes",
    }
    path = below("branches", branch_id, "meeting-days", visit.params["meeting_day_id"], "wishes")
    await visit.api.put(path, draft)
    here = address("meetings", branch_id, "days", visit.params["meeting_day_id"])
    return visit.go(here, said=visit.text("Thank you. The school makes a timetable and tells you your time."))
