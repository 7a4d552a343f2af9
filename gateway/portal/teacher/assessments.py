"""A line item of the gradebook: made, changed, published, submitted, moderated, adjusted."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlencode

from aiohttp.web import StreamResponse

from gateway import refusals
from gateway.portal.api import Refused
from gateway.portal.language import latin
from gateway.portal.pages import Pages, Visit
from gateway.portal.teacher.room import AT, Room, current_term, leads, room, terms_of
from schoolbus.ids import effect_id

pages = Pages()
KINDS = ("quiz", "assignment", "project", "exam", "other")
ADJUSTMENTS = ("add", "scale", "floor")
_ONE = f"{AT}/marks/items/{{line_item_id}}"
_ASKS = {
    "publish": ("POST", "publication"),
    "withdraw": ("DELETE", "publication"),
    "submit": ("POST", "submission"),
    "moderate": ("POST", "moderation"),
    "reopen": ("POST", "reopening"),
}
_STEPS = {
    "publish": "Published. The families hear of it.",
    "withdraw": "Families see it no more.",
    "submit": "Submitted. From now on a change is a correction.",
    "moderate": "Moderated: the marks stand.",
    "reopen": "Given back.",
}


@pages.get(f"{AT}/marks/new")
async def new(visit: Visit) -> StreamResponse:
    return await _form(visit, await room(visit))


@pages.post(f"{AT}/marks/new")
async def add(visit: Visit) -> StreamResponse:
    return await _keep(visit, await room(visit), visit.form.key)


@pages.get(_ONE)
async def one(visit: Visit) -> StreamResponse:
    return await _one(visit, await room(visit))


@pages.get(f"{_ONE}/change")
async def change(visit: Visit) -> StreamResponse:
    found = await room(visit)
    return await _form(visit, found, there=await visit.api.get(found.path("line-items", visit.params["line_item_id"])))


@pages.post(f"{_ONE}/change")
async def put(visit: Visit) -> StreamResponse:
    found = await room(visit)
    there = await visit.api.get(found.path("line-items", visit.params["line_item_id"]))
    return await _keep(visit, found, there["line_item_id"], there)


@pages.post(f"{_ONE}/removal")
async def remove(visit: Visit) -> StreamResponse:
    found = await room(visit)
    try:
        await visit.api.delete(found.path("line-items", visit.params["line_item_id"]))
    except Refused as refused:
        return await _one(visit, found, refused)
    return visit.go(f"{found.at}/marks", said=visit.text("Removed."))


@pages.post(f"{_ONE}/adjustments")
async def adjust(visit: Visit) -> StreamResponse:
    found, form = await room(visit), visit.form
    path = found.path("line-items", visit.params["line_item_id"], "adjustments")
    try:
        if form["taken_back"]:
            await visit.api.delete(f"{path}/{form['taken_back']}", reason=form["reason"])
        else:
            draft = {"kind": form["kind"], "value": number(form["value"]), "reason": form["reason"]}
            await visit.api.post(path, draft, key=form.key)
    except Refused as refused:
        return await _one(visit, found, refused)
    return visit.go(_at(visit, found), said=visit.text("Adjusted."))


@pages.post(f"{_ONE}/{{step}}")
async def go_on(visit: Visit) -> StreamResponse:
    step = visit.params["step"]
    if step not in _ASKS:
        raise refusals.unknown_path()
    found, (method, word) = await room(visit), _ASKS[step]
    path = found.path("line-items", visit.params["line_item_id"], word)
    ways: dict[str, Callable[..., Awaitable[Any]]] = {"POST": visit.api.post, "DELETE": visit.api.delete}
    try:
        await ways[method](path, {"reason": visit.form["reason"]} if step == "reopen" else None)
    except Refused as refused:
        return await _one(visit, found, refused)
    return visit.go(_at(visit, found), said=visit.text(_STEPS[step]))


def number(text: str) -> float | str:
    """As the API takes it; what is none is for the API to refuse."""
    try:
        return float(latin(text))
    except ValueError:
        return text


def _at(visit: Visit, found: Room) -> str:
    return f"{found.at}/marks/items/{visit.params['line_item_id']}"


async def _keep(visit: Visit, found: Room, line_item_id: str, there: dict[str, Any] | None = None) -> StreamResponse:
    form = visit.form
    draft: dict[str, Any] = {name: form[name] for name in ("title", "subject", "term", "kind")}
    draft |= {name: form[name] or None for name in ("description", "assigned_on", "due_on")}
    wanted = {**draft, "class_id": found.class_id, "result_max": number(form["result_max"])}
    wanted["edition"] = form.whole("edition")
    try:
        wanted["category_id"] = form["category_id"] or await _category(visit, found)
        await visit.api.put(found.path("line-items", line_item_id), wanted, key=form.key)
    except Refused as refused:
        return await _form(visit, found, refused, there)
    where = urlencode({"term": form["term"], "subject": form["subject"]})
    return visit.go(f"{found.at}/marks?{where}", said=visit.text("It stands in the sheet. Enter the marks."))


async def _category(visit: Visit, found: Room) -> str:
    """A new one, sent again the same one."""
    form = visit.form
    id = effect_id(form.key, "category")
    draft = {"class_id": found.class_id, "title": form["category"], "weight": number(form["weight"] or "100")}
    await visit.api.put(found.path("categories", id), draft)
    return id


async def _form(
    visit: Visit, found: Room, refused: Refused | None = None, there: dict[str, Any] | None = None
) -> StreamResponse:
    term, terms, categories = await asyncio.gather(
        current_term(visit, found.branch_id),
        terms_of(visit, found.branch_id),
        visit.api.all(found.path("categories"), most=100, class_id=found.class_id),
    )
    begun = {
        "title": "",
        "subject": visit.query.get("subject", found.data["subject"] or ""),
        "term": visit.query.get("term", term),
    }
    begun |= {"kind": "quiz", "result_max": "10", "category_id": categories[0]["category_id"] if categories else ""}
    begun |= {"assigned_on": "", "due_on": "", "description": "", "edition": 0}
    values = {"begun": there or begun, "there": there, "terms": [each["title"] for each in terms], "categories": categories}
    return await visit.show("teacher/assessment-form.html", refused=refused, room=found, kinds=KINDS, **values)


async def _one(visit: Visit, found: Room, refused: Refused | None = None) -> StreamResponse:
    path = found.path("line-items", visit.params["line_item_id"])
    item, me = await asyncio.gather(visit.api.get(path), visit.me())
    values = {"item": item, "leads": leads(me, found.branch_id), "adjustments": ADJUSTMENTS}
    return await visit.show("teacher/assessment.html", refused=refused, room=found, **values)
