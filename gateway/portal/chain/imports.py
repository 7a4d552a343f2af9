"""Rosters from the schools' own systems: sent, looked at before anything changes, applied, taken back. The operator's.

A branch's office sends class lists: `office/class_lists.py`.
"""

import asyncio

from aiohttp.web import StreamResponse

from gateway.portal.addresses import address
from gateway.portal.api import below
from gateway.portal.pages import AN_IMPORT, Pages, Visit

pages = Pages()
_ONE = "/chain/imports/{import_id}"
_STEPS = {
    "confirmation": "It is being applied. You can leave this page; it goes on by itself.",
    "cancellation": "Left. Nothing of it was stored.",
    "undo": "It is being taken back, by an import of what stood before.",
}


@pages.get("/chain/imports")
async def imports(visit: Visit) -> StreamResponse:
    return await visit.show("chain/imports.html", found=await visit.api.get("/v1/imports", after=visit.query.get("after")))


@pages.post("/chain/imports", limit=AN_IMPORT)
async def send(visit: Visit) -> StreamResponse:
    """It always waits after its preview: nothing changes before somebody says so."""
    file = visit.form.files.get("file")
    wanted = {"source": visit.form["source"], "apply": "after_preview"}
    made = await visit.api.upload("/v1/imports", file or b"", "application/zip", visit.form.key, **wanted)
    return visit.go(address("chain", "imports", made["import_id"]))


@pages.get(_ONE)
async def one(visit: Visit) -> StreamResponse:
    asked = (
        visit.api.get(_of(visit)),
        visit.api.get(_of(visit, "branches"), after=visit.query.get("after")),
        visit.api.get(_of(visit, "findings"), limit=20),
    )
    found, branches, found_out = await asyncio.gather(*asked)
    return await visit.show("chain/import.html", found=found, branches=branches, findings=found_out["items"], here=_here(visit))


@pages.post(_ONE + "/steps/{step}")
async def step(visit: Visit) -> StreamResponse:
    step = visit.step(*_STEPS)
    made = await visit.api.post(_of(visit, step), key=visit.form.key)
    return visit.go(address("chain", "imports", made["import_id"]), said=visit.text(_STEPS[step]))


@pages.get(_ONE + "/findings.csv")
async def findings_file(visit: Visit) -> StreamResponse:
    return await visit.file(_of(visit, "findings.csv"), "import-findings.csv")


@pages.get(_ONE + "/findings")
async def findings(visit: Visit) -> StreamResponse:
    query = visit.query
    found = await visit.api.get(
        _of(visit, "findings"), kind=query.get("kind"), file=query.get("file"), after=query.get("after")
    )
    return await visit.show("chain/import-findings.html", found=found, here=_here(visit), kind=query.get("kind", ""))


def _here(visit: Visit) -> str:
    return address("chain", "imports", visit.params["import_id"])


def _of(visit: Visit, *parts: str) -> str:
    return below("imports", visit.params["import_id"], *parts)
