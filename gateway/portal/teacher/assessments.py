"""A line item of the gradebook: made, changed, published, submitted, moderated, adjusted."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlencode

from aiohttp.web import StreamResponse

from gateway.portal import words
from gateway.portal.api import Refused
from gateway.portal.language import latin
from gateway.portal.pages import Pages, Visit
from gateway.portal.teacher.forms import at_fields, edition
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
    found = await room(visit)
    path = found.path("line-items", visit.params["line_item_id"])
    item, me = await asyncio.gather(visit.api.get(path), visit.me())
    values = {"item": item, "leads": leads(me, found.branch_id), "adjustments": ADJUSTMENTS}
    return await visit.show("teacher/assessment.html", room=found, **values)


@pages.get(f"{_ONE}/change")
async def change(visit: Visit) -> StreamResponse:
    found = await room(visit)
    return await _form(visit, found, there=await visit.api.get(found.path("line-items", visit.params["line_item_id"])))


@pages.post(f"{_ONE}/change")
async def put(visit: Visit) -> StreamResponse:
    return await _keep(visit, await room(visit), visit.params["line_item_id"])


@pages.post(f"{_ONE}/removal")
async def remove(visit: Visit) -> StreamResponse:
    found = await room(visit)
    await visit.api.delete(found.path("line-items", visit.params["line_item_id"]))
    return visit.go(found.page("marks"), said=visit.text("Removed."))


@pages.post(f"{_ONE}/adjustments")
async def adjust(visit: Visit) -> StreamResponse:
    found, form = await room(visit), visit.form
    path = ("line-items", visit.params["line_item_id"], "adjustments")
    if form["taken_back"]:
        await visit.api.delete(found.path(*path, form["taken_back"]), reason=form["reason"])
    else:
        draft = {"kind": form["kind"], "value": number(form["value"]), "reason": form["reason"]}
        await visit.api.post(found.path(*path), draft, key=form.key)
    return visit.go(visit.at, said=visit.text("Adjusted."))


@pages.post(f"{_ONE}/{{step}}")
async def go_on(visit: Visit) -> StreamResponse:
    step = visit.step(*_ASKS)
    found, (method, word) = await room(visit), _ASKS[step]
    path = found.path("line-items", visit.params["line_item_id"], word)
    ways: dict[str, Callable[..., Awaitable[Any]]] = {"POST": visit.api.post, "DELETE": visit.api.delete}
    await ways[method](path, {"reason": visit.form["reason"]} if step == "reopen" else None)
    return visit.go(visit.at, said=visit.text(_STEPS[step]))


def number(text: str) -> float | str:
    """As the API takes it; what is none is for the API to refuse."""
    try:
        return float(latin(text))
    except ValueError:
        return text


async def _keep(visit: Visit, found: Room, line_item_id: str) -> StreamResponse:
    form = visit.form
    draft: dict[str, Any] = {name: form[name] for name in ("title", "subject", "term", "kind")}
    draft |= {name: form[name] or None for name in ("description", "assigned_on", "due_on")}
    wanted = {**draft, "class_id": found.class_id, "result_max": number(form["result_max"])}
    wanted["edition"] = form.whole("edition")
    wanted["category_id"] = form["category_id"] or await _category(visit, found)
    await visit.api.put(found.path("line-items", line_item_id), wanted, key=form.key)
    where = urlencode({"term": form["term"], "subject": form["subject"]})
    return visit.go(f"{found.page('marks')}?{where}", said=visit.text("It stands in the sheet. Enter the marks."))


async def _category(visit: Visit, found: Room) -> str:
    """A new one; sent again the same one, and chosen on the page that comes back when the column itself is refused."""
    form = visit.form
    id = effect_id(form.key, "category")
    draft = {"class_id": found.class_id, "title": form["category"], "weight": number(form["weight"] or "100")}
    try:
        await visit.api.put(found.path("categories", id), draft)
    except Refused as refused:
        raise at_fields(refused, {"title": "category"}) from refused
    form.fields["category_id"] = id
    return id


async def _form(visit: Visit, found: Room, there: dict[str, Any] | None = None) -> StreamResponse:
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
    return await visit.show(
        "teacher/assessment-form.html",
        room=found,
        begun=there or begun,
        there=there,
        edition=edition(visit, there["edition"] if there else 0),
        kinds=[(kind, visit.text(words.english(kind))) for kind in KINDS],
        terms=[(each["title"], each["title"]) for each in terms],
        categories=[(each["category_id"], f"{each['title']} ({visit.language.shown(each['weight'])})") for each in categories],
    )
