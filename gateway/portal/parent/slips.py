"""Permission slips: what a family is asked to allow, and its yes or no for each child."""

from aiohttp.web import StreamResponse

from gateway.portal.addresses import address
from gateway.portal.api import Refused, below
from gateway.portal.pages import Pages, Visit

pages = Pages()
_AT = "/events/{branch_id}/slips/{permission_slip_id}"


@pages.get(_AT)
async def slip(visit: Visit) -> StreamResponse:
    return await _show(visit)


async def _show(visit: Visit, refused: Refused | None = None) -> StreamResponse:
    return await visit.show("parent/slip.html", refused=refused, slip=await visit.api.get(_path(visit)), at=_here(visit))


@pages.post(_AT + "/{student_id}")
async def answer(visit: Visit) -> StreamResponse:
    """To the text that was read: a newer one is read first."""
    form = visit.form
    version = form.whole("text_version")
    path = f"{_path(visit)}/answers/{visit.params['student_id']}"
    try:
        await visit.api.put(path, {"answer": form["answer"], "text_version": version}, key=form.key)
    except Refused as refused:
        if refused.status in (409, 422):
            return await _show(visit, refused)
        raise
    return visit.go(_here(visit), said=visit.text("Thank you. The school has your answer."))


def _path(visit: Visit) -> str:
    return below("branches", visit.params["branch_id"], "permission-slips", visit.params["permission_slip_id"])


def _here(visit: Visit) -> str:
    return address("events", visit.params["branch_id"], "slips", visit.params["permission_slip_id"])
