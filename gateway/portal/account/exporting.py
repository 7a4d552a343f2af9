"""All that is stored about me, as a file."""

from aiohttp.web import StreamResponse

from gateway.portal.api import below
from gateway.portal.pages import Pages, Visit

pages = Pages()


@pages.post("/account/exports")
async def ask(visit: Visit) -> StreamResponse:
    await visit.api.post("/v1/me/exports")
    return visit.go("/account#exports", said=visit.text("It is being put together. Look here again in a few minutes."))


@pages.get("/account/exports/{export_id}/file")
async def file(visit: Visit) -> StreamResponse:
    return await visit.file(below("me", "exports", visit.params["export_id"], "file"), "rabta.zip")
