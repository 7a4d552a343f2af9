"""Guides of the chain, which families of all branches may read; and packs of them for who is new."""

import asyncio
from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal.api import Refused, below
from gateway.portal.pages import Pages, Visit

pages = Pages()
ONE = "/chain/guides/{guide_id}"
LANGUAGES = ("ur", "en")
KINDS = ("guide", "introduction")
STEPS = {"publication": "Families can read it now.", "retirement": "Families see it no more. Publish it again if you like."}
PACK_STEPS = {"start": "The pack runs.", "pause": "The pack rests.", "end": "The pack is ended."}


@pages.get("/chain/guides")
async def guides(visit: Visit) -> StreamResponse:
    return await _list(visit)


async def _list(visit: Visit, refused: Refused | None = None) -> StreamResponse:
    found, packs = await asyncio.gather(
        visit.api.get("/v1/guides", after=visit.query.get("after"), limit=25), visit.api.get("/v1/packs", limit=25)
    )
    return await visit.show("chain/guides.html", found=found, packs=packs, refused=refused)


@pages.get("/chain/guides/new")
async def new(visit: Visit) -> StreamResponse:
    return await _form(visit, None)


@pages.post("/chain/guides/new")
async def write(visit: Visit) -> StreamResponse:
    try:
        made = await visit.api.post("/v1/guides", {"client_id": visit.form.key, **_draft(visit)})
    except Refused as refused:
        return await _form(visit, None, refused)
    return visit.go(f"/chain/guides/{made['guide_id']}", said=visit.text("It is kept as a draft. Publish it when it is right."))


@pages.get(ONE)
async def one(visit: Visit) -> StreamResponse:
    return await _shown(visit)


@pages.post(ONE)
async def change(visit: Visit) -> StreamResponse:
    try:
        await visit.api.put(_at(visit), _draft(visit))
    except Refused as refused:
        return await _shown(visit, refused)
    return visit.go(f"/chain/guides/{visit.params['guide_id']}", said=visit.text("It says so from now on."))


@pages.post(ONE + "/steps/{step}")
async def step(visit: Visit) -> StreamResponse:
    name = visit.params["step"]
    try:
        await visit.api.post(below("guides", visit.params["guide_id"], name))
    except Refused as refused:
        return await _shown(visit, refused)
    return visit.go(f"/chain/guides/{visit.params['guide_id']}", said=visit.text(STEPS.get(name, "Done.")))


@pages.post(ONE + "/removal")
async def remove(visit: Visit) -> StreamResponse:
    try:
        await visit.api.delete(_at(visit))
    except Refused as refused:
        return await _shown(visit, refused)
    return visit.go("/chain/guides", said=visit.text("The draft is removed."))


@pages.get(ONE + "/opened.csv")
async def opened(visit: Visit) -> StreamResponse:
    return await visit.file(f"{_at(visit)}/opened.csv", "opened.csv")


@pages.post("/chain/packs/{pack_id}/{step}")
async def pack_step(visit: Visit) -> StreamResponse:
    name = visit.params["step"]
    try:
        await visit.api.post(below("packs", visit.params["pack_id"], name))
    except Refused as refused:
        return await _list(visit, refused)
    return visit.go("/chain/guides", said=visit.text(PACK_STEPS.get(name, "Done.")))


async def _shown(visit: Visit, refused: Refused | None = None) -> StreamResponse:
    guide, opened = await asyncio.gather(visit.api.get(_at(visit)), visit.api.get(f"{_at(visit)}/opened"))
    return await visit.show("chain/guide.html", guide=guide, opened=opened, kinds=KINDS, refused=refused)


async def _form(visit: Visit, guide: Any, refused: Refused | None = None) -> StreamResponse:
    return await visit.show("chain/guide.html", guide=guide, opened=None, kinds=KINDS, refused=refused)


def _at(visit: Visit) -> str:
    return below("guides", visit.params["guide_id"])


def _draft(visit: Visit) -> dict[str, Any]:
    form = visit.form
    texts = {name: {"title": form[f"title_{name}"], "body": form[f"body_{name}"]} for name in LANGUAGES}
    lists = {name: [each.strip() for each in form[name].split(",") if each.strip()] for name in ("grades", "subjects")}
    return {
        "kind": form["kind"] or "guide",
        "texts": {name: each for name, each in texts.items() if any(each.values())},
        **lists,
    }
