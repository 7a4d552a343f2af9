"""The secret address by which a calendar program shows all meetings and events of the family."""

from aiohttp.web import StreamResponse

from gateway.portal.pages import Pages, Visit

pages = Pages()


@pages.get("/meetings/calendar")
async def calendar(visit: Visit) -> StreamResponse:
    return await visit.show("parent/calendar.html", kept=await visit.api.perhaps("/v1/my-calendar"), made=None, subscribe="")


@pages.post("/meetings/calendar")
async def make(visit: Visit) -> StreamResponse:
    """Shown once, here: nobody keeps the address but its owner. A reload shows it again: the form has the same key."""
    made = await visit.api.post("/v1/my-calendar", key=visit.form.key)
    return await visit.show("parent/calendar.html", kept=made, made=made, subscribe=_subscribing(made["address"]))


@pages.post("/meetings/calendar/end")
async def give_up(visit: Visit) -> StreamResponse:
    await visit.api.delete("/v1/my-calendar")
    return visit.go("/meetings/calendar", said=visit.text("The address shows nothing more."))


def _subscribing(address: str) -> str:
    """Phones hand webcal: on to their calendar."""
    return "webcal:" + address.partition(":")[2]
