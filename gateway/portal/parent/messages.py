"""What the school has sent, newest first, with answers in place; and the conversations, above it."""

import asyncio
from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal.addresses import address
from gateway.portal.api import Refused, below
from gateway.portal.pages import Pages, Visit
from gateway.portal.parent import children, leads, partners, threads
from gateway.portal.parent.children import REASONS

pages = Pages()
_PAGE = 15
ANSWERED_BY_TAP = ("homework", "attendance", "report_card", "pta_meeting")


@pages.get("/messages")
async def messages(visit: Visit) -> StreamResponse:
    """Whose conversations are more than one page of the API's are told where the others are."""
    own = await children.all_of(visit)
    feed, talks = await asyncio.gather(
        visit.api.get("/v1/feed", limit=_PAGE, after=visit.query.get("after")), threads.of_branches(visit)
    )
    conversations = [(branch["branch_id"], each) for branch, talk in talks for each in talk["items"]]
    open_in = [branch["branch_id"] for branch, _ in talks]
    return await visit.show(
        "parent/messages.html",
        messages=[(each, leads.place(each)) for each in feed["items"]],
        next=feed["next"],
        first="after" not in visit.query,
        conversations=sorted(conversations, key=lambda each: str(each[1]["last_at"]), reverse=True),
        children={child.id: child for child in own},
        unread=threads.unread(visit.language, talks),
        further=[branch for branch, talk in talks if talk["next"]],
        can_write=[child for child in own if child.branch_id in open_in],
        open_in=open_in,
        offices=[branch for branch, _ in talks],
        reasons=REASONS,
    )


@pages.post("/messages/{message_id}/open", page="/messages")
async def open_message(visit: Visit) -> StreamResponse:
    """Read from now on; then where it leads, or back to the messages."""
    message = await visit.api.post(below("feed", visit.params["message_id"], "read"))
    return visit.go(leads.place(message) or visit.back("/messages"))


@pages.post("/messages/{message_id}/answer", page="/messages")
async def answer_message(visit: Visit) -> StreamResponse:
    """In the conversation with the teacher whom it came from; else with the class teacher. The form's key is the id of what is
    written, so an answer that was kept on the phone is sent once."""
    message = await visit.api.post(below("feed", visit.params["message_id"], "read"))
    child = next((each for each in await children.all_of(visit) if each.id in message["student_ids"]), None)
    teacher_id = child and (await _teacher(visit, message) or await partners.class_teacher(visit, child))
    if child is None or not teacher_id:
        return visit.go("/messages", said=visit.text("Nobody can be written to here. Call the school's office."))
    text = f"{message['subject']}\n{visit.form['text'] or visit.form['words']}"
    draft = {"client_id": visit.form.key, "text": text, "student_id": child.id, "teacher_id": teacher_id}
    found = await visit.api.post(child.api("conversations"), draft)
    here = address("messages", child.branch_id, found["conversation_id"])
    return visit.go(here, said=visit.text("Sent."))


async def _teacher(visit: Visit, message: Any) -> str | None:
    """Who is behind what a message is about, where one is."""
    about, id = message["about_type"], message["about_id"]
    words = {"homework": ("homework",), "booking": ("bookings",), "behaviour_note": ("behaviour", "notes")}
    words |= {"commitment": ("commitments",), "written_meeting": ("written-meetings",)}
    if about not in words:
        return None
    try:
        found = await visit.api.get(below("branches", message["branch_id"], *words[about], id))
    except Refused:  # withdrawn meanwhile
        return None
    return found.get("teacher_id") or (found.get("answer") or {}).get("teacher_id")


@pages.get("/messages/{message_id}/calendar")
async def message_calendar(visit: Visit) -> StreamResponse:
    return await visit.file(below("feed", visit.params["message_id"], "calendar"), "rabta.ics")


@pages.get("/messages/{message_id}/audio")
async def message_audio(visit: Visit) -> StreamResponse:
    return await visit.file(below("feed", visit.params["message_id"], "audio"))
