"""Meetings in writing, where no time fits: each side answers its own short form, and reads the other's afterwards."""

from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal.api import Refused, below
from gateway.portal.pages import Pages, Visit
from gateway.portal.teacher.forms import at_fields
from gateway.portal.teacher.inbox import items_of, next_of, own_branches, page_of_each

pages = Pages()


@pages.get("/meeting-day/written")
async def written(visit: Visit) -> StreamResponse:
    """What waits for the reader first."""
    found = await page_of_each(visit, await own_branches(visit), "written-meetings", limit=20)
    mine: list[dict[str, Any]] = [each for each in items_of(found) if each["teacher_id"] == visit.person_id]
    mine.sort(key=lambda each: "teacher" in each["answered"] or each["state"] == "lapsed")
    return await visit.show("teacher/written.html", meetings=mine, next=next_of(found))


@pages.post("/meeting-day/written/{branch_id}/{written_meeting_id}", page="/meeting-day/written")
async def answer(visit: Visit) -> StreamResponse:
    path = below("branches", visit.params["branch_id"], "written-meetings", visit.params["written_meeting_id"])
    there, id = await visit.api.get(path), visit.params["written_meeting_id"]
    typed = {each["id"]: visit.form[f"{each['id']}-{id}"] for each in there["form"]["teacher"]}
    said = {question: text for question, text in typed.items() if text}
    try:
        await visit.api.put(f"{path}/answers", {"answers": said}, key=visit.form.key)
    except Refused as refused:
        raise at_fields(refused, {f"answers.{question}": f"{question}-{id}" for question in typed}) from refused
    return visit.go(visit.at, said=visit.text("Answered. You read the family's answers when both have answered."))
