"""Packs of the chain's guides for who is new: each guide so many days after a child has come."""

import asyncio
from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal.addresses import address
from gateway.portal.api import below
from gateway.portal.chain.plans import number
from gateway.portal.pages import Pages, Visit

pages = Pages()
LIST = "/chain/guides#packs"
ONE = "/chain/packs/{pack_id}"
STEPS = {"start": "The pack runs.", "pause": "The pack rests.", "end": "The pack is ended."}
ROWS, MORE = 50, 5  # parts at most, and empty ones below those that are there


@pages.get("/chain/packs/new")
async def new(visit: Visit) -> StreamResponse:
    return await _shown(visit, None)


@pages.post("/chain/packs/new")
async def write(visit: Visit) -> StreamResponse:
    made = await visit.api.post("/v1/packs", {"client_id": visit.form.key, **_draft(visit)})
    said = visit.text("It is kept as a draft. Start it when its guides are published.")
    return visit.go(address("chain", "packs", made["pack_id"]), said=said)


@pages.get(ONE)
async def one(visit: Visit) -> StreamResponse:
    return await _shown(visit, await visit.api.get(_at(visit)))


@pages.post(ONE)
async def change(visit: Visit) -> StreamResponse:
    await visit.api.put(_at(visit), _draft(visit))
    said = visit.text("It is kept. What children have had stays; what comes for each is found anew.")
    return visit.go(address("chain", "packs", visit.params["pack_id"]), said=said)


@pages.post(ONE + "/removal")
async def remove(visit: Visit) -> StreamResponse:
    await visit.api.delete(_at(visit))
    return visit.go(LIST, said=visit.text("The draft is removed."))


@pages.post(ONE + "/{step}")
async def step(visit: Visit) -> StreamResponse:
    name = visit.step(*STEPS)
    await visit.api.post(_at(visit, name))
    return visit.go(LIST, said=visit.text(STEPS[name]))


async def _shown(visit: Visit, pack: Any) -> StreamResponse:
    """A guide that is named and no longer published stays named: who writes the pack sees it."""
    published, all_of_them = await asyncio.gather(
        visit.api.all("/v1/guides", state="published"), visit.api.all("/v1/guides") if pack else _none()
    )
    named = {each["guide_id"] for each in pack["items"]} if pack else set()
    there = {each["guide_id"] for each in published}
    guides = published + [each for each in all_of_them if each["guide_id"] in named - there]
    items = pack["items"] if pack else []
    rows = items + [{"guide_id": "", "after_days": ""}] * min(MORE, ROWS - len(items))
    return await visit.show("chain/pack.html", pack=pack, guides=guides, rows=rows)


async def _none() -> list[Any]:
    return []


def _draft(visit: Visit) -> dict[str, Any]:
    form = visit.form
    rows = [(form[f"guide_{row}"], form[f"days_{row}"]) for row in range(ROWS)]
    return {
        "name": form["name"],
        "grades": [each.strip() for each in form["grades"].split(",") if each.strip()],
        "starts_from": form["starts_from"] or None,
        "items": [{"guide_id": guide, "after_days": number(days, 0)} for guide, days in rows if guide],
    }


def _at(visit: Visit, *parts: str) -> str:
    return below("packs", visit.params["pack_id"], *parts)
