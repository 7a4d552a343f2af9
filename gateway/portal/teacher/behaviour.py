"""Behaviour in two taps: the child, then the word; one word for several children at once; and its course over weeks."""

import asyncio
from typing import Any
from urllib.parse import urlencode

from aiohttp.web import StreamResponse

from gateway.portal.api import Refused
from gateway.portal.pages import Pages, Visit
from gateway.portal.teacher.forms import at_fields
from gateway.portal.teacher.room import AT, Room, leads, room

pages = Pages()
_UNDONE = 100  # notes by one button: their ids stand in the address


@pages.get(f"{AT}/behaviour")
async def behaviour(visit: Visit) -> StreamResponse:
    """`?child=`: of this one. A form that was refused comes back for the child that it was about."""
    found = await room(visit)
    child = visit.query.get("child", "") or (visit.form["child"] if "several" not in visit.form else "")
    child = child if child in found.named else ""
    whose = {"student_id": child} if child else {"class_id": found.class_id}
    aspects, notes, course, me = await asyncio.gather(
        visit.api.get(found.path("behaviour", "aspects")),
        visit.api.get(found.path("behaviour", "notes"), limit=20, after=visit.query.get("after", ""), **whose),
        _course(visit, found, child),
        visit.me(),
    )
    return await visit.show(
        "teacher/behaviour.html",
        room=found,
        child=found.named.get(child),
        children=[(each["person_id"], visit.language.name_of(each)) for each in found.students],
        aspects=[each for each in aspects["aspects"] if each["active"]],
        notes=notes,
        course=course,
        noted=visit.query.getall("noted", []),
        mine=visit.person_id,
        leads=leads(me, found.branch_id),
    )


@pages.post(f"{AT}/behaviour")
async def note(visit: Visit) -> StreamResponse:
    """Praise is the tap alone, of one child or several; a concern says what was seen."""
    found, form = await room(visit), visit.form
    children = form.all("child")
    draft: dict[str, str | None] = {
        "tone": "praise" if form["praise"] else "concern",
        "aspect_id": form["praise"] or form["concern"],
        "class_id": found.class_id,
        "noting_id": form.key,
    }
    text = "word" if form["praise"] else "text"  # the form's field
    draft["text"] = form[text] or None
    try:
        made = await visit.api.post(found.path("behaviour", "notes"), {**draft, "student_ids": children}, key=form.key)
    except Refused as refused:
        raise at_fields(refused, {"student_ids": "child", "text": text}) from refused
    noted = [each["behaviour_note_id"] for each in made["notes"]]
    ids = urlencode([("noted", id) for id in noted]) if len(noted) <= _UNDONE else ""
    if len(children) == 1:
        said = visit.text("Noted for %(name)s.", name=visit.language.name_of(found.person(children[0])))
    else:
        said = visit.language.texts("Noted for %(number)s child.", "Noted for %(number)s children.", len(children))
        said %= {"number": visit.language.number(len(children))}
    return visit.go(f"{found.page('behaviour')}?{ids}", said=said)


@pages.post(f"{AT}/behaviour/withdrawal")
async def undo(visit: Visit) -> StreamResponse:
    """All that was noted by one tap; pressed again it goes on where it stopped."""
    found = await room(visit)
    for id in visit.form.all("note"):
        await visit.api.post(found.path("behaviour", "notes", id, "withdrawal"))
    return visit.go(visit.at, said=visit.text("Taken back. It was a mistake, and counts no more."))


async def _course(visit: Visit, found: Room, child: str) -> Any:
    return await visit.api.perhaps(found.path("behaviour", "course"), student_id=child) if child else None
