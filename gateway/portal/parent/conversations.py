"""Conversations of a guardian with a child's teachers."""

import asyncio

from aiohttp.web import StreamResponse

from gateway.portal.addresses import address
from gateway.portal.api import below
from gateway.portal.pages import Pages, Visit
from gateway.portal.parent import children, partners, sending
from gateway.portal.parent.children import Child

pages = Pages()
_FILES_LIMIT = 11_000_000
_PAGE = 30
_NEW = "/messages/{branch_id}/write/{student_id}"
_ALL = "/messages/{branch_id}/conversations"
_ONE = "/messages/{branch_id}/{conversation_id}"


@pages.get(_NEW)
async def begin(visit: Visit) -> StreamResponse:
    child = await children.of_path(visit)
    teachers, desk = await asyncio.gather(partners.of_child(visit, child), visit.api.perhaps(child.api("desk")))
    chosen = visit.form["teacher"] or visit.query.get("teacher") or (teachers[0]["id"] if teachers else "")
    about = visit.query.get("about", "")
    return await visit.show("parent/write.html", child=child, teachers=teachers, desk=desk, chosen=chosen, about=about)


@pages.post(_NEW, limit=_FILES_LIMIT)
async def write_first(visit: Visit) -> StreamResponse:
    """The conversation of child, guardian and teacher is one: begun again it goes on."""
    child, form = await children.of_path(visit), visit.form
    draft = {"client_id": form.key, "text": form["text"], "student_id": child.id, "teacher_id": form["teacher"]}
    found = await visit.api.post(child.api("conversations"), draft)
    return visit.go(address("messages", child.branch_id, found["conversation_id"]), said=visit.text("Sent."))


@pages.get(_ALL)
async def conversations(visit: Visit) -> StreamResponse:
    """Of one branch, all of them: /messages has the newest."""
    own = await children.in_branch(visit, visit.params["branch_id"])
    found = await visit.api.get(own[0].api("conversations"), limit=_PAGE, after=visit.query.get("after"))
    return await visit.show(
        "parent/conversations.html",
        branch=own[0].branch,
        conversations=[(own[0].branch_id, talk) for talk in found["items"]],
        next=found["next"],
        children={child.id: child for child in own},
    )


@pages.get(_ONE)
async def conversation(visit: Visit) -> StreamResponse:
    """Whoever opens it has read it."""
    at = _path(visit)
    found, said = await asyncio.gather(
        visit.api.get(at), visit.api.get(f"{at}/messages", limit=_PAGE, after=visit.query.get("after"))
    )
    if found["unread"] and "after" not in visit.query:
        await visit.api.post(f"{at}/read", {"number": found["number"]})
    return await visit.show(
        "parent/conversation.html",
        talk=found,
        said=list(reversed(said["items"])),
        next=said["next"],
        at=visit.at,
        branch_id=visit.params["branch_id"],
        me_id=visit.person_id,
        student=await _child(visit, found["student"]["id"]),
        attached=visit.form.all("attached"),
    )


async def _child(visit: Visit, student_id: str) -> Child | None:
    return next((child for child in await children.all_of(visit) if child.id == student_id), None)


@pages.post(_ONE, limit=_FILES_LIMIT)
async def write(visit: Visit) -> StreamResponse:
    """Words, files, or both. The key is the message's id: what was kept on the phone is there once."""
    form = visit.form

    async def upload(content: bytes, named: str) -> str:
        path = below("branches", visit.params["branch_id"], "attachments")
        made = await sending.put_up(visit, path, content, named, conversation_id=visit.params["conversation_id"])
        return str(made["attachment_id"])

    files = await sending.stored(visit, ("file", "voice"), "attached", upload)
    draft = {"client_id": form.key, "text": form["text"] or form["words"], "attachment_ids": files}
    await visit.api.post(f"{_path(visit)}/messages", draft)
    return visit.go(f"{visit.at}#newest", said=visit.text("Sent."))


@pages.get(_ONE + "/files/{attachment_id}")
async def attachment(visit: Visit) -> StreamResponse:
    return await visit.file(below("branches", visit.params["branch_id"], "attachments", visit.params["attachment_id"]))


@pages.post(_ONE + "/messages/{letter_id}/translation")
async def translate(visit: Visit) -> StreamResponse:
    await visit.api.post(_path(visit, "messages", visit.params["letter_id"], "translation"), {"to": visit.language.name})
    return visit.go(visit.at)


@pages.post(_ONE + "/messages/{letter_id}/report")
async def report(visit: Visit) -> StreamResponse:
    path = _path(visit, "messages", visit.params["letter_id"], "report")
    await visit.api.post(path, {"reason": visit.form["reason"]})
    return visit.go(visit.at, said=visit.text("The head of the school looks at it."))


def _path(visit: Visit, *parts: str) -> str:
    return below("branches", visit.params["branch_id"], "conversations", visit.params["conversation_id"], *parts)
