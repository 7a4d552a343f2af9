"""Anybody of the chain, by name, however it is spelt."""

from aiohttp.web import StreamResponse

from gateway.portal.pages import Pages, Visit

pages = Pages()


@pages.get("/chain/people")
async def people(visit: Visit) -> StreamResponse:
    return await visit.show("chain/people.html", found=None, name="")


@pages.post("/chain/people")
async def search(visit: Visit) -> StreamResponse:
    """By POST: a name does not stand in an address. What comes after the first page is asked for the same way."""
    name = visit.form["name"][:100]
    found = await visit.api.get("/v1/people", name=name, after=visit.form["after"]) if name else None
    return await visit.show("chain/people.html", found=found, name=name)
