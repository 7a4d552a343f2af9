"""Rosters from the school's own system: sent, looked at before anything changes, applied, taken back. The operator's."""

import asyncio

from aiohttp.web import StreamResponse

from gateway.portal.addresses import address
from gateway.portal.api import Refused, below
from gateway.portal.office.branch import marked
from gateway.portal.pages import AN_IMPORT, Pages, Visit

pages = Pages()
_ONE = "/chain/imports/{import_id}"
_STEPS = {
    "confirmation": marked("It is being applied. You can leave this page; it goes on by itself."),
    "cancellation": marked("Left. Nothing of it was stored."),
    "undo": marked("It is being taken back, by an import of what stood before."),
}


@pages.get("/chain/imports")
async def imports(visit: Visit) -> StreamResponse:
    return await _imports(visit)


@pages.post("/chain/imports", limit=AN_IMPORT)
async def send(visit: Visit) -> StreamResponse:
    """It always waits after its preview: nothing changes before somebody says so."""
    file = visit.form.files.get("file")
    try:
        made = await visit.api.upload(
            "/v1/imports", file or b"", "application/zip", visit.form.key, source=visit.form["source"], apply="after_preview"
        )
    except Refused as refused:
        return await _imports(visit, refused)
    return visit.go(address("chain", "imports", made["import_id"]))


@pages.get(_ONE)
async def one(visit: Visit) -> StreamResponse:
    return await _one(visit)


@pages.post(_ONE + "/steps/{step}")
async def step(visit: Visit) -> StreamResponse:
    said = _STEPS.get(visit.params["step"])
    at = address("chain", "imports", visit.params["import_id"])
    if said is None:
        return visit.go(at)
    try:
        made = await visit.api.post(_of(visit, visit.params["step"]), key=visit.form.key)
    except Refused as refused:
        return await _one(visit, refused)
    return visit.go(address("chain", "imports", made["import_id"]), said=visit.text(said))


@pages.get(_ONE + "/findings.csv")
async def findings_file(visit: Visit) -> StreamResponse:
    return await visit.file(_of(visit, "findings.csv"), "import-findings.csv")


@pages.get(_ONE + "/findings")
async def findings(visit: Visit) -> StreamResponse:
    query = visit.query
    found = await visit.api.get(
        _of(visit, "findings"), kind=query.get("kind"), file=query.get("file"), after=query.get("after")
    )
    return await visit.show(
        "office/import-findings.html",
        found=found,
        here=address("chain", "imports", visit.params["import_id"]),
        kind=query.get("kind", ""),
    )


async def _imports(visit: Visit, refused: Refused | None = None) -> StreamResponse:
    return await visit.show(
        "office/imports.html", refused=refused, found=await visit.api.get("/v1/imports", after=visit.query.get("after"))
    )


async def _one(visit: Visit, refused: Refused | None = None) -> StreamResponse:
    asked = (
        visit.api.get(_of(visit)),
        visit.api.get(_of(visit, "branches"), after=visit.query.get("after")),
        visit.api.get(_of(visit, "findings"), limit=20),
    )
    found, branches, found_out = await asyncio.gather(*asked)
    here = address("chain", "imports", visit.params["import_id"])
    return await visit.show(
        "office/import.html", refused=refused, found=found, branches=branches, findings=found_out["items"], here=here
    )


def _of(visit: Visit, *parts: str) -> str:
    return below("imports", visit.params["import_id"], *parts)
