"""Machine clients: programs of schools that may read, or hand in marks."""

from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal.api import Refused, below
from gateway.portal.pages import Pages, Visit
from schoolbus.oneroster.scopes import OF_GRADEBOOK, OF_ROSTERING

pages = Pages()
SCOPES = (*OF_ROSTERING, *OF_GRADEBOOK)


@pages.get("/chain/machines")
async def machines(visit: Visit) -> StreamResponse:
    return await _shown(visit)


@pages.post("/chain/machines")
async def make(visit: Visit) -> StreamResponse:
    form = visit.form
    branches = form["branches"].replace(",", " ").split()
    wanted = {"name": form["name"], "scopes": form.all("scopes"), "branches": branches, "whole_chain": form["reach"] == "chain"}
    try:
        made = await visit.api.post("/v1/machine-clients", wanted, key=form.key)
    except Refused as refused:
        return await _shown(visit, refused)
    return await visit.show("chain/machine.html", made=made)


@pages.post("/chain/machines/{client_id}/secret")
async def renew(visit: Visit) -> StreamResponse:
    made = await visit.api.post(below("machine-clients", visit.params["client_id"], "secret"), key=visit.form.key)
    return await visit.show("chain/machine.html", made=made)


@pages.post("/chain/machines/{client_id}/removal")
async def remove(visit: Visit) -> StreamResponse:
    await visit.api.delete(below("machine-clients", visit.params["client_id"]))
    return visit.go("/chain/machines", said=visit.text("It is removed: its access has ended."))


async def _shown(visit: Visit, refused: Refused | None = None) -> StreamResponse:
    found: Any = await visit.api.get("/v1/machine-clients", after=visit.query.get("after"))
    scopes = [(each, each.rpartition("/")[2]) for each in SCOPES]
    return await visit.show("chain/machines.html", found=found, scopes=scopes, refused=refused)
