"""Several meetings of one evening, for brothers and sisters: chosen together, kept for two minutes, booked together."""

import asyncio
from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal.addresses import address
from gateway.portal.api import Refused, below
from gateway.portal.pages import Pages, Visit
from gateway.portal.parent import children
from gateway.portal.parent.meetings import teachers_of, whom

pages = Pages()
_AT = "/meetings/{branch_id}/days/{meeting_day_id}/together"
_HOLD = "/meetings/{branch_id}/holds/{hold_id}"


@pages.get(_AT)
async def together(visit: Visit) -> StreamResponse:
    """First whom; with `pick` (STUDENT TEACHER, several) also when. A choice that can't be met is no fault of the page: it says
    why."""
    own = await children.in_branch(visit, visit.params["branch_id"])
    path = own[0].api("meeting-days", visit.params["meeting_day_id"])
    picked = visit.form.all("pick") or visit.query.getall("pick", [])
    pairs = [each.partition(" ") for each in picked]
    day, teaching = await asyncio.gather(visit.api.get(path), teachers_of(visit, own))
    found = None
    if pairs and visit.refused is None:
        ids = {"student_id": ",".join(each[0] for each in pairs), "teacher_id": ",".join(each[2] for each in pairs)}
        try:
            found = await visit.api.get(f"{path}/proposals", **ids)
        except Refused as refused:
            if refused.status not in (403, 409, 422):
                raise
            visit.refused = refused
    return await visit.show(
        "parent/together.html",
        branch=own[0].branch,
        day=day,
        children=[(child, whom(day, teaching[child.id])) for child in own],
        picked=picked,
        proposals=found["items"] if found else None,
        at=address("meetings", visit.params["branch_id"], "days", day["meeting_day_id"]),
    )


@pages.post(_AT)
async def hold(visit: Visit) -> StreamResponse:
    """`slots`: SLOT STUDENT WAY for each."""
    wanted = [each.split(" ") for each in visit.form.all("slots")]
    slots = [{"slot_id": each[0], "student_id": each[1], "way": each[2]} for each in wanted if len(each) == 3]
    path = below("branches", visit.params["branch_id"], "meeting-days", visit.params["meeting_day_id"], "holds")
    made = await visit.api.post(path, {"slots": slots}, key=visit.form.key)
    return visit.go(address("meetings", visit.params["branch_id"], "holds", made["hold_id"]))


@pages.get(_HOLD)
async def held(visit: Visit) -> StreamResponse:
    found = await visit.api.get(_path(visit))
    return await visit.show("parent/held.html", hold=found, branch_id=visit.params["branch_id"])


@pages.post(_HOLD)
async def book_all(visit: Visit) -> StreamResponse:
    await visit.api.post(f"{_path(visit)}/booking", key=visit.form.key)
    return visit.go("/meetings", said=visit.text("All of it is booked."))


@pages.post(_HOLD + "/back")
async def give_back(visit: Visit) -> StreamResponse:
    await visit.api.delete(_path(visit))
    return visit.go("/meetings", said=visit.text("The times are free for others again."))


def _path(visit: Visit) -> Any:
    return below("branches", visit.params["branch_id"], "holds", visit.params["hold_id"])
