"""Behaviour in two taps: the child, then the word; and its course over weeks."""

import asyncio

from aiohttp.web import StreamResponse

from gateway.portal.api import Refused
from gateway.portal.pages import Pages, Visit
from gateway.portal.teacher.room import AT, Room, leads, room

pages = Pages()


@pages.get(f"{AT}/behaviour")
async def behaviour(visit: Visit) -> StreamResponse:
    return await _show(visit, await room(visit), visit.query.get("child", ""))


@pages.post(f"{AT}/behaviour")
async def note(visit: Visit) -> StreamResponse:
    """Praise is the tap alone; a concern says what was seen."""
    found, form = await room(visit), visit.form
    tone = "praise" if form["praise"] else "concern"
    draft: dict[str, str | None] = {
        "tone": tone,
        "aspect_id": form["praise"] or form["concern"],
        "class_id": found.class_id,
        "noting_id": form.key,
    }
    draft |= {"text": form["text"] or None, "text_ur": form["text_ur"] or None}
    try:
        made = await visit.api.post(found.path("behaviour", "notes"), {**draft, "student_ids": [form["child"]]}, key=form.key)
    except Refused as refused:
        return await _show(visit, found, form["child"], refused)
    said = visit.text("Noted for %(name)s.", name=visit.language.name_of(found.person(form["child"])))
    return visit.go(f"{found.at}/behaviour?noted={made['notes'][0]['behaviour_note_id']}", said=said)


@pages.post(f"{AT}/behaviour/{{note_id}}/withdrawal")
async def undo(visit: Visit) -> StreamResponse:
    found = await room(visit)
    await visit.api.post(found.path("behaviour", "notes", visit.params["note_id"], "withdrawal"))
    return visit.go(f"{found.at}/behaviour", said=visit.text("Taken back. It was a mistake, and counts no more."))


async def _show(visit: Visit, found: Room, child: str, refused: Refused | None = None) -> StreamResponse:
    child = child if child in found.named else ""
    whose = {"student_id": child} if child else {"class_id": found.class_id}
    aspects, notes, course, me = await asyncio.gather(
        visit.api.get(found.path("behaviour", "aspects")),
        visit.api.get(found.path("behaviour", "notes"), limit=20, after=visit.query.get("after", ""), **whose),
        visit.api.perhaps(found.path("behaviour", "course"), student_id=child) if child else _nothing(),
        visit.me(),
    )
    return await visit.show(
        "teacher/behaviour.html",
        refused=refused,
        room=found,
        child=found.named.get(child),
        aspects=[each for each in aspects["aspects"] if each["active"]],
        notes=notes,
        course=course,
        noted=visit.query.get("noted", ""),
        mine=visit.person_id,
        leads=leads(me, found.branch_id),
    )


async def _nothing() -> None:
    return None
