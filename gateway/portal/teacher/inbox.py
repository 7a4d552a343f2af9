"""What comes from families: conversations, notes from home, and answers of which it isn't sure whose they are."""

import asyncio
from collections.abc import Iterable
from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal.api import Refused, below
from gateway.portal.pages import Pages, Visit

pages = Pages()
_NOTES = 10  # of a page: each wants its family's names


async def own_branches(visit: Visit) -> list[str]:
    """Where the reader teaches."""
    return [
        each["branch_id"] for each in (await visit.me())["branches"] if "teacher" in each["roles"] or "head" in each["roles"]
    ]


async def own_children(visit: Visit, branch_id: str) -> dict[str, dict[str, Any]]:
    """Of all classes that the reader teaches in a branch: by id, each with a class to which they belong."""
    own = [each for each in (await visit.me())["classes"] if each["branch"] and each["branch"]["branch_id"] == branch_id]
    own.sort(key=lambda each: not each["homeroom"])
    found = await asyncio.gather(
        *(visit.api.perhaps(below("branches", branch_id, "classes", each["class_id"])) for each in own)
    )
    children: dict[str, dict[str, Any]] = {}
    for each in filter(None, found):
        for child in each["students"]:
            children.setdefault(child["person_id"], {**child, "class_id": each["class_id"], "class_title": each["title"]})
    return children


@pages.get("/inbox")
async def inbox(visit: Visit) -> StreamResponse:
    branches = await own_branches(visit)
    after = visit.query.get("after", "") if len(branches) == 1 else ""
    talks, notes, unclear = await asyncio.gather(
        of_each(visit, branches, "conversations", limit=50, after=after),
        of_each(visit, branches, "home-notes", acknowledged=False, limit=100),
        of_each(visit, branches, "unclear-answers", limit=50),
    )
    items = sorted(
        items_of(talks), key=lambda each: (each["unread"] == 0, each["state"] == "closed")
    )  # the newest first as before
    counts = {"notes": len(items_of(notes)), "unclear": len(items_of(unclear))}
    return await visit.show("teacher/inbox.html", talks=items, next=next_of(talks), counts=counts)


@pages.get("/inbox/notes")
async def notes(visit: Visit) -> StreamResponse:
    return await _notes(visit)


@pages.post("/inbox/notes/{branch_id}/{note_id}")
async def acknowledge(visit: Visit) -> StreamResponse:
    path = below("branches", visit.params["branch_id"], "home-notes", visit.params["note_id"], "acknowledgement")
    try:
        await visit.api.post(path, {"answer": visit.form["answer"] or None}, key=visit.form.key)
    except Refused as refused:
        return await _notes(visit, refused)
    return visit.go("/inbox/notes", said=visit.text("The family hears that you have read it."))


@pages.get("/inbox/notes/{branch_id}/{note_id}/voice")
async def voice(visit: Visit) -> StreamResponse:
    return await visit.file(below("branches", visit.params["branch_id"], "home-notes", visit.params["note_id"], "voice"))


@pages.get("/inbox/unclear")
async def unclear(visit: Visit) -> StreamResponse:
    return await _unclear(visit)


@pages.post("/inbox/unclear/{branch_id}/{answer_id}")
async def sort(visit: Visit) -> StreamResponse:
    """Whose it is and about whom, or set aside."""
    path = below("branches", visit.params["branch_id"], "unclear-answers", visit.params["answer_id"])
    guardian_id, _, student_id = visit.form["whose"].partition(" ")
    try:
        if guardian_id:
            await visit.api.post(f"{path}/sorting", {"student_id": student_id, "guardian_id": guardian_id}, key=visit.form.key)
        else:
            await visit.api.post(f"{path}/setting-aside", key=visit.form.key)
    except Refused as refused:
        return await _unclear(visit, refused)
    return visit.go("/inbox/unclear", said=visit.text("It is in its place.") if guardian_id else visit.text("Set aside."))


async def of_each(visit: Visit, branches: Iterable[str], word: str, **query: Any) -> list[tuple[str, Any]]:
    """The first page of each branch; nothing where it does not subscribe."""
    branches = list(branches)
    found = await asyncio.gather(*(visit.api.perhaps(below("branches", each, word), **query) for each in branches))
    return [(branch, page) for branch, page in zip(branches, found, strict=True) if page]


def items_of(found: Iterable[tuple[str, Any]]) -> list[dict[str, Any]]:
    return [{**each, "branch_id": branch} for branch, page in found for each in page["items"]]


async def _notes(visit: Visit, refused: Refused | None = None) -> StreamResponse:
    read = visit.query.get("read") == "yes"
    branches = await own_branches(visit)
    found = await of_each(visit, branches, "home-notes", acknowledged=read, limit=_NOTES, after=visit.query.get("after", ""))
    items = items_of(found)
    children: dict[str, dict[str, Any]] = {}
    for branch in {each["branch_id"] for each in items}:
        children |= await own_children(visit, branch)
    whose = list(dict.fromkeys((each["branch_id"], each["student_id"]) for each in items))
    families = await asyncio.gather(
        *(visit.api.perhaps(below("branches", branch, "people", id, "family")) for branch, id in whose)
    )
    guardians = {each["person_id"]: each for family in families if family for each in family["guardians"]}
    values: dict[str, Any] = {"notes": items, "children": children, "guardians": guardians, "read": read}
    return await visit.show("teacher/notes.html", refused=refused, next=next_of(found), **values)


def next_of(found: list[tuple[str, Any]]) -> str | None:
    """Of one branch alone: pages of several don't go on together."""
    return found[0][1]["next"] if len(found) == 1 else None


async def _unclear(visit: Visit, refused: Refused | None = None) -> StreamResponse:
    found = await of_each(visit, await own_branches(visit), "unclear-answers", limit=20, after=visit.query.get("after", ""))
    return await visit.show("teacher/unclear.html", refused=refused, answers=items_of(found), next=next_of(found))
