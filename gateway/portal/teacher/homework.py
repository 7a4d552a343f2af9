"""Homework: set in a few taps, seen, done and signed at home, looked through at school."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

from aiohttp.web import StreamResponse

from gateway import refusals
from gateway.portal.api import Refused
from gateway.portal.pages import Pages, Visit
from gateway.portal.teacher.forms import at_fields, edition, store, stored
from gateway.portal.teacher.room import AT, Room, room
from gateway.portal.teacher.school_days import due_days
from schoolbus.clock import today

pages = Pages()
_LIST, _ONE = f"{AT}/homework", f"{AT}/homework/{{homework_id}}"
_FILES = ("file1", "file2", "file3")
_STEPS = (1, 2, 3)
CHECKS = ("done", "partly", "not_done", "late")


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
    found, id = await room(visit), visit.form.key
    draft = {**_draft(visit), "class_id": found.class_id, "homework_id": id, "attachment_ids": await _files(visit, found)}
    with _at_steps(visit):
        await visit.api.post(found.path("homework"), draft, key=id)
    return visit.go(found.page("homework", id), said=visit.text("Set. The families hear of it."))


@pages.get(_ONE)
async def one(visit: Visit) -> StreamResponse:
    found = await room(visit)
    path = found.path("homework", visit.params["homework_id"])
    there, answers = await asyncio.gather(visit.api.get(path), visit.api.get(f"{path}/answers"))
    rows = [each for each in answers["answers"] if each["student_id"] in found.named]
    rows.sort(key=lambda each: list(found.named).index(each["student_id"]))
    values = {"homework": there, "counts": answers["counts"], "rows": rows, "checks": CHECKS}
    return await visit.show("teacher/homework.html", room=found, **values)


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
        raise at_fields(refused, {f"checks.{at}": f"comment-{row['student_id']}" for at, row in enumerate(rows)}) from refused
    return visit.go(visit.at, said=visit.text("Kept."))


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
    draft = {**_draft(visit), "edition": visit.form.whole("edition")}
    draft["attachment_ids"] = kept + await _files(visit, found)
    with _at_steps(visit):
        await visit.api.put(path, draft, key=visit.form.key)
    return visit.go(found.page("homework", there["homework_id"]), said=visit.text("Changed. The families hear of it."))


@pages.post(f"{_ONE}/withdrawal")
async def withdraw(visit: Visit) -> StreamResponse:
    found = await room(visit)
    await visit.api.delete(found.path("homework", visit.params["homework_id"]))
    return visit.go(found.page("homework"), said=visit.text("Taken back."))


@pages.get(f"{_ONE}/files/{{file_id}}")
async def file(visit: Visit) -> StreamResponse:
    """Under the name that it was attached by."""
    found, id = await room(visit), visit.params["file_id"]
    there = await visit.api.get(found.path("homework", visit.params["homework_id"]))
    name = next((each["name"] for each in there["attachments"] if each["file_id"] == id), None)
    if name is None:
        raise refusals.unknown_path()
    return await visit.file(found.path("homework-files", id), name)


async def _form(visit: Visit, found: Room, there: Mapping[str, Any] | None = None) -> StreamResponse:
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
        room=found,
        there=there,
        edition=edition(visit, there["edition"] if there else 0),
        stored=stored(visit),
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
        {"title": form[f"step{number}"], "due_on": form[f"step{number}_on"] or None}  #
        for number in _numbers(visit)
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


def _numbers(visit: Visit) -> list[int]:
    """Of the steps that are filled in."""
    return [number for number in _STEPS if visit.form[f"step{number}"]]


@contextmanager
def _at_steps(visit: Visit) -> Iterator[None]:
    """What the API says of a step stands at its fields."""
    try:
        yield
    except Refused as refused:
        names: dict[str, str] = {}
        for at, number in enumerate(_numbers(visit)):
            names |= {f"steps.{at}.due_on": f"step{number}_on", f"steps.{at}": f"step{number}"}
        raise at_fields(refused, names) from refused


async def _files(visit: Visit, found: Room) -> list[str]:
    path = found.path("homework-files")
    return await store(visit, path, _FILES, "file_id", named=True, class_id=found.class_id)
