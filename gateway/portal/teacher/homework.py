"""Homework: set in a few taps, seen, done and signed at home, looked through at school."""

import asyncio
from collections.abc import Mapping
from datetime import date
from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal.api import Refused
from gateway.portal.pages import Pages, Visit
from gateway.portal.teacher.room import AT, Room, room
from gateway.portal.teacher.school_days import due_days
from schoolbus.clock import today
from schoolbus.ids import effect_id

pages = Pages()
_LIST, _ONE = f"{AT}/homework", f"{AT}/homework/{{homework_id}}"
_FILES = ("file1", "file2", "file3")
_STEPS = (1, 2, 3)
CHECKS = ("done", "partly", "not_done", "late")
AT_HOME = {"yes": "done", "partly": "partly done", "no": "not done", "help": "help wanted"}  # what families say of it


@pages.get(_LIST)
async def homework(visit: Visit) -> StreamResponse:
    found = await room(visit)
    listed = await visit.api.get(found.path("homework"), class_id=found.class_id, limit=20, after=visit.query.get("after", ""))
    return await visit.show("teacher/homework-list.html", room=found, listed=listed, today=today().isoformat())


@pages.get(f"{_LIST}/new")
async def new(visit: Visit) -> StreamResponse:
    return await _form(visit, await room(visit))


@pages.post(f"{_LIST}/new")
async def add(visit: Visit) -> StreamResponse:
    found = await room(visit)
    try:
        draft = {**_draft(visit), "class_id": found.class_id, "homework_id": visit.form.key}
        draft["attachment_ids"] = await _files(visit, found)
        await visit.api.post(found.path("homework"), draft, key=visit.form.key)
    except Refused as refused:
        return await _form(visit, found, refused)
    return visit.go(f"{found.at}/homework/{draft['homework_id']}", said=visit.text("Set. The families hear of it."))


@pages.get(_ONE)
async def one(visit: Visit) -> StreamResponse:
    return await _one(visit, await room(visit))


@pages.post(f"{_ONE}/checks")
async def check(visit: Visit) -> StreamResponse:
    """What was handed in; a child of whom nothing is said is left as it is."""
    found = await room(visit)
    rows = [
        {"student_id": id, "checked": visit.form[f"checked-{id}"] or None, "comment": visit.form[f"comment-{id}"] or None}
        for id in found.named
        if f"checked-{id}" in visit.form
    ]
    try:
        await visit.api.put(found.path("homework", visit.params["homework_id"], "checks"), {"checks": rows})
    except Refused as refused:
        return await _one(visit, found, refused)
    return visit.go(f"{found.at}/homework/{visit.params['homework_id']}", said=visit.text("Kept."))


@pages.get(f"{_ONE}/change")
async def change(visit: Visit) -> StreamResponse:
    found = await room(visit)
    return await _form(visit, found, there=await visit.api.get(found.path("homework", visit.params["homework_id"])))


@pages.post(f"{_ONE}/change")
async def put(visit: Visit) -> StreamResponse:
    found = await room(visit)
    path = found.path("homework", visit.params["homework_id"])
    there = await visit.api.get(path)
    kept = [each["file_id"] for each in there["attachments"] if each["file_id"] in visit.form.all("keep")]
    try:
        draft = {**_draft(visit), "edition": visit.form.whole("edition")}
        draft["attachment_ids"] = kept + await _files(visit, found)
        await visit.api.put(path, draft, key=visit.form.key)
    except Refused as refused:
        return await _form(visit, found, refused, there)
    return visit.go(f"{found.at}/homework/{there['homework_id']}", said=visit.text("Changed. The families hear of it."))


@pages.post(f"{_ONE}/withdrawal")
async def withdraw(visit: Visit) -> StreamResponse:
    found = await room(visit)
    await visit.api.delete(found.path("homework", visit.params["homework_id"]))
    return visit.go(f"{found.at}/homework", said=visit.text("Taken back."))


@pages.get(f"{AT}/homework-files/{{file_id}}")
async def file(visit: Visit) -> StreamResponse:
    found = await room(visit)
    return await visit.file(found.path("homework-files", visit.params["file_id"]), visit.query.get("name", "file"))


async def _form(
    visit: Visit, found: Room, refused: Refused | None = None, there: Mapping[str, Any] | None = None
) -> StreamResponse:
    """`there`: homework that is changed. Without one it begins with what was set last, if the reader wants it again."""
    week, holidays, before = await asyncio.gather(
        visit.api.perhaps(found.path("attendance", "week")),
        visit.api.perhaps(found.path("holidays"), limit=100),
        visit.api.get(found.path("homework"), class_id=found.class_id, limit=20),
    )
    weekdays = {each["weekday"] for each in week["days"]} if week else set(range(6))
    closed = [
        (date.fromisoformat(each["starts_on"]), date.fromisoformat(each["ends_on"]))
        for each in (holidays["items"] if holidays else [])
    ]
    last = max(before["items"], key=lambda each: each["set_at"], default=None)
    again = next((each for each in before["items"] if each["homework_id"] == visit.query.get("again")), None)
    days = [(word, day.isoformat()) for word, day in due_days(today(), weekdays, closed)]
    subjects = sorted({each["subject"] for each in before["items"] if each["subject"]})
    return await visit.show(
        "teacher/homework-form.html",
        refused=refused,
        room=found,
        there=there,
        kept=[(each["file_id"], each["name"]) for each in there["attachments"]] if there else [],
        begun=there or again or {"title": "", "text": "", "subject": found.data["subject"] or "", "kind": "homework"},
        last=last if not there and not again else None,
        days=days,
        subjects=subjects,
        files=_FILES,
        steps=_STEPS,
    )


def _draft(visit: Visit) -> dict[str, Any]:
    form = visit.form
    steps = [
        {"title": form[f"step{number}"], "due_on": form[f"step{number}_on"] or None}
        for number in _STEPS
        if form[f"step{number}"]
    ]
    due = form["due_on"] if form["due"] in ("", "other") else form["due"]
    return {
        "kind": "project" if steps else "homework",
        "title": form["title"],
        "text": form["text"] or form["title"],
        "subject": form["subject"] or None,
        "due_on": due or None,
        "steps": steps,
    }


async def _files(visit: Visit, found: Room) -> list[str]:
    """Kept under the key of this form, so that it can be sent again. Raises Refused."""
    ids = []
    for name in _FILES:
        if given := visit.form.files.get(name):
            query = {"class_id": found.class_id, "client_id": effect_id(visit.form.key, name), "name": given.name[:100]}
            ids.append((await visit.api.upload(found.path("homework-files"), given.read(), given.type, **query))["file_id"])
    return ids


async def _one(visit: Visit, found: Room, refused: Refused | None = None) -> StreamResponse:
    path = found.path("homework", visit.params["homework_id"])
    there, answers = await asyncio.gather(visit.api.get(path), visit.api.get(f"{path}/answers"))
    rows = [each for each in answers["answers"] if each["student_id"] in found.named]
    rows.sort(key=lambda each: list(found.named).index(each["student_id"]))
    values = {"homework": there, "counts": answers["counts"], "rows": rows, "checks": CHECKS, "at_home": AT_HOME}
    return await visit.show("teacher/homework.html", refused=refused, room=found, **values)
