"""Classes, terms, holidays and subjects, as far as the branch keeps them by hand."""

import asyncio
from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal.office import branch
from gateway.portal.office.branch import api, given, here, show, whole
from gateway.portal.pages import Pages, Visit

pages = Pages()
_AT = "/branches/{branch_id}"


# Classes


@pages.get(_AT + "/classes")
async def classes(visit: Visit) -> StreamResponse:
    found, terms, subjects = await asyncio.gather(
        branch.classes(visit), visit.api.all(api(visit, "terms")), visit.api.all(api(visit, "subjects"))
    )
    return await show(visit, "classes.html", found=found, terms=terms, subjects=subjects)


@pages.post(_AT + "/classes")
async def add_class(visit: Visit) -> StreamResponse:
    made = await visit.api.post(api(visit, "classes"), {**_class(visit), "class_id": visit.form.key}, key=visit.form.key)
    return visit.go(here(visit, "classes", made["class_id"]), said=visit.text("Added."))


@pages.get(_AT + "/classes/{class_id}")
async def one_class(visit: Visit) -> StreamResponse:
    asked = (
        visit.api.get(api(visit, "classes", visit.params["class_id"])),
        branch.classes(visit),
        visit.api.all(api(visit, "terms")),
        visit.api.all(api(visit, "subjects")),
    )
    found, others, terms, subjects = await asyncio.gather(*asked)
    others = [each for each in others if each["class_id"] != found["class_id"]]
    return await show(visit, "class.html", found=found, others=others, terms=terms, subjects=subjects)


@pages.post(_AT + "/classes/{class_id}")
async def change_class(visit: Visit) -> StreamResponse:
    await visit.api.patch(api(visit, "classes", visit.params["class_id"]), _class(visit))
    return visit.go(here(visit, "classes", visit.params["class_id"]), said=visit.text("Saved."))


@pages.post(_AT + "/classes/{class_id}/end")
async def end_class(visit: Visit) -> StreamResponse:
    form = visit.form
    what: dict[str, Any] = {"move_to": form["move_to"]} if form["move_to"] else {"withdraw": True}
    await visit.api.delete(api(visit, "classes", visit.params["class_id"]), **what)
    return visit.go(here(visit, "classes"), said=visit.text("The class has ended."))


# What is kept as a list: each with its own fields


LISTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "terms": ("term_id", ("title", "kind", "starts_on", "ends_on", "parent_id", "year")),
    "holidays": ("holiday_id", ("title", "title_ur", "starts_on", "ends_on")),
    "subjects": ("subject_id", ("name", "name_ur")),
}


def _list(kind: str) -> None:
    """The pages of one list: see, add, change, end."""
    id_name, fields = LISTS[kind]

    @pages.get(f"{_AT}/{kind}")
    async def see(visit: Visit) -> StreamResponse:
        found = await visit.api.get(api(visit, kind), after=visit.query.get("after"))
        return await show(visit, f"{kind}.html", found=found)

    @pages.post(f"{_AT}/{kind}")
    async def add(visit: Visit) -> StreamResponse:
        return await _do(
            visit, visit.api.post(api(visit, kind), {**_draft(visit), id_name: visit.form.key}, key=visit.form.key)
        )

    @pages.post(f"{_AT}/{kind}/{{id}}")
    async def change(visit: Visit) -> StreamResponse:
        return await _do(visit, visit.api.patch(api(visit, kind, visit.params["id"]), _draft(visit)))

    @pages.post(f"{_AT}/{kind}/{{id}}/end")
    async def end(visit: Visit) -> StreamResponse:
        return await _do(visit, visit.api.delete(api(visit, kind, visit.params["id"])))

    def _draft(visit: Visit) -> dict[str, Any]:
        return given(**{name: visit.form[name] for name in fields})

    async def _do(visit: Visit, asked: Any) -> StreamResponse:
        await asked
        return visit.go(here(visit, kind), said=visit.text("Saved."))


for each in LISTS:
    _list(each)


def _class(visit: Visit) -> dict[str, Any]:
    form = visit.form
    texts = {name: form[name] for name in ("title", "grade", "section", "subject_id", "location")}
    return {**given(**texts, capacity=whole(form["capacity"]), term_ids=form.all("term_ids")), "homeroom": "homeroom" in form}
