"""How a branch's report cards look: colours, parts, languages, signatures, logo; and an example to see."""

from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal.office.branch import api, given, here, show
from gateway.portal.pages import Pages, Visit

pages = Pages()
_AT = "/branches/{branch_id}/card-templates"
_ONE = _AT + "/{card_template_id}"
SECTIONS = ("marks", "attendance", "behaviour", "goals", "home", "progress", "averages", "remarks", "signatures")


@pages.get(_AT)
async def templates(visit: Visit) -> StreamResponse:
    return await show(
        visit, "card-templates.html", found=await visit.api.get(api(visit, "card-templates"), after=visit.query.get("after"))
    )


@pages.get(_AT + "/new")
async def new(visit: Visit) -> StreamResponse:
    return await show(visit, "card-template.html", found=None, sections=SECTIONS)


@pages.post(_AT + "/new")
async def add(visit: Visit) -> StreamResponse:
    made = await visit.api.post(
        api(visit, "card-templates"), {**_draft(visit), "card_template_id": visit.form.key}, key=visit.form.key
    )
    return visit.go(here(visit, "card-templates", made["card_template_id"]), said=visit.text("Saved. Look at an example."))


@pages.get(_ONE)
async def template(visit: Visit) -> StreamResponse:
    return await show(visit, "card-template.html", found=await visit.api.get(_of(visit)), sections=SECTIONS)


@pages.post(_ONE)
async def change(visit: Visit) -> StreamResponse:
    await visit.api.put(_of(visit), {**_draft(visit), "edition": visit.form.whole("edition")})
    return visit.go(_page(visit), said=visit.text("Saved. Cards that were issued stay as they are."))


@pages.post(_ONE + "/logo")
async def logo(visit: Visit) -> StreamResponse:
    file = visit.form.files.get("logo")
    if file is None:
        return visit.go(_page(visit), said=visit.text("Choose a picture first."))
    await visit.api.upload(_of(visit, "logo"), file.read(), file.type or "application/octet-stream", method="PUT")
    return visit.go(_page(visit), said=visit.text("The logo stands on new cards."))


@pages.post(_ONE + "/removal")
async def remove(visit: Visit) -> StreamResponse:
    await visit.api.delete(_of(visit))
    return visit.go(here(visit, "card-templates"), said=visit.text("Out of use. Cards that were issued by it stay."))


@pages.get(_ONE + "/preview.pdf")
async def preview(visit: Visit) -> StreamResponse:
    return await visit.file(_of(visit, "preview"), "example-card.pdf", "POST", language=visit.query.get("language"))


def _draft(visit: Visit) -> dict[str, Any]:
    form = visit.form
    signers = [given(en=form[f"signer_{n}"], ur=form[f"signer_ur_{n}"]) for n in range(3) if form[f"signer_{n}"]]
    look = {name: form[name] for name in ("title", "main", "accent", "language", "bilingual", "paper")}
    return {**given(**look), "sections": [each for each in SECTIONS if each in form.all("sections")], "signers": signers}


def _of(visit: Visit, *parts: str) -> str:
    return api(visit, "card-templates", visit.params["card_template_id"], *parts)


def _page(visit: Visit) -> str:
    return here(visit, "card-templates", visit.params["card_template_id"])
