"""The components that pages are made of, on one page; and what stands in for a page that can't be had."""

from aiohttp.web import StreamResponse

from gateway.portal.pages import Pages, Visit

pages = Pages()


@pages.get("/design", public=True)
async def design(visit: Visit) -> StreamResponse:
    return await visit.show("design.html")


@pages.get("/offline", public=True)
async def offline(visit: Visit) -> StreamResponse:
    """What a phone without a network shows for a page that it has not seen before."""
    visit.unsure = True
    return await visit.show("offline.html")
