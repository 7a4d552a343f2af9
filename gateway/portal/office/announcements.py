"""Announcements: written, looked at with its cost, sent, and who was reached."""

import asyncio
from collections.abc import Mapping
from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal import announcing
from gateway.portal.api import Refused
from gateway.portal.office.branch import api, given, grades, here, homerooms, items, show
from gateway.portal.pages import Pages, Visit
from gateway.portal.writing import LANGUAGES, translatable

pages = Pages()
_AT = "/branches/{branch_id}/announcements"
_ONE = _AT + "/{announcement_id}"


@pages.get(_AT)
async def announcements(visit: Visit) -> StreamResponse:
    found = await visit.api.get(api(visit, "announcements"), state=visit.query.get("state"), after=visit.query.get("after"))
    return await show(visit, "announcements.html", found=found, state=visit.query.get("state", ""))


@pages.get(_AT + "/new")
async def new(visit: Visit) -> StreamResponse:
    return await _write(visit)


@pages.post(_AT + "/new")
async def write(visit: Visit) -> StreamResponse:
    """A draft, and its count begins at once."""
    made = await visit.api.post(api(visit, "announcements"), {"client_id": visit.form.key, **_draft(visit)})
    return await _counted(visit, made["announcement_id"])


@pages.get(_ONE)
async def announcement(visit: Visit) -> StreamResponse:
    asked = (
        visit.api.get(_of(visit)),
        visit.api.perhaps(_of(visit, "preview")),
        homerooms(visit),
        visit.api.perhaps(api(visit, "translations")),
    )
    found, preview, rooms, translations = await asyncio.gather(*asked)
    sent = found["state"] not in ("draft", "scheduled")
    reached = await visit.api.get(_of(visit, "reached")) if sent else None
    return await show(
        visit,
        "announcement.html",
        found=found,
        preview=preview,
        reached=reached,
        here=_page(visit),
        both=LANGUAGES,
        titles={each["class_id"]: each["title"] for each in rooms},
        translatable=translatable(found["texts"], translations),
    )


@pages.get(_ONE + "/edit")
async def edit(visit: Visit) -> StreamResponse:
    return await _write(visit, await visit.api.get(_of(visit)))


@pages.post(_ONE + "/edit")
async def change(visit: Visit) -> StreamResponse:
    await visit.api.patch(_of(visit), _draft(visit, await visit.api.get(_of(visit))))
    return await _counted(visit, visit.params["announcement_id"])


@pages.post(_ONE + "/translation")
async def translate(visit: Visit) -> StreamResponse:
    await visit.api.post(_of(visit, "texts", visit.form["language"], "translation"), {})
    said = visit.text("A machine has translated it. Read it before it goes out.")
    return await _counted(visit, visit.params["announcement_id"], said)


@pages.post(_ONE + "/confirm")
async def confirm(visit: Visit) -> StreamResponse:
    await visit.api.post(_of(visit, "texts", visit.form["language"], "confirm"))
    return visit.go(_page(visit), said=visit.text("Thank you. Families now see it without the note that a machine wrote it."))


@pages.post(_ONE + "/removal")
async def remove(visit: Visit) -> StreamResponse:
    await visit.api.delete(_of(visit))
    return visit.go(here(visit, "announcements"), said=visit.text("The draft is removed."))


@pages.post(_ONE + "/correction")
async def correct(visit: Visit) -> StreamResponse:
    """Other words for what still waits; `tell_again` also to those who have the old ones."""
    await visit.api.post(_of(visit, "correction"), announcing.correction(visit.form, await visit.api.get(_of(visit))))
    return visit.go(_page(visit), said=visit.text("What still waits now has the new words."))


@pages.post(_ONE + "/steps/{step}")
async def step(visit: Visit) -> StreamResponse:
    return visit.go(_page(visit), said=await announcing.take_step(visit, _of(visit)))


@pages.get(_ONE + "/recipients")
async def recipients(visit: Visit) -> StreamResponse:
    state = visit.query.get("state", "")
    found = await visit.api.get(_of(visit, "recipients"), state=state, after=visit.query.get("after"))
    return await show(visit, "recipients.html", found=found, state=state, here=_page(visit))


@pages.get(_ONE + "/recipients.csv")
async def recipients_file(visit: Visit) -> StreamResponse:
    return await visit.file(_of(visit, "recipients.csv"), "announcement.csv")


async def _counted(visit: Visit, announcement_id: str, said: str = "") -> StreamResponse:
    """What was written is stored. When it can't be counted, its own page goes on from there and says why: to write it once
    more would make a second one."""
    visit.params = {**visit.params, "announcement_id": announcement_id}
    try:
        await visit.api.post(_of(visit, "preview"))
    except Refused as refused:
        visit.refused, visit.at = refused, _page(visit)
        return await announcement(visit)
    return visit.go(_page(visit), said=said)


async def _write(visit: Visit, found: dict[str, Any] | None = None) -> StreamResponse:
    rooms, tags = await asyncio.gather(homerooms(visit), visit.api.perhaps(api(visit, "tags")))
    return await show(
        visit,
        "write-announcement.html",
        found=found,
        classes=rooms,
        grades=grades(rooms),
        tags=[tag["tag"] for tag in items(tags)],
        audience=found["audience"] if found else None,
    )


def _draft(visit: Visit, there: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """`there`: what is changed. What the form does not show stays as it is: further languages, people by name."""
    shown = {name: visit.form.all(name) for name in ("grades", "class_ids", "tags")}
    audience = {**there["audience"], **shown} if there else given(**shown)
    return announcing.draft(visit.form, audience, there["texts"] if there else None)


def _of(visit: Visit, *parts: str) -> str:
    return api(visit, "announcements", visit.params["announcement_id"], *parts)


def _page(visit: Visit) -> str:
    return here(visit, "announcements", visit.params["announcement_id"])
