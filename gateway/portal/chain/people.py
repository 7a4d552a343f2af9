"""Anybody of the chain, by name, however it is spelt; and which records of a guardian were made one."""

from aiohttp.web import StreamResponse

from gateway.portal.addresses import address
from gateway.portal.api import below
from gateway.portal.pages import Pages, Visit

pages = Pages()
MERGES = "/chain/people/{person_id}/merges"


@pages.get("/chain/people")
async def people(visit: Visit) -> StreamResponse:
    return await visit.show("chain/people.html", found=None, name="")


@pages.post("/chain/people")
async def search(visit: Visit) -> StreamResponse:
    """By POST: a name does not stand in an address. What comes after the first page is asked for the same way."""
    name = visit.form["name"][:100]
    found = await visit.api.get("/v1/people", name=name, after=visit.form["after"]) if name else None
    return await visit.show("chain/people.html", found=found, name=name)


@pages.get(MERGES)
async def merges(visit: Visit) -> StreamResponse:
    found = await visit.api.get(below("guardians", visit.params["person_id"], "merges"))
    return await visit.show("chain/merges.html", found=found, person_id=visit.params["person_id"])


@pages.post(MERGES + "/{kept_id}/{other_id}/{step}")
async def decide(visit: Visit) -> StreamResponse:
    """Parts two that were made one, or agrees to what a branch proposed."""
    kept, other = visit.params["kept_id"], visit.params["other_id"]
    if visit.step("merge", "part") == "merge":
        await visit.api.post(below("guardians", kept, "merges"), {"other_id": other}, key=visit.form.key)
        said = visit.text("They are one guardian now, with all their children. You can part them again.")
    else:
        await visit.api.delete(below("guardians", kept, "merges", other))
        said = visit.text("They are two people again, each with the children that were theirs.")
    return visit.go(address("chain", "people", visit.params["person_id"], "merges"), said=said)
