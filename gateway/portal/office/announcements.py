"""Announcements: written, looked at with its cost, sent, and who was reached."""

import asyncio
from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal.api import Refused
from gateway.portal.office.branch import api, given, grades, here, homerooms, items, marked, show
from gateway.portal.pages import Pages, Visit

pages = Pages()
_AT = "/branches/{branch_id}/announcements"
_ONE = _AT + "/{announcement_id}"
_LANGUAGES = ("ur", "en")
_STEPS = {
    "send": marked("It is being sent. You can leave this page; it goes on by itself."),
    "pause": marked("The schedule rests."),
    "resume": marked("The schedule goes on."),
    "cancel": marked("No more of it is sent, and what was waiting is taken back."),
    "resend": marked("It is sent again to those who were not reached."),
    "preview": marked("Counted again."),
}


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
    written = list(found["texts"])
    possible = {to for pair in (translations or {"languages": []})["languages"] if pair["from"] in written for to in pair["to"]}
    return await show(
        visit,
        "announcement.html",
        found=found,
        preview=preview,
        reached=reached,
        here=_page(visit),
        both=_LANGUAGES,
        titles={each["class_id"]: each["title"] for each in rooms},
        translatable=[each for each in _LANGUAGES if each in possible and each not in written],
    )


@pages.get(_ONE + "/edit")
async def edit(visit: Visit) -> StreamResponse:
    return await _write(visit, await visit.api.get(_of(visit)))


@pages.post(_ONE + "/edit")
async def change(visit: Visit) -> StreamResponse:
    await visit.api.patch(_of(visit), _draft(visit))
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
    await visit.api.post(_of(visit, "correction"), {"texts": _texts(visit), "tell_again": "tell_again" in visit.form})
    return visit.go(_page(visit), said=visit.text("What still waits now has the new words."))


@pages.post(_ONE + "/steps/{step}")
async def step(visit: Visit) -> StreamResponse:
    name = visit.step(*_STEPS)
    await visit.api.post(_of(visit, name), key=visit.form.key)
    return visit.go(_page(visit), said=visit.text(_STEPS[name]))


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


def _draft(visit: Visit) -> dict[str, Any]:
    form = visit.form
    audience = given(
        roles=form.all("roles") or ["guardian"],
        grades=form.all("grades"),
        class_ids=form.all("class_ids"),
        tags=form.all("tags"),
    )
    schedule = given(
        starts_on=form["starts_on"],
        time=form["time"] or "09:00",
        every=form["every"] or "once",
        until=form["until"],
        days=form.all("days"),
        day=form["day"],
        holidays=form["holidays"] or "move",
    )
    return {
        "texts": _texts(visit),
        "link": form["link"] or None,
        "audience": audience,
        "urgent": "urgent" in form,
        "on_paper": "on_paper" in form,
        "schedule": schedule if form["starts_on"] else None,
    }


def _texts(visit: Visit) -> dict[str, dict[str, str]]:
    form = visit.form
    found = {each: {"subject": form[f"subject_{each}"], "body": form[f"body_{each}"]} for each in _LANGUAGES}
    return {each: words for each, words in found.items() if words["subject"] or words["body"]}


def _of(visit: Visit, *parts: str) -> str:
    return api(visit, "announcements", visit.params["announcement_id"], *parts)


def _page(visit: Visit) -> str:
    return here(visit, "announcements", visit.params["announcement_id"])
