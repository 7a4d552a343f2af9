"""One conversation with a family: read, answered, translated, handed on."""

import asyncio
from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal.api import Refused, below
from gateway.portal.pages import Pages, Visit
from schoolbus.ids import effect_id

pages = Pages()
_ONE = "/inbox/{branch_id}/{conversation_id}"
_NEW = "/inbox/new/{branch_id}/{student_id}"
_FILES = ("file1", "file2")


@pages.get(_ONE)
async def conversation(visit: Visit) -> StreamResponse:
    return await _show(visit)


@pages.post(_ONE)
async def answer(visit: Visit) -> StreamResponse:
    try:
        draft = {"client_id": visit.form.key, "text": visit.form["text"], "attachment_ids": await _files(visit)}
        await visit.api.post(_path(visit, "messages"), draft, key=visit.form.key)
    except Refused as refused:
        return await _show(visit, refused)
    return visit.go(f"{visit.path}#end", said=visit.text("Sent."))


@pages.post(f"{_ONE}/translations/{{message_id}}")
async def translate(visit: Visit) -> StreamResponse:
    """Into the reader's language, beside what was written."""
    path = _path(visit, "messages", visit.params["message_id"], "translation")
    try:
        await visit.api.post(path, {"to": visit.language.name}, key=visit.form.key)
    except Refused as refused:
        return await _show(visit, refused)
    return visit.go(_at(visit))


@pages.post(f"{_ONE}/steps/{{step}}")
async def step(visit: Visit) -> StreamResponse:
    """Closed, opened again, or handed over to somebody else of the school."""
    word = {"close": "closing", "open": "reopening", "hand-over": "hand-over"}.get(visit.params["step"], "closing")
    try:
        await visit.api.post(_path(visit, word), {"to": visit.form["to"]} if word == "hand-over" else None)
    except Refused as refused:
        return await _show(visit, refused)
    return visit.go(_at(visit), said=visit.text("Noted."))


@pages.post(f"{_ONE}/reports/{{message_id}}")
async def report(visit: Visit) -> StreamResponse:
    """A message that offends, shown to the head."""
    try:
        await visit.api.post(_path(visit, "messages", visit.params["message_id"], "report"), {"reason": visit.form["reason"]})
    except Refused as refused:
        return await _show(visit, refused)
    return visit.go(_at(visit), said=visit.text("The head looks at it."))


@pages.get("/inbox/{branch_id}/files/{attachment_id}")
async def attachment(visit: Visit) -> StreamResponse:
    return await visit.file(below("branches", visit.params["branch_id"], "attachments", visit.params["attachment_id"]))


@pages.get(_NEW)
async def new(visit: Visit) -> StreamResponse:
    return await _begin(visit)


@pages.post(_NEW)
async def begin(visit: Visit) -> StreamResponse:
    branch_id, form = visit.params["branch_id"], visit.form
    draft = {"client_id": form.key, "text": form["text"], "guardian_id": form["guardian"] or None}
    try:
        made = await visit.api.post(
            below("branches", branch_id, "conversations"), {**draft, "student_id": visit.params["student_id"]}, key=form.key
        )
    except Refused as refused:
        return await _begin(visit, refused)
    return visit.go(f"/inbox/{branch_id}/{made['conversation_id']}", said=visit.text("Sent."))


async def _begin(visit: Visit, refused: Refused | None = None) -> StreamResponse:
    branch_id, student_id = visit.params["branch_id"], visit.params["student_id"]
    family, day = await asyncio.gather(
        visit.api.get(below("branches", branch_id, "people", student_id, "family")),
        visit.api.perhaps(below("branches", branch_id, "today", student_id)),
    )
    values: dict[str, Any] = {
        "child": day or {"name": ""},
        "guardians": [each for each in family["guardians"] if each["may_receive_reports"]],
        "chosen": visit.form["guardian"] or visit.query.get("guardian", ""),
    }
    return await visit.show("teacher/new-conversation.html", refused=refused, **values)


async def _files(visit: Visit) -> list[str]:
    """Kept under the key of this form, so that it can be sent again. Raises Refused."""
    ids = []
    path = below("branches", visit.params["branch_id"], "attachments")
    for name in _FILES:
        if given := visit.form.files.get(name):
            query = {"conversation_id": visit.params["conversation_id"], "client_id": effect_id(visit.form.key, name)}
            ids.append((await visit.api.upload(path, given.read(), given.type, **query))["attachment_id"])
    return ids


async def _show(visit: Visit, refused: Refused | None = None) -> StreamResponse:
    """Whoever opens it has read it."""
    found, messages = await asyncio.gather(
        visit.api.get(_path(visit)), visit.api.get(_path(visit, "messages"), limit=50, after=visit.query.get("after", ""))
    )
    if found["unread"] and not visit.query.get("after"):
        await visit.api.post(_path(visit, "read"), {"number": found["number"]})
    said: list[dict[str, Any]] = messages["items"][::-1]  # the newest stands last
    return await visit.show(
        "teacher/conversation.html",
        refused=refused,
        talk=found,
        messages=said,
        earlier=messages["next"],
        at=_at(visit),
        branch_id=visit.params["branch_id"],
        mine=visit.person_id,
        files=_FILES,
    )


def _path(visit: Visit, *parts: str) -> str:
    return below("branches", visit.params["branch_id"], "conversations", visit.params["conversation_id"], *parts)


def _at(visit: Visit) -> str:
    return f"/inbox/{visit.params['branch_id']}/{visit.params['conversation_id']}"
