"""Permission slips: what a family is asked to allow, and its yes or no for each child."""

from aiohttp.web import StreamResponse

from gateway.portal.addresses import address
from gateway.portal.api import below
from gateway.portal.pages import Pages, Visit

pages = Pages()
_AT = "/events/{branch_id}/slips/{permission_slip_id}"


@pages.get(_AT)
async def slip(visit: Visit) -> StreamResponse:
    return await visit.show("parent/slip.html", slip=await visit.api.get(_path(visit)), at=_here(visit))


@pages.post(_AT + "/{student_id}")
async def answer(visit: Visit) -> StreamResponse:
    """To the text that was read: a newer one is read first."""
    form = visit.form
    given = {"answer": form["answer"], "text_version": form.whole("text_version")}
    await visit.api.put(_path(visit, "answers", visit.params["student_id"]), given, key=form.key)
    return visit.go(_here(visit), said=visit.text("Thank you. The school has your answer."))


def _path(visit: Visit, *parts: str) -> str:
    return below("branches", visit.params["branch_id"], "permission-slips", visit.params["permission_slip_id"], *parts)


def _here(visit: Visit) -> str:
    return address("events", visit.params["branch_id"], "slips", visit.params["permission_slip_id"])
