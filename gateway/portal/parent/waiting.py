"""A family's place in a teacher's waiting list."""

from aiohttp.web import StreamResponse

from gateway.portal.api import below
from gateway.portal.pages import Pages, Visit

pages = Pages()


@pages.post("/meetings/{branch_id}/waiting/{waiting_id}/leave")
async def leave(visit: Visit) -> StreamResponse:
    await visit.api.delete(below("branches", visit.params["branch_id"], "waiting", visit.params["waiting_id"]))
    return visit.go("/meetings", said=visit.text("You are no longer on the list."))
