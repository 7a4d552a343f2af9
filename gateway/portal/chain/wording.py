"""What messages say: languages, texts, and which of WhatsApp's templates Meta has approved."""

import asyncio

from aiohttp.web import StreamResponse

from gateway.portal.api import Refused, below
from gateway.portal.pages import Pages, Visit

pages = Pages()
TEXT = "/chain/wording/{text}/{language}"
VERSION_STEPS = {"in-force": "Messages say it so from now on.", "approved": "It is noted as approved by WhatsApp."}


@pages.get("/chain/wording")
async def wording(visit: Visit) -> StreamResponse:
    return await _list(visit)


async def _list(visit: Visit, refused: Refused | None = None) -> StreamResponse:
    languages, texts, templates = await asyncio.gather(
        visit.api.get("/v1/catalogues"), visit.api.get("/v1/texts"), visit.api.get("/v1/whatsapp-templates")
    )
    unapproved = [each for each in templates["items"] if not each["approved"]]
    values = {"catalogues": languages["items"], "texts": texts["items"], "unapproved": unapproved}
    return await visit.show("chain/wording.html", refused=refused, **values)


@pages.get("/chain/catalogues/{language}/{form}")
async def catalogue(visit: Visit) -> StreamResponse:
    """The file of a language, or the one with what is still to translate."""
    language, to_translate = visit.params["language"], visit.params["form"] == "to-translate"
    path = below("catalogues", language, *(["to-translate"] if to_translate else []))
    return await visit.file(path, f"{language}.po")


@pages.post("/chain/catalogues")
async def bring(visit: Visit) -> StreamResponse:
    file, language = visit.form.files.get("file"), visit.form["language"]
    try:
        await visit.api.upload(below("catalogues", language or "-"), file.read() if file else b"", "text/x-po", method="PUT")
    except Refused as refused:
        return await _list(visit, refused)
    return visit.go("/chain/wording", said=visit.text("The language is taken. Messages in it say it so from now on."))


@pages.post("/chain/catalogues/{language}/{step}")
async def catalogue_step(visit: Visit) -> StreamResponse:
    at = below("catalogues", visit.params["language"])
    try:
        if visit.params["step"] == "withdrawal":
            await visit.api.delete(at)
            said = visit.text("The language is withdrawn: its people are told in Urdu or English.")
        else:
            await visit.api.post(f"{at}/approved")
            said = visit.text("All its texts are noted as approved by WhatsApp.")
    except Refused as refused:
        return await _list(visit, refused)
    return visit.go("/chain/wording", said=said)


@pages.get(TEXT)
async def text(visit: Visit) -> StreamResponse:
    return await _shown(visit)


@pages.post(TEXT)
async def write(visit: Visit) -> StreamResponse:
    form = visit.form
    wanted = {"subject": form["subject"], "forms": form.all("forms"), "note": form["note"]}
    try:
        await visit.api.post(f"{_at(visit)}/versions", wanted, key=form.key)
    except Refused as refused:
        return await _shown(visit, refused)
    return visit.go(_page(visit), said=visit.text("The words are kept. Put them in force when they are right."))


@pages.post(TEXT + "/{version}/{step}")
async def version_step(visit: Visit) -> StreamResponse:
    step = visit.params["step"]
    at = ("texts", visit.params["text"], visit.params["language"], "versions", visit.params["version"])
    try:
        if step == "removal":
            await visit.api.delete(below(*at))
        elif step == "disapproval":
            await visit.api.delete(below(*at, "approved"))
        else:
            await visit.api.post(below(*at, step))
    except Refused as refused:
        return await _shown(visit, refused)
    return visit.go(_page(visit), said=visit.text(VERSION_STEPS.get(step, "Done.")))


async def _shown(visit: Visit, refused: Refused | None = None) -> StreamResponse:
    found, phone = await asyncio.gather(visit.api.get(_at(visit)), visit.api.perhaps(f"{_at(visit)}/phones"))
    return await visit.show("chain/text.html", found=found, phone=phone, refused=refused)


def _at(visit: Visit) -> str:
    return below("texts", visit.params["text"], visit.params["language"])


def _page(visit: Visit) -> str:
    return f"/chain/wording/{visit.params['text']}/{visit.params['language']}"
