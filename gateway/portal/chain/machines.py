"""Machine clients: programs of schools that may read, or hand in marks."""

import asyncio

from aiohttp.web import StreamResponse

from gateway.portal import choosing
from gateway.portal.api import below
from gateway.portal.pages import Pages, Visit
from schoolbus.oneroster.scopes import OF_GRADEBOOK, OF_ROSTERING

pages = Pages()
PAGE = 10  # machines, of up to 50 branches each
SCOPES = (*OF_ROSTERING, *OF_GRADEBOOK)


@pages.get("/chain/machines")
async def machines(visit: Visit) -> StreamResponse:
    found, branches = await asyncio.gather(
        visit.api.get("/v1/machine-clients", limit=PAGE, after=visit.query.get("after")), choosing.branches(visit)
    )
    ids = sorted({id for each in found["items"] for id in each["branches"]})
    names = {each["branch_id"]: each for each in await choosing.named(visit, ids)}
    scopes = [(each, each.rpartition("/")[2]) for each in SCOPES]
    return await visit.show("chain/machines.html", found=found, names=names, branches=branches, scopes=scopes)


@pages.post("/chain/machines")
async def make(visit: Visit) -> StreamResponse:
    if choosing.searches(visit):
        return await machines(visit)
    form = visit.form
    chain = form["reach"] == "chain"
    branches = [] if chain else form.all(choosing.FIELD)
    wanted = {"name": form["name"], "scopes": form.all("scopes"), "branches": branches, "whole_chain": chain}
    made = await visit.api.post("/v1/machine-clients", wanted, key=form.key)
    return await visit.show("chain/machine.html", made=made)


@pages.post("/chain/machines/{client_id}/secret")
async def renew(visit: Visit) -> StreamResponse:
    made = await visit.api.post(below("machine-clients", visit.params["client_id"], "secret"), key=visit.form.key)
    return await visit.show("chain/machine.html", made=made)


@pages.post("/chain/machines/{client_id}/removal")
async def remove(visit: Visit) -> StreamResponse:
    await visit.api.delete(below("machine-clients", visit.params["client_id"]))
    return visit.go("/chain/machines", said=visit.text("It is removed: its access has ended."))
