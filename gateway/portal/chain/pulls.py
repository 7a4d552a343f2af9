"""Rosters that are fetched from other systems by OneRoster, again and again."""

from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal.addresses import address
from gateway.portal.api import below
from gateway.portal.chain.plans import number
from gateway.portal.pages import Pages, Visit
from schoolbus.oneroster.scopes import OF_ROSTERING

pages = Pages()
ONE = "/chain/pulls/{source}"
TEXTS = ("base_url", "token_url", "client_id")


@pages.get("/chain/pulls")
async def pulls(visit: Visit) -> StreamResponse:
    return await visit.show("chain/pulls.html", found=await visit.api.get("/v1/pulls", after=visit.query.get("after")))


@pages.get("/chain/pulls/new")
async def new(visit: Visit) -> StreamResponse:
    return await _form(visit, None)


@pages.post("/chain/pulls/new")
async def make(visit: Visit) -> StreamResponse:
    return await _put(visit, visit.form["source"] or "-")


@pages.get(ONE)
async def one(visit: Visit) -> StreamResponse:
    return await _form(visit, await visit.api.get(below("pulls", visit.params["source"])))


@pages.post(ONE)
async def change(visit: Visit) -> StreamResponse:
    return await _put(visit, visit.params["source"])


@pages.post(ONE + "/run")
async def run(visit: Visit) -> StreamResponse:
    await visit.api.post(below("pulls", visit.params["source"], "run"), anew=True if visit.form["anew"] else None)
    return visit.go(address("chain", "pulls", visit.params["source"]), said=visit.text("It begins in a moment."))


@pages.post(ONE + "/removal")
async def remove(visit: Visit) -> StreamResponse:
    await visit.api.delete(below("pulls", visit.params["source"]))
    return visit.go("/chain/pulls", said=visit.text("Nothing is fetched from there any more. What came in stays."))


async def _put(visit: Visit, source: str) -> StreamResponse:
    form = visit.form
    wanted: dict[str, Any] = {name: form[name] for name in TEXTS} | {"client_secret": form.fields.get("client_secret") or None}
    wanted |= {"minutes": number(form["minutes"], None), "scopes": form.all("scopes")}
    await visit.api.put(below("pulls", source), wanted)
    return visit.go("/chain/pulls", said=visit.text("It is kept, and fetches by itself from now on."))


async def _form(visit: Visit, pull: Any) -> StreamResponse:
    scopes = [(each, each.rpartition("/")[2]) for each in OF_ROSTERING]
    return await visit.show("chain/pull.html", pull=pull, scopes=scopes)
