"""One conversation with a family: read, answered, translated, handed on."""

import asyncio
from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal.addresses import address
from gateway.portal.api import below
from gateway.portal.pages import Pages, Visit
from gateway.portal.teacher.forms import store, stored

pages = Pages()
_ONE = "/inbox/{branch_id}/{conversation_id}"
_NEW = "/inbox/new/{branch_id}/{student_id}"
_FILES = ("file1", "file2")
_WORDS = {"close": "closing", "open": "reopening", "hand-over": "hand-over"}


@pages.get(_ONE)
async def conversation(visit: Visit) -> StreamResponse:
    """Whoever opens it has read it."""
    found, messages = await asyncio.gather(
        visit.api.get(_path(visit)), visit.api.get(_path(visit, "messages"), limit=50, after=visit.query.get("after", ""))
    )
    if found["unread"] and not visit.query.get("after"):
        await visit.api.post(_path(visit, "read"), {"number": found["number"]})
    said: list[dict[str, Any]] = messages["items"][::-1]  # the newest stands last
    return await visit.show(
        "teacher/conversation.html",
        talk=found,
        messages=said,
        earlier=messages["next"],
        at=address("inbox", visit.params["branch_id"], visit.params["conversation_id"]),
        branch_id=visit.params["branch_id"],
        mine=visit.person_id,
        files=_FILES,
        stored=stored(visit),
    )


@pages.post(_ONE)
async def answer(visit: Visit) -> StreamResponse:
    path = below("branches", visit.params["branch_id"], "attachments")
    files = await store(visit, path, _FILES, "attachment_id", conversation_id=visit.params["conversation_id"])
    draft = {"client_id": visit.form.key, "text": visit.form["text"], "attachment_ids": files}
    await visit.api.post(_path(visit, "messages"), draft, key=visit.form.key)
    return visit.go(f"{visit.at}#end", said=visit.text("Sent."))


@pages.post(f"{_ONE}/translations/{{message_id}}")
async def translate(visit: Visit) -> StreamResponse:
    """Into the reader's language, beside what was written."""
    path = _path(visit, "messages", visit.params["message_id"], "translation")
    await visit.api.post(path, {"to": visit.language.name}, key=visit.form.key)
    return visit.go(visit.at)


@pages.post(f"{_ONE}/steps/{{step}}")
async def step(visit: Visit) -> StreamResponse:
    """Closed, opened again, or handed over to somebody else of the school."""
    word = _WORDS[visit.step(*_WORDS)]
    await visit.api.post(_path(visit, word), {"to": visit.form["to"]} if word == "hand-over" else None)
    return visit.go(visit.at, said=visit.text("Noted."))


@pages.post(f"{_ONE}/reports/{{message_id}}")
async def report(visit: Visit) -> StreamResponse:
    """A message that offends, shown to the head."""
    path = _path(visit, "messages", visit.params["message_id"], "report")
    await visit.api.post(path, {"reason": visit.form["reason"]})
    return visit.go(visit.at, said=visit.text("The head looks at it."))


@pages.get("/inbox/{branch_id}/files/{attachment_id}")
async def attachment(visit: Visit) -> StreamResponse:
    return await visit.file(below("branches", visit.params["branch_id"], "attachments", visit.params["attachment_id"]))


@pages.get(_NEW)
async def new(visit: Visit) -> StreamResponse:
    branch_id, student_id = visit.params["branch_id"], visit.params["student_id"]
    family, day = await asyncio.gather(
        visit.api.get(below("branches", branch_id, "people", student_id, "family")),
        visit.api.perhaps(below("branches", branch_id, "today", student_id)),
    )
    values: dict[str, Any] = {
        "child": day or {"name": ""},
        "guardians": [
            (each["person_id"], visit.language.name_of(each)) for each in family["guardians"] if each["may_receive_reports"]
        ],
        "at": address("inbox", "new", branch_id, student_id),
    }
    values["chosen"] = visit.query.get("guardian") or next((id for id, _ in values["guardians"]), "")
    return await visit.show("teacher/new-conversation.html", **values)


@pages.post(_NEW)
async def begin(visit: Visit) -> StreamResponse:
    branch_id, form = visit.params["branch_id"], visit.form
    draft = {"client_id": form.key, "text": form["text"], "guardian_id": form["guardian"] or None}
    draft["student_id"] = visit.params["student_id"]
    made = await visit.api.post(below("branches", branch_id, "conversations"), draft, key=form.key)
    return visit.go(address("inbox", branch_id, made["conversation_id"]), said=visit.text("Sent."))


def _path(visit: Visit, *parts: str) -> str:
    return below("branches", visit.params["branch_id"], "conversations", visit.params["conversation_id"], *parts)
