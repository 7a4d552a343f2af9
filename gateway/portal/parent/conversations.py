"""Conversations of a guardian with a child's teachers, and what the school's office can be told."""

import asyncio
from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal.addresses import address
from gateway.portal.api import Refused, below
from gateway.portal.pages import Pages, Visit
from gateway.portal.parent import children, partners, recordings
from gateway.portal.parent.children import Child

pages = Pages()
_FILES_LIMIT = 11_000_000
_PAGE = 30
_NEW = "/messages/{branch_id}/write/{student_id}"
_ONE = "/messages/{branch_id}/{conversation_id}"
_BOX = "/messages/{branch_id}/office"


@pages.get(_NEW)
async def begin(visit: Visit) -> StreamResponse:
    return await _begin_form(visit, await children.of_path(visit))


async def _begin_form(visit: Visit, child: Child, refused: Refused | None = None) -> StreamResponse:
    teachers, desk = await asyncio.gather(partners.of_child(visit, child), visit.api.perhaps(child.api("desk")))
    chosen = visit.query.get("teacher") or (teachers[0]["id"] if teachers else "")
    about = visit.query.get("about", "")
    values = {"child": child, "teachers": teachers, "desk": desk, "chosen": chosen, "about": about}
    return await visit.show("parent/write.html", refused=refused, **values)


@pages.post(_NEW, limit=_FILES_LIMIT)
async def write_first(visit: Visit) -> StreamResponse:
    """The conversation of child, guardian and teacher is one: begun again it goes on."""
    child, form = await children.of_path(visit), visit.form
    draft = {"client_id": form.key, "text": form["text"], "student_id": child.id, "teacher_id": form["teacher"]}
    path = child.api("conversations")
    try:
        found = await visit.api.post(path, draft)
    except Refused as refused:
        return await _begin_form(visit, child, refused)
    return visit.go(address("messages", child.branch_id, found["conversation_id"]), said=visit.text("Sent."))


@pages.get(_ONE)
async def conversation(visit: Visit) -> StreamResponse:
    return await _show(visit)


async def _show(visit: Visit, refused: Refused | None = None) -> StreamResponse:
    """Whoever opens it has read it."""
    at = _path(visit)
    found, said = await asyncio.gather(
        visit.api.get(at), visit.api.get(f"{at}/messages", limit=_PAGE, after=visit.query.get("after"))
    )
    if found["unread"] and "after" not in visit.query:
        await visit.api.post(f"{at}/read", {"number": found["number"]})
    return await visit.show(
        "parent/conversation.html",
        refused=refused,
        talk=found,
        said=list(reversed(said["items"])),
        next=said["next"],
        at=visit.path,
        branch_id=visit.params["branch_id"],
        me_id=visit.person_id,
        student=await _child(visit, found["student"]["id"]),
    )


async def _child(visit: Visit, student_id: str) -> Child | None:
    return next((child for child in await children.all_of(visit) if child.id == student_id), None)


@pages.post(_ONE, limit=_FILES_LIMIT)
async def write(visit: Visit) -> StreamResponse:
    """Words, files, or both. The key is the message's id: what was kept on the phone is there once."""
    form = visit.form
    try:
        files = [await _attach(visit, name) for name in ("file", "voice") if name in form.files]
        draft = {"client_id": form.key, "text": form["text"] or form["words"], "attachment_ids": files}
        await visit.api.post(f"{_path(visit)}/messages", draft)
    except Refused as refused:
        return await _show(visit, refused)
    return visit.go(f"{visit.path}#newest", said=visit.text("Sent."))


async def _attach(visit: Visit, name: str) -> str:
    file = visit.form.files[name]
    content = await asyncio.to_thread(recordings.playable, file.read())
    wanted: dict[str, Any] = {"conversation_id": visit.params["conversation_id"], "client_id": f"{visit.form.key}-{name}"[:64]}
    path = below("branches", visit.params["branch_id"], "attachments")
    made = await visit.api.upload(path, content, "application/octet-stream", **wanted)
    return str(made["attachment_id"])


@pages.get(_ONE + "/files/{attachment_id}")
async def attachment(visit: Visit) -> StreamResponse:
    return await visit.file(below("branches", visit.params["branch_id"], "attachments", visit.params["attachment_id"]))


@pages.post(_ONE + "/messages/{letter_id}/translation")
async def translate(visit: Visit) -> StreamResponse:
    path = f"{_path(visit)}/messages/{visit.params['letter_id']}/translation"
    await visit.api.post(path, {"to": visit.language.name})
    return visit.go(address("messages", visit.params["branch_id"], visit.params["conversation_id"]))


@pages.post(_ONE + "/messages/{letter_id}/report")
async def report(visit: Visit) -> StreamResponse:
    path = f"{_path(visit)}/messages/{visit.params['letter_id']}/report"
    await visit.api.post(path, {"reason": visit.form["reason"]})
    here = address("messages", visit.params["branch_id"], visit.params["conversation_id"])
    return visit.go(here, said=visit.text("The head of the school looks at it."))


# The office


@pages.get(_BOX)
async def office(visit: Visit) -> StreamResponse:
    return await _office_page(visit)


async def _office_page(visit: Visit, refused: Refused | None = None, code: str = "") -> StreamResponse:
    own = await children.in_branch(visit, visit.params["branch_id"])
    desk = await visit.api.perhaps(own[0].api("desk"))
    return await visit.show("parent/office.html", refused=refused, branch=own[0].branch, desk=desk, code=code, answer=None)


@pages.post(_BOX)
async def suggest(visit: Visit) -> StreamResponse:
    """Nobody knows whose it is: the code is shown once, here."""
    own = await children.in_branch(visit, visit.params["branch_id"])
    draft = {"text": visit.form["text"], "anonymous": visit.form["anonymous"] != "no"}
    try:
        made = await visit.api.post(own[0].api("suggestions"), draft)
    except Refused as refused:
        return await _office_page(visit, refused)
    return await _office_page(visit, code=made["code"])


@pages.post(_BOX + "/answer")
async def suggestion_answer(visit: Visit) -> StreamResponse:
    own = await children.in_branch(visit, visit.params["branch_id"])
    desk = await visit.api.perhaps(own[0].api("desk"))
    values = {"branch": own[0].branch, "desk": desk, "code": ""}
    try:
        answer = await visit.api.post("/v1/suggestion-answers", {"code": visit.form["code"]})
    except Refused as refused:
        return await visit.show("parent/office.html", refused=refused, answer=None, **values)
    return await visit.show("parent/office.html", answer=answer, **values)


def _path(visit: Visit) -> str:
    return below("branches", visit.params["branch_id"], "conversations", visit.params["conversation_id"])
