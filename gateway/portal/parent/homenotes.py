"""Home notes: a guardian tells a child's teachers how it goes at home, in words, by choices or with their voice."""

from aiohttp.web import StreamResponse

from gateway.portal.pages import Pages, Visit
from gateway.portal.parent import children, sending

pages = Pages()
_AT = "/children/{branch_id}/{student_id}/notes"
KINDS = ("learning", "routines", "strengths", "challenges")
_VOICE_LIMIT = 3_000_000  # bytes of the form


@pages.get(_AT)
async def notes(visit: Visit) -> StreamResponse:
    child = await children.of_path(visit)
    after = visit.query.get("after")
    found = await visit.api.perhaps(child.api("home-notes"), student_id=child.id, limit=30, after=after)
    return await visit.show(
        "parent/notes.html",
        child=child,
        kinds=KINDS,
        subscribed=found is not None,
        notes=found["items"] if found else [],
        next=found["next"] if found else None,
    )


@pages.get(_AT + "/new")
async def new_note(visit: Visit) -> StreamResponse:
    """`kind`, one of KINDS; of the form where it comes back."""
    child = await children.of_path(visit)
    wanted = visit.form["kind"] or visit.query.get("kind", "")
    kind = wanted if wanted in KINDS else KINDS[0]
    found = await visit.api.get(child.api("home-note-choices"), kind=kind)
    word = "text_ur" if visit.language.name == "ur" else "text"
    choices = [(each["key"], each[word]) for each in found["items"]]
    return await visit.show("parent/new-note.html", child=child, kind=kind, choices=choices)


@pages.post(_AT + "/new", limit=_VOICE_LIMIT)
async def write_note(visit: Visit) -> StreamResponse:
    """The note's id is the form's key: sent again, also by a phone that had no network, it is the same note."""
    child, form = await children.of_path(visit), visit.form

    async def upload(content: bytes, named: str) -> str:
        made = await sending.put_up(visit, child.api("home-note-voices"), content, named, student_id=child.id)
        return str(made["voice_id"])

    voices = await sending.stored(visit, ("voice",), "voice_id", upload)
    draft = {
        "home_note_id": form.key,
        "student_id": child.id,
        "kind": form["kind"],
        "text": form["text"] or None,
        "choices": form.all("choices"),
        "voice_id": voices[-1] if voices else None,
        "language": visit.language.name,
    }
    await visit.api.post(child.api("home-notes"), draft)
    return visit.go(f"{child.at}/notes", said=visit.text("Sent. The teacher reads it and tells you so."))


@pages.get(_AT + "/{home_note_id}/voice")
async def note_voice(visit: Visit) -> StreamResponse:
    child = await children.of_path(visit)
    return await visit.file(child.api("home-notes", visit.params["home_note_id"], "voice"))
