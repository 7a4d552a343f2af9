"""Meetings in writing: where no time fits, both sides answer a short form."""

from aiohttp.web import StreamResponse

from gateway.portal.addresses import address
from gateway.portal.api import below
from gateway.portal.pages import Pages, Visit
from gateway.portal.parent import children, partners

pages = Pages()
_AT = "/meetings/{branch_id}/written"


@pages.get(_AT + "/new/{student_id}")
async def new(visit: Visit) -> StreamResponse:
    child = await children.of_path(visit)
    teachers = await partners.of_child(visit, child)
    day = visit.query.get("day") or visit.form["day"]
    return await visit.show("parent/new-written.html", child=child, teachers=teachers, day=day)


@pages.post(_AT + "/new/{student_id}")
async def begin(visit: Visit) -> StreamResponse:
    child, form = await children.of_path(visit), visit.form
    draft = {"student_id": child.id, "teacher_id": form["teacher"] or None, "meeting_day_id": form["day"] or None}
    made = await visit.api.post(child.api("written-meetings"), draft, key=form.key)
    return visit.go(address("meetings", child.branch_id, "written", made["written_meeting_id"]))


@pages.get(_AT + "/{written_meeting_id}")
async def one(visit: Visit) -> StreamResponse:
    return await visit.show("parent/written.html", meeting=await visit.api.get(_path(visit)), at=_here(visit))


@pages.post(_AT + "/{written_meeting_id}")
async def answer(visit: Visit) -> StreamResponse:
    """A field of each question that was answered: `answer ID`."""
    names = [name for name in visit.form.fields if name.startswith("answer ") and visit.form[name]]
    given = {name.removeprefix("answer "): visit.form[name] for name in names}
    await visit.api.put(f"{_path(visit)}/answers", {"answers": given})
    return visit.go(_here(visit), said=visit.text("Sent. You read the teacher's answers when they are here."))


def _path(visit: Visit) -> str:
    return below("branches", visit.params["branch_id"], "written-meetings", visit.params["written_meeting_id"])


def _here(visit: Visit) -> str:
    return address("meetings", visit.params["branch_id"], "written", visit.params["written_meeting_id"])
