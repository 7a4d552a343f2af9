"""What messages say: languages, texts, and which of WhatsApp's templates Meta has approved."""

import asyncio

from aiohttp.web import StreamResponse

from gateway.portal.addresses import address
from gateway.portal.api import below
from gateway.portal.pages import Pages, Visit

pages = Pages()
TEXT = "/chain/wording/{text}/{language}"
VERSION_STEPS = {
    "in-force": "Messages say it so from now on.",
    "approved": "It is noted as approved by WhatsApp.",
    "disapproval": "It is noted that WhatsApp has not approved it.",
    "removal": "These words are removed.",
}


@pages.get("/chain/wording")
async def wording(visit: Visit) -> StreamResponse:
    languages, texts, templates = await asyncio.gather(
        visit.api.get("/v1/catalogues"), visit.api.get("/v1/texts"), visit.api.get("/v1/whatsapp-templates")
    )
    unapproved = [each for each in templates["items"] if not each["approved"]]
    values = {"catalogues": languages["items"], "texts": texts["items"], "unapproved": unapproved}
    return await visit.show("chain/wording.html", **values)


@pages.get("/chain/catalogues/{language}/{form}")
async def catalogue(visit: Visit) -> StreamResponse:
    """The file of a language, or the one with what is still to translate."""
    language, form = visit.params["language"], visit.params["form"]
    if form not in ("file", "to-translate"):
        return visit.go("/chain/wording")  # of a form's address, reloaded
    path = below("catalogues", language, *(["to-translate"] if form == "to-translate" else []))
    return await visit.file(path, f"{language}.po")


@pages.post("/chain/catalogues", page="/chain/wording")
async def bring(visit: Visit) -> StreamResponse:
    file, language = visit.form.files.get("file"), visit.form["language"]
    await visit.api.upload(below("catalogues", language or "-"), file.read() if file else b"", "text/x-po", method="PUT")
    return visit.go("/chain/wording", said=visit.text("The language is taken. Messages in it say it so from now on."))


@pages.post("/chain/catalogues/{language}/{step}", page="/chain/wording")
async def catalogue_step(visit: Visit) -> StreamResponse:
    at = ("catalogues", visit.params["language"])
    if visit.step("withdrawal", "approval") == "withdrawal":
        await visit.api.delete(below(*at))
        said = visit.text("The language is withdrawn: its people are told in Urdu or English.")
    else:
        await visit.api.post(below(*at, "approved"))
        said = visit.text("All its texts are noted as approved by WhatsApp.")
    return visit.go("/chain/wording", said=said)


@pages.get(TEXT)
async def text(visit: Visit) -> StreamResponse:
    found, phone = await asyncio.gather(visit.api.get(_at(visit)), visit.api.perhaps(_at(visit, "phones")))
    return await visit.show("chain/text.html", found=found, phone=phone)


@pages.post(TEXT)
async def write(visit: Visit) -> StreamResponse:
    form = visit.form
    wanted = {"subject": form["subject"], "forms": form.all("forms"), "note": form["note"]}
    await visit.api.post(_at(visit, "versions"), wanted, key=form.key)
    return visit.go(_page(visit), said=visit.text("The words are kept. Put them in force when they are right."))


@pages.post(TEXT + "/{version}/{step}")
async def version_step(visit: Visit) -> StreamResponse:
    step, version = visit.step(*VERSION_STEPS), ("versions", visit.params["version"])
    if step == "removal":
        await visit.api.delete(_at(visit, *version))
    elif step == "disapproval":
        await visit.api.delete(_at(visit, *version, "approved"))
    else:
        await visit.api.post(_at(visit, *version, step))
    return visit.go(_page(visit), said=visit.text(VERSION_STEPS[step]))


def _at(visit: Visit, *parts: str) -> str:
    return below("texts", visit.params["text"], visit.params["language"], *parts)


def _page(visit: Visit) -> str:
    return address("chain", "wording", visit.params["text"], visit.params["language"])
