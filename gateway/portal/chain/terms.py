"""The chain's terms, which count in every branch."""

from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal.api import below
from gateway.portal.language import latin
from gateway.portal.pages import Pages, Visit

pages = Pages()
KINDS = ("schoolYear", "semester", "term", "gradingPeriod")
FIELDS = ("title", "kind", "starts_on", "ends_on")


@pages.get("/chain/terms")
async def terms(visit: Visit) -> StreamResponse:
    return await visit.show("chain/terms.html", found=await visit.api.all("/v1/terms"), kinds=KINDS)


@pages.post("/chain/terms")
async def add(visit: Visit) -> StreamResponse:
    await visit.api.post("/v1/terms", {"term_id": visit.form.key, **_draft(visit)})
    return visit.go("/chain/terms", said=visit.text("The term is there, in every branch."))


@pages.get("/chain/terms/{term_id}")
async def one(visit: Visit) -> StreamResponse:
    found = await visit.api.all("/v1/terms")
    term = next((each for each in found if each["term_id"] == visit.params["term_id"]), None)
    if term is None:
        return visit.go("/chain/terms")
    return await visit.show("chain/term.html", term=term, found=found, kinds=KINDS)


@pages.post("/chain/terms/{term_id}")
async def change(visit: Visit) -> StreamResponse:
    wanted = {**_draft(visit), "version": visit.form.whole("version")}
    await visit.api.patch(below("terms", visit.params["term_id"]), wanted)
    return visit.go("/chain/terms", said=visit.text("The term is changed, in every branch."))


@pages.post("/chain/terms/{term_id}/removal")
async def remove(visit: Visit) -> StreamResponse:
    await visit.api.delete(below("terms", visit.params["term_id"]))
    return visit.go("/chain/terms", said=visit.text("The term is removed."))


def _draft(visit: Visit) -> dict[str, Any]:
    draft: dict[str, Any] = {name: visit.form[name] for name in FIELDS}
    for name in ("parent_id", "year"):
        if value := latin(visit.form[name]):
            draft[name] = value
    return draft
