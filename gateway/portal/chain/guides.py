"""Guides of the chain, which families of all branches may read."""

import asyncio
from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal.addresses import address
from gateway.portal.api import below
from gateway.portal.pages import Pages, Visit
from gateway.portal.writing import by_field, texts, translatable

pages = Pages()
ALL = "/chain/guides"
ONE = ALL + "/{guide_id}"
STEPS = {"publication": "Families can read it now.", "retirement": "Families see it no more. Publish it again if you like."}


@pages.get(ALL)
async def guides(visit: Visit) -> StreamResponse:
    found, packs = await asyncio.gather(
        visit.api.get("/v1/guides", after=visit.query.get("after"), limit=25), visit.api.get("/v1/packs", limit=25)
    )
    return await visit.show("chain/guides.html", found=found, packs=packs)


@pages.get(ALL + "/new")
async def new(visit: Visit) -> StreamResponse:
    visit.refused = by_field(visit.refused)
    return await visit.show("chain/guide.html", guide=None)


@pages.post(ALL + "/new")
async def write(visit: Visit) -> StreamResponse:
    wanted = {**_whom(visit), "texts": texts(visit.form, "title")}
    made = await visit.api.post("/v1/guides", {"client_id": visit.form.key, **wanted})
    said = visit.text("It is kept as a draft. Publish it when it is right.")
    return visit.go(address("chain", "guides", made["guide_id"]), said=said)


@pages.get(ONE)
async def one(visit: Visit) -> StreamResponse:
    guide, opened, translations = await asyncio.gather(
        visit.api.get(_at(visit)), visit.api.get(_at(visit, "opened")), visit.api.perhaps("/v1/translations")
    )
    visit.refused = by_field(visit.refused)
    other = [] if guide["state"] == "retired" else translatable(guide["texts"], translations)
    return await visit.show("chain/guide.html", guide=guide, opened=opened, translatable=other)


@pages.post(ONE)
async def change(visit: Visit) -> StreamResponse:
    there = await visit.api.get(_at(visit))
    await visit.api.put(_at(visit), {**_whom(visit), "texts": texts(visit.form, "title", there["texts"])})
    return visit.go(_page(visit), said=visit.text("It says so from now on."))


@pages.post(ONE + "/translation")
async def translate(visit: Visit) -> StreamResponse:
    """A version with the machine's text, which says so until a person has confirmed it. What a person wrote stays."""
    to = visit.form["language"]
    guide, translations = await asyncio.gather(visit.api.get(_at(visit)), visit.api.get("/v1/translations"))
    if to not in translatable(guide["texts"], translations):
        return visit.go(_page(visit))
    pairs = {pair["from"] for pair in translations["languages"] if to in pair["to"]}
    source = next(name for name, words in guide["texts"].items() if name in pairs and words["made_by"] != "machine")
    words = [guide["texts"][source][name] for name in ("title", "body")]
    title, body = (await visit.api.post("/v1/translations", {"texts": words, "from": source, "to": to}))["texts"]
    made = {"title": title, "body": body, "made_by": "machine"}
    whom = {name: guide[name] for name in ("kind", "grades", "subjects")}
    await visit.api.put(_at(visit), {**whom, "texts": {**guide["texts"], to: made}})
    return visit.go(_page(visit), said=visit.text("A machine has translated it. Read it, and confirm it or change it."))


@pages.post(ONE + "/confirmation")
async def confirm(visit: Visit) -> StreamResponse:
    await visit.api.post(_at(visit, "texts", visit.form["language"] or "-", "confirm"))
    return visit.go(_page(visit), said=visit.text("Thank you. Families now see it without the note that a machine wrote it."))


@pages.get(ONE + "/versions")
async def versions(visit: Visit) -> StreamResponse:
    guide, found = await asyncio.gather(
        visit.api.get(_at(visit)), visit.api.get(_at(visit, "versions"), limit=10, after=visit.query.get("after"))
    )
    return await visit.show("chain/guide_versions.html", guide=guide, found=found)


@pages.post(ONE + "/files")
async def bring_file(visit: Visit) -> StreamResponse:
    """The chain's own PDF or recording of a language, in place of the one that is made."""
    form, file = visit.form, visit.form.files.get("file")
    at = _at(visit, "files", form["language"] or "-", form["form"] or "-")
    await visit.api.upload(at, file.read() if file else b"", "application/octet-stream", method="PUT")
    return visit.go(_page(visit), said=visit.text("Families get this file from now on."))


@pages.post(ONE + "/files/{language}/{form}/removal")
async def remove_file(visit: Visit) -> StreamResponse:
    await visit.api.delete(_at(visit, "files", visit.params["language"], visit.params["form"]))
    return visit.go(_page(visit), said=visit.text("One is made from the words again, in a moment."))


@pages.post(ONE + "/steps/{step}")
async def step(visit: Visit) -> StreamResponse:
    name = visit.step(*STEPS)
    await visit.api.post(_at(visit, name))
    return visit.go(_page(visit), said=visit.text(STEPS[name]))


@pages.post(ONE + "/removal")
async def remove(visit: Visit) -> StreamResponse:
    await visit.api.delete(_at(visit))
    return visit.go(ALL, said=visit.text("The draft is removed."))


@pages.get(ONE + "/opened.csv")
async def opened(visit: Visit) -> StreamResponse:
    return await visit.file(_at(visit, "opened.csv"), "opened.csv")


def _whom(visit: Visit) -> dict[str, Any]:
    form = visit.form
    lists = {name: [each.strip() for each in form[name].split(",") if each.strip()] for name in ("grades", "subjects")}
    return {"kind": form["kind"] or "guide", **lists}


def _at(visit: Visit, *parts: str) -> str:
    return below("guides", visit.params["guide_id"], *parts)


def _page(visit: Visit) -> str:
    return address("chain", "guides", visit.params["guide_id"])
