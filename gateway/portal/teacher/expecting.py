"""What a class expects, acknowledged at home; and how its subjects are taught."""

import asyncio
from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal.pages import Pages, Visit
from gateway.portal.teacher.forms import edition
from gateway.portal.teacher.room import AT, room

pages = Pages()
_PARTS = ("rules", "homework", "assessments")


@pages.get(f"{AT}/expectations")
async def expectations(visit: Visit) -> StreamResponse:
    found = await room(visit)
    path = found.path("class-expectations", found.class_id)
    there, read = await asyncio.gather(visit.api.perhaps(path), visit.api.perhaps(f"{path}/acknowledgements"))
    values: dict[str, Any] = {"there": there, "read": read, "edition": edition(visit, there["edition"] if there else 0)}
    return await visit.show("teacher/expectations.html", room=found, parts=_PARTS, **values)


@pages.post(f"{AT}/expectations")
async def write(visit: Visit) -> StreamResponse:
    found, form = await room(visit), visit.form
    draft: dict[str, Any] = {name: form[name] for name in _PARTS}
    draft |= {f"{name}_ur": form[f"{name}_ur"] or None for name in _PARTS} | {"edition": form.whole("edition")}
    await visit.api.put(found.path("class-expectations", found.class_id), draft, key=form.key)
    return visit.go(visit.at, said=visit.text("Kept. The families are asked to acknowledge it."))


@pages.get(f"{AT}/methods")
async def methods(visit: Visit) -> StreamResponse:
    found = await room(visit)
    listed, guides = await asyncio.gather(
        visit.api.get(found.path("teaching-methods"), class_id=found.class_id, after=visit.query.get("after", "")),
        visit.api.perhaps(found.path("guides"), kind="guide"),
    )
    titles = [
        (each["guide_id"], each["titles"].get(visit.language.name) or next(iter(each["titles"].values()), ""))
        for each in (guides["items"] if guides else [])
    ]
    return await visit.show("teacher/methods.html", room=found, listed=listed, guides=titles)


@pages.post(f"{AT}/methods")
async def add(visit: Visit) -> StreamResponse:
    found, form = await room(visit), visit.form
    draft = {"subject": form["subject"], "text": form["text"], "text_ur": form["text_ur"] or None}
    draft |= {"guide_id": form["guide_id"] or None, "class_id": found.class_id, "teaching_method_id": form.key}
    await visit.api.post(found.path("teaching-methods"), draft, key=form.key)
    return visit.go(visit.at, said=visit.text("Kept."))


@pages.post(f"{AT}/methods/{{method_id}}/removal")
async def remove(visit: Visit) -> StreamResponse:
    found = await room(visit)
    await visit.api.delete(found.path("teaching-methods", visit.params["method_id"]))
    return visit.go(visit.at, said=visit.text("Removed."))
