"""Announcements to many branches at once: written, counted beforehand, sent, followed, taken back."""

import asyncio
from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal import announcing, choosing
from gateway.portal.addresses import address
from gateway.portal.api import Refused, below
from gateway.portal.pages import Pages, Visit
from gateway.portal.writing import by_field, translatable

pages = Pages()
ALL = "/chain/announcements"
ONE = ALL + "/{announcement_id}"


@pages.get(ALL)
async def announcements(visit: Visit) -> StreamResponse:
    found = await visit.api.get("/v1/announcements", after=visit.query.get("after"), limit=25)
    return await visit.show("chain/announcements.html", found=found)


@pages.get(ALL + "/new")
async def new(visit: Visit) -> StreamResponse:
    return await _form(visit, None)


@pages.post(ALL + "/new")
async def write(visit: Visit) -> StreamResponse:
    if choosing.searches(visit):
        return await new(visit)
    wanted = announcing.draft(visit.form, {"branch_ids": visit.form.all(choosing.FIELD)})
    made = await visit.api.post("/v1/announcements", {"client_id": visit.form.key, **wanted})
    return await _counted(visit, made["announcement_id"])


@pages.get(ONE)
async def one(visit: Visit) -> StreamResponse:
    found = await visit.api.get(_at(visit))
    draft, branch_ids = found["state"] == "draft", found["audience"]["branch_ids"]
    preview, reached, translations, branches = await asyncio.gather(
        visit.api.perhaps(_at(visit, "preview")) if draft else _nothing(),
        _nothing() if draft else visit.api.get(_at(visit, "reached")),
        visit.api.perhaps("/v1/translations") if draft else _nothing(),
        choosing.named(visit, branch_ids[: choosing.SHOWN]),
    )
    visit.refused = by_field(visit.refused)
    values = {"preview": preview, "reached": reached, "translatable": translatable(found["texts"], translations)}
    return await visit.show("chain/announcement.html", announcement=found, branches=branches, **values)


@pages.get(ONE + "/edit")
async def edit(visit: Visit) -> StreamResponse:
    return await _form(visit, await visit.api.get(_at(visit)))


@pages.post(ONE + "/edit")
async def change(visit: Visit) -> StreamResponse:
    """What the form does not show stays as it is: further languages, and whom among a branch it is for."""
    if choosing.searches(visit):
        return await edit(visit)
    there = await visit.api.get(_at(visit))
    audience = {**there["audience"], "branch_ids": visit.form.all(choosing.FIELD)}
    await visit.api.patch(_at(visit), announcing.draft(visit.form, audience, there["texts"]))
    return await _counted(visit, visit.params["announcement_id"])


@pages.post(ONE + "/translation")
async def translate(visit: Visit) -> StreamResponse:
    await visit.api.post(_at(visit, "texts", visit.form["language"] or "-", "translation"), {})
    said = visit.text("A machine has translated it. Read it before it goes out.")
    return await _counted(visit, visit.params["announcement_id"], said)


@pages.post(ONE + "/confirmation")
async def confirm(visit: Visit) -> StreamResponse:
    await visit.api.post(_at(visit, "texts", visit.form["language"] or "-", "confirm"))
    return visit.go(_page(visit), said=visit.text("Thank you. Families now see it without the note that a machine wrote it."))


@pages.post(ONE + "/correction")
async def correct(visit: Visit) -> StreamResponse:
    await visit.api.post(_at(visit, "correction"), announcing.correction(visit.form, await visit.api.get(_at(visit))))
    return visit.go(_page(visit), said=visit.text("What still waits now has the new words."))


@pages.post(ONE + "/steps/{step}")
async def step(visit: Visit) -> StreamResponse:
    return visit.go(_page(visit), said=await announcing.take_step(visit, _at(visit)))


@pages.post(ONE + "/removal")
async def remove(visit: Visit) -> StreamResponse:
    await visit.api.delete(_at(visit))
    return visit.go(ALL, said=visit.text("The draft is removed."))


@pages.get(ONE + "/recipients.csv")
async def recipients(visit: Visit) -> StreamResponse:
    return await visit.file(_at(visit, "recipients.csv"), "recipients.csv")


async def _counted(visit: Visit, id: str, said: str = "") -> StreamResponse:
    """Whom it would tell is counted at once: nobody sends what they have not seen the cost of. What was written is stored: when
    it can't be counted, its own page says why. To write it once more would make a second one."""
    visit.params = {**visit.params, "announcement_id": id}
    try:
        await visit.api.post(_at(visit, "preview"))
    except Refused as refused:
        visit.refused, visit.at = refused, _page(visit)
        return await one(visit)
    return visit.go(_page(visit), said=said)


async def _form(visit: Visit, announcement: Any) -> StreamResponse:
    branches = await choosing.branches(visit, announcement["audience"]["branch_ids"] if announcement else ())
    visit.refused = by_field(visit.refused)
    return await visit.show("chain/announcement_form.html", announcement=announcement, branches=branches)


async def _nothing() -> None:
    return None


def _at(visit: Visit, *parts: str) -> str:
    return below("announcements", visit.params["announcement_id"], *parts)


def _page(visit: Visit) -> str:
    return address("chain", "announcements", visit.params["announcement_id"])
