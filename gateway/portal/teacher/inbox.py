"""What comes from families: conversations, notes from home, and answers of which it isn't sure whose they are."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from aiohttp.web import StreamResponse

from gateway.portal.api import Refused, below
from gateway.portal.pages import Pages, Visit
from gateway.portal.teacher.forms import at_fields

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
    talks, notes, unclear = await asyncio.gather(
        page_of_each(visit, branches, "conversations", limit=50),
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
    """`?read=yes`: those that are acknowledged."""
    read = visit.query.get("read") == "yes"
    found = await page_of_each(visit, await own_branches(visit), "home-notes", acknowledged=read, limit=_NOTES)
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
    return await visit.show("teacher/notes.html", next=next_of(found), **values)


@pages.post("/inbox/notes/{branch_id}/{note_id}", page="/inbox/notes")
async def acknowledge(visit: Visit) -> StreamResponse:
    path = below("branches", visit.params["branch_id"], "home-notes", visit.params["note_id"], "acknowledgement")
    field = f"answer-{visit.params['note_id']}"
    try:
        await visit.api.post(path, {"answer": visit.form[field] or None}, key=visit.form.key)
    except Refused as refused:
        raise at_fields(refused, {"answer": field}) from refused
    return visit.go(visit.at, said=visit.text("The family hears that you have read it."))


@pages.get("/inbox/notes/{branch_id}/{note_id}/voice")
async def voice(visit: Visit) -> StreamResponse:
    return await visit.file(below("branches", visit.params["branch_id"], "home-notes", visit.params["note_id"], "voice"))


@pages.get("/inbox/unclear")
async def unclear(visit: Visit) -> StreamResponse:
    found = await page_of_each(visit, await own_branches(visit), "unclear-answers", limit=20)
    return await visit.show("teacher/unclear.html", answers=items_of(found), next=next_of(found))


@pages.post("/inbox/unclear/{branch_id}/{answer_id}", page="/inbox/unclear")
async def sort(visit: Visit) -> StreamResponse:
    """Whose it is and about whom, or set aside."""
    path = below("branches", visit.params["branch_id"], "unclear-answers", visit.params["answer_id"])
    guardian_id, _, student_id = visit.form["whose"].partition(" ")
    if guardian_id:
        await visit.api.post(f"{path}/sorting", {"student_id": student_id, "guardian_id": guardian_id}, key=visit.form.key)
    else:
        await visit.api.post(f"{path}/setting-aside", key=visit.form.key)
    return visit.go(visit.at, said=visit.text("It is in its place.") if guardian_id else visit.text("Set aside."))


async def of_each(visit: Visit, branches: Iterable[str], word: str, **query: Any) -> list[tuple[str, Any]]:
    """The first page of each branch; nothing where it does not subscribe."""
    return await _asked(visit, dict.fromkeys(branches, ""), word, query)


async def page_of_each(visit: Visit, branches: Iterable[str], word: str, **query: Any) -> list[tuple[str, Any]]:
    """The same, or the pages that the address says: `next_of` made it."""
    begun = dict(parse_qsl(visit.query.get("after", "")))
    places = {branch: begun.get(branch, "") for branch in branches if not begun or branch in begun}
    return await _asked(visit, places, word, query)


async def _asked(visit: Visit, places: Mapping[str, str], word: str, query: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """`places`: where each branch's page begins."""
    paths = [(below("branches", branch, word), after) for branch, after in places.items()]
    found = await asyncio.gather(*(visit.api.perhaps(path, **{**query, "after": after}) for path, after in paths))
    return [(branch, page) for branch, page in zip(places, found, strict=True) if page]


def items_of(found: Iterable[tuple[str, Any]]) -> list[dict[str, Any]]:
    return [{**each, "branch_id": branch} for branch, page in found for each in page["items"]]


def next_of(found: Iterable[tuple[str, Any]]) -> str | None:
    """Where the branches that have more go on, each at its own place; None for none."""
    return urlencode({branch: page["next"] for branch, page in found if page["next"]}) or None
