"""Guides for families, and the packs that they make for families of new children."""

import asyncio

from aiohttp.web import StreamResponse

from gateway.portal.office.branch import api, grades, here, homerooms, marked, show, whole
from gateway.portal.pages import Pages, Visit

pages = Pages()
_AT = "/branches/{branch_id}"
_GUIDE = _AT + "/guides/{guide_id}"
_LANGUAGES = ("ur", "en")
_GUIDE_STEPS = {"publication": marked("Families see it now."), "retirement": marked("Families see it no more.")}
_PACK_STEPS = ("start", "pause", "end")


@pages.get(_AT + "/guides")
async def guides(visit: Visit) -> StreamResponse:
    """All of them: a pack is made of any."""
    asked = (visit.api.get(api(visit, "guides")), visit.api.get(api(visit, "packs")), homerooms(visit))
    found, packs, rooms = await asyncio.gather(*asked)
    return await show(visit, "guides.html", found=found["items"], packs=packs["items"], grades=grades(rooms))


@pages.post(_AT + "/guides")
async def write_guide(visit: Visit) -> StreamResponse:
    form = visit.form
    texts = {
        each: {"title": form[f"title_{each}"], "body": form[f"body_{each}"]}
        for each in _LANGUAGES
        if form[f"title_{each}"] or form[f"body_{each}"]
    }
    wanted = {"client_id": form.key, "kind": form["kind"] or "guide", "grades": form.all("grades"), "texts": texts}
    made = await visit.api.post(api(visit, "guides"), wanted, key=form.key)
    return visit.go(
        here(visit, "guides", made["guide_id"]), said=visit.text("Written. Families don't see it before you publish it.")
    )


@pages.get(_GUIDE)
async def guide(visit: Visit) -> StreamResponse:
    of = api(visit, "guides", visit.params["guide_id"])
    found, opened = await asyncio.gather(visit.api.get(of), visit.api.perhaps(f"{of}/opened"))
    return await show(visit, "guide.html", found=found, opened=opened, here=here(visit, "guides", found["guide_id"]))


@pages.get(_GUIDE + "/pdf")
async def guide_pdf(visit: Visit) -> StreamResponse:
    return await visit.file(api(visit, "guides", visit.params["guide_id"], "pdf"), "guide.pdf", language=visit.language.name)


@pages.post(_GUIDE + "/{step}")
async def guide_step(visit: Visit) -> StreamResponse:
    of, step = api(visit, "guides", visit.params["guide_id"]), visit.step("removal", *_GUIDE_STEPS)
    if step == "removal":
        await visit.api.delete(of)
        return visit.go(here(visit, "guides"), said=visit.text("The draft is removed."))
    await visit.api.post(f"{of}/{step}")
    return visit.go(here(visit, "guides", visit.params["guide_id"]), said=visit.text(_GUIDE_STEPS[step]))


@pages.post(_AT + "/packs", page=_AT + "/guides")
async def write_pack(visit: Visit) -> StreamResponse:
    """Guides by the days after enrolment that stand beside them."""
    form = visit.form
    parts = [
        {"guide_id": name.removeprefix("after_"), "after_days": whole(value)}
        for name, value in form.fields.items()
        if name.startswith("after_") and value.strip()
    ]
    await visit.api.post(
        api(visit, "packs"),
        {"client_id": form.key, "name": form["name"], "grades": form.all("grades"), "items": parts},
        key=form.key,
    )
    return visit.go(here(visit, "guides"), said=visit.text("Written. Start it, and families of new children get it."))


@pages.post(_AT + "/packs/{pack_id}/{step}", page=_AT + "/guides")
async def pack_step(visit: Visit) -> StreamResponse:
    of, step = api(visit, "packs", visit.params["pack_id"]), visit.step("removal", *_PACK_STEPS)
    if step == "removal":
        await visit.api.delete(of)
    else:
        await visit.api.post(f"{of}/{step}")
    return visit.go(here(visit, "guides"), said=visit.text("Saved."))
