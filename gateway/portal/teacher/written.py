"""Meetings in writing, where no time fits: each side answers its own short form, and reads the other's afterwards."""

from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal.api import Refused, below
from gateway.portal.pages import Pages, Visit
from gateway.portal.teacher.inbox import items_of, next_of, of_each, own_branches

pages = Pages()


@pages.get("/meeting-day/written")
async def written(visit: Visit) -> StreamResponse:
    return await _show(visit)


@pages.post("/meeting-day/written/{branch_id}/{written_meeting_id}")
async def answer(visit: Visit) -> StreamResponse:
    path = below("branches", visit.params["branch_id"], "written-meetings", visit.params["written_meeting_id"])
    there = await visit.api.get(path)
    said = {each["id"]: visit.form[each["id"]] for each in there["form"]["teacher"] if visit.form[each["id"]]}
    try:
        await visit.api.put(f"{path}/answers", {"answers": said}, key=visit.form.key)
    except Refused as refused:
        return await _show(visit, refused)
    return visit.go("/meeting-day/written", said=visit.text("Answered. You read the family's answers when both have answered."))


async def _show(visit: Visit, refused: Refused | None = None) -> StreamResponse:
    """What waits for the reader first."""
    found = await of_each(visit, await own_branches(visit), "written-meetings", limit=20, after=visit.query.get("after", ""))
    mine: list[dict[str, Any]] = [each for each in items_of(found) if each["teacher_id"] == visit.person_id]
    mine.sort(key=lambda each: "teacher" in each["answered"] or each["state"] == "lapsed")
    failed = visit.params.get("written_meeting_id", "")
    return await visit.show("teacher/written.html", refused=refused, meetings=mine, next=next_of(found), failed=failed)
