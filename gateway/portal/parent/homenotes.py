"""Home notes: a guardian tells a child's teachers how it goes at home, in words, by choices or with their voice."""

import asyncio

from aiohttp.web import StreamResponse

from gateway.portal.api import Refused
from gateway.portal.forms import File
from gateway.portal.pages import Pages, Visit
from gateway.portal.parent import children, recordings
from gateway.portal.parent.children import Child

pages = Pages()
_AT = "/children/{branch_id}/{student_id}/notes"
KINDS = ("learning", "routines", "strengths", "challenges")
_VOICE_LIMIT = 3_000_000  # bytes of the form


@pages.get(_AT)
async def notes(visit: Visit) -> StreamResponse:
    child = await children.of_path(visit)
    found = await visit.api.perhaps(child.api("home-notes"), limit=30, after=visit.query.get("after"))
    return await visit.show(
        "parent/notes.html",
        child=child,
        kinds=KINDS,
        subscribed=found is not None,
        notes=[each for each in found["items"] if each["student_id"] == child.id] if found else [],
        next=found["next"] if found else None,
    )


@pages.get(_AT + "/new")
async def new_note(visit: Visit) -> StreamResponse:
    return await _form(visit, await children.of_path(visit), visit.query.get("kind", ""))


async def _form(visit: Visit, child: Child, kind: str, refused: Refused | None = None, voice_id: str = "") -> StreamResponse:
    kind = kind if kind in KINDS else KINDS[0]
    found = await visit.api.get(child.api("home-note-choices"), kind=kind)
    word = "text_ur" if visit.language.name == "ur" else "text"
    choices = [(each["key"], each[word]) for each in found["items"]]
    return await visit.show("parent/new-note.html", refused=refused, child=child, kind=kind, choices=choices, voice_id=voice_id)


@pages.post(_AT + "/new", limit=_VOICE_LIMIT)
async def write_note(visit: Visit) -> StreamResponse:
    """The note's id is the form's key: sent again, also by a phone that had no network, it is the same note."""
    child, form = await children.of_path(visit), visit.form
    voice_id = form["voice_id"]
    try:
        if "voice" in form.files:
            voice_id = await _upload(visit, child, form.files["voice"])
        draft = {
            "home_note_id": form.key,
            "student_id": child.id,
            "kind": form["kind"],
            "text": form["text"] or None,
            "choices": form.all("choices"),
            "voice_id": voice_id or None,
            "language": visit.language.name,
        }
        await visit.api.post(child.api("home-notes"), draft)
    except Refused as refused:
        return await _form(visit, child, form["kind"], refused, voice_id)
    return visit.go(f"{child.at}/notes", said=visit.text("Sent. The teacher reads it and tells you so."))


async def _upload(visit: Visit, child: Child, file: File) -> str:
    """Browsers record what phones and WhatsApp don't play: it goes on as OGG."""
    content = await asyncio.to_thread(recordings.playable, file.read())
    path = child.api("home-note-voices")
    made = await visit.api.upload(path, content, "application/octet-stream", student_id=child.id, client_id=visit.form.key)
    return str(made["voice_id"])


@pages.get(_AT + "/{home_note_id}/voice")
async def note_voice(visit: Visit) -> StreamResponse:
    child = await children.of_path(visit)
    return await visit.file(child.api("home-notes", visit.params["home_note_id"], "voice"))
