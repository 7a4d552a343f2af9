"""Announcements to many branches at once: written, counted beforehand, sent, followed, taken back."""

import asyncio
from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal.api import Refused, below
from gateway.portal.pages import Pages, Visit

pages = Pages()
ONE = "/chain/announcements/{announcement_id}"
LANGUAGES = ("ur", "en")
STEPS = {
    "send": "It is on its way.",
    "pause": "It rests. Resume it whenever you like.",
    "resume": "It goes on.",
    "cancel": "No more of it is sent. What has arrived can't be called back.",
    "resend": "It goes once more to those whom it has not reached.",
}


@pages.get("/chain/announcements")
async def announcements(visit: Visit) -> StreamResponse:
    found = await visit.api.get("/v1/announcements", after=visit.query.get("after"), limit=25)
    return await visit.show("chain/announcements.html", found=found)


@pages.get("/chain/announcements/new")
async def new(visit: Visit) -> StreamResponse:
    return await _form(visit, None)


@pages.post("/chain/announcements/new")
async def write(visit: Visit) -> StreamResponse:
    try:
        made = await visit.api.post("/v1/announcements", {"client_id": visit.form.key, **_draft(visit)})
    except Refused as refused:
        return await _form(visit, None, refused)
    return await _counted(visit, made["announcement_id"])


@pages.get(ONE)
async def one(visit: Visit) -> StreamResponse:
    return await _shown(visit)


@pages.get(ONE + "/edit")
async def edit(visit: Visit) -> StreamResponse:
    return await _form(visit, await visit.api.get(_at(visit)))


@pages.post(ONE + "/edit")
async def change(visit: Visit) -> StreamResponse:
    try:
        await visit.api.patch(_at(visit), _draft(visit))
    except Refused as refused:
        return await _form(visit, await visit.api.get(_at(visit)), refused)
    return await _counted(visit, visit.params["announcement_id"])


@pages.post(ONE + "/steps/{step}")
async def step(visit: Visit) -> StreamResponse:
    name = visit.params["step"]
    try:
        await visit.api.post(below("announcements", visit.params["announcement_id"], name), key=visit.form.key)
    except Refused as refused:
        return await _shown(visit, refused)
    return visit.go(f"/chain/announcements/{visit.params['announcement_id']}", said=visit.text(STEPS.get(name, "Done.")))


@pages.post(ONE + "/removal")
async def remove(visit: Visit) -> StreamResponse:
    try:
        await visit.api.delete(_at(visit))
    except Refused as refused:
        return await _shown(visit, refused)
    return visit.go("/chain/announcements", said=visit.text("The draft is removed."))


@pages.get(ONE + "/recipients.csv")
async def recipients(visit: Visit) -> StreamResponse:
    return await visit.file(f"{_at(visit)}/recipients.csv", "recipients.csv")


async def _counted(visit: Visit, id: str) -> StreamResponse:
    """Whom it would tell is counted at once: nobody sends what they have not seen the cost of."""
    await visit.api.post(below("announcements", id, "preview"))
    return visit.go(f"/chain/announcements/{id}")


async def _shown(visit: Visit, refused: Refused | None = None) -> StreamResponse:
    found = await visit.api.get(_at(visit))
    draft = found["state"] == "draft"
    preview, reached = await asyncio.gather(
        visit.api.perhaps(f"{_at(visit)}/preview") if draft else _nothing(),
        _nothing() if draft else visit.api.get(f"{_at(visit)}/reached"),
    )
    values = {"announcement": found, "preview": preview, "reached": reached}
    return await visit.show("chain/announcement.html", refused=refused, **values)


async def _form(visit: Visit, announcement: Any, refused: Refused | None = None) -> StreamResponse:
    return await visit.show("chain/announcement_form.html", announcement=announcement, refused=refused)


async def _nothing() -> None:
    return None


def _at(visit: Visit) -> str:
    return below("announcements", visit.params["announcement_id"])


def _draft(visit: Visit) -> dict[str, Any]:
    form = visit.form
    texts = {name: {"subject": form[f"subject_{name}"], "body": form[f"body_{name}"]} for name in LANGUAGES}
    audience = {"roles": form.all("roles") or ["guardian"], "branch_ids": form["branches"].replace(",", " ").split()}
    return {
        "texts": {name: words for name, words in texts.items() if any(words.values())},
        "link": form["link"] or None,
        "urgent": bool(form["urgent"]),
        "on_paper": bool(form["on_paper"]),
        "audience": audience,
    }
