"""Meeting days: set up, opened, looked at as a grid, changed, called off."""

import asyncio
from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal.office.branch import api, given, grades, here, homerooms, instant, items, local, show, whole
from gateway.portal.pages import Pages, Visit
from schoolbus.clock import today

pages = Pages()
_AT = "/branches/{branch_id}/meeting-days"
_ONE = _AT + "/{meeting_day_id}"
MOST = 3000  # times of one date that a page shows: some sixty teachers, a day long
_RULES = ("change_until_hours", "most_per_household", "most_per_teacher", "travel_minutes")


@pages.get(_AT)
async def days(visit: Visit) -> StreamResponse:
    found = await visit.api.get(api(visit, "meeting-days"), after=visit.query.get("after"))
    return await show(visit, "meeting-days.html", found=found, today=today().isoformat())


@pages.get(_AT + "/new")
async def new(visit: Visit) -> StreamResponse:
    return await _form(visit)


@pages.post(_AT + "/new")
async def open_day(visit: Visit) -> StreamResponse:
    """First what it would make and what stands against it; then, if the office says so, the day."""
    draft = _draft(visit)
    if visit.form["do"] != "open":
        return await _form(visit, preview=await visit.api.post(api(visit, "meeting-days", "preview"), draft))
    made = await visit.api.post(api(visit, "meeting-days"), draft, key=visit.form.key)
    return visit.go(
        here(visit, "meeting-days", made["meeting_day_id"]), said=visit.text("The day is open, and families are told.")
    )


@pages.get(_ONE)
async def day(visit: Visit) -> StreamResponse:
    asked = (visit.api.get(of_day(visit)), visit.api.perhaps(of_day(visit, "timetables")), _teachers(visit))
    found, tables, teachers = await asyncio.gather(*asked)
    there = {each["teacher_id"] for each in found["teachers"]}
    others = [each for each in teachers if each["person_id"] not in there]
    moments = {name: local(found.get(name)) for name in ("booking_opens_at", "early_opens_at", "wishes_until")}
    return await show(
        visit,
        "meeting-day.html",
        day=found,
        timetables=items(tables),
        others=others,
        moments=moments,
        here=page(visit),
        is_today=any(each["on"] == today().isoformat() for each in found["dates"]),
    )


@pages.post(_ONE + "/edit")
async def change(visit: Visit) -> StreamResponse:
    return await _do(visit, visit.api.patch(of_day(visit), _rules(visit)), visit.text("Saved."))


@pages.post(_ONE + "/dates")
async def add_date(visit: Visit) -> StreamResponse:
    form = visit.form
    hours = {"starts": form["starts"], "ends": form["ends"]} if form["starts"] and form["ends"] else None
    return await _do(
        visit, visit.api.post(of_day(visit, "dates"), {"on": form["on"], "hours": hours}), visit.text("One date more.")
    )


@pages.post(_ONE + "/teachers")
async def add_teacher(visit: Visit) -> StreamResponse:
    wanted = {"teacher_id": visit.form["teacher_id"], **given(place=visit.form["place"])}
    return await _do(visit, visit.api.post(of_day(visit, "teachers"), wanted), visit.text("Added."))


@pages.post(_ONE + "/teachers/{teacher_id}/place")
async def move_teacher(visit: Visit) -> StreamResponse:
    moved = visit.api.put(of_day(visit, "teachers", visit.params["teacher_id"], "ways"), _ways(visit))
    return await _do(visit, moved, visit.text("Families who booked are told where it is now."))


@pages.post(_ONE + "/absences")
async def absent(visit: Visit) -> StreamResponse:
    form = visit.form
    wanted = given(teacher_id=form["teacher_id"], starts_at=instant(form["starts_at"]), ends_at=instant(form["ends_at"]))
    called_off = visit.api.post(of_day(visit, "absences"), wanted, key=form.key)
    return await _do(visit, called_off, visit.text("These times are gone. Families who had one are told, and choose another."))


@pages.post(_ONE + "/cancellation")
async def cancel(visit: Visit) -> StreamResponse:
    cancelled = visit.api.post(of_day(visit, "cancellation"), {"reason": visit.form["reason"]}, key=visit.form.key)
    return await _do(visit, cancelled, visit.text("The day is called off, and everybody is told."))


@pages.get(_ONE + "/grid")
async def grid(visit: Visit) -> StreamResponse:
    """Teachers by time, with who comes."""
    found = await visit.api.get(of_day(visit))
    on = chosen_date(visit, found)
    slots, more = await all_of(visit, "slots", on=on)
    return await show(visit, "meeting-grid.html", day=found, on=on, more=more, **by_time(slots), here=page(visit))


@pages.get(_ONE + "/waiting")
async def waiting(visit: Visit) -> StreamResponse:
    """Who has wished for what, who is marked as important, who waits for a place."""
    asked = (
        visit.api.get(of_day(visit)),
        visit.api.perhaps(of_day(visit, "wishes"), after=visit.query.get("after")),
        visit.api.perhaps(of_day(visit, "priorities"), limit=100),
        visit.api.perhaps(of_day(visit, "waiting"), limit=100),
    )
    found, wishes, marked, waits = await asyncio.gather(*asked)
    return await show(visit, "meeting-waiting.html", day=found, wishes=wishes, marked=marked, waits=waits, here=page(visit))


@pages.post(_ONE + "/reminders", page=_ONE + "/waiting")
async def remind(visit: Visit) -> StreamResponse:
    await visit.api.post(of_day(visit, "wish-reminders"), key=visit.form.key)
    return visit.go(page(visit, "waiting"), said=visit.text("Families who have not answered are asked once more."))


async def all_of(visit: Visit, *path: str, **query: Any) -> tuple[list[Any], bool]:
    """The slots or placements of a date, five hundred at a time; whether there are more than a page shows."""
    found: list[Any] = []
    after = None
    while True:
        answer = await visit.api.get(of_day(visit, *path), limit=500, after=after, **query)
        found += answer["items"]
        after = answer["next"]
        if not after or len(found) >= MOST:
            return found, bool(after)


def by_time(slots: list[dict[str, Any]]) -> dict[str, Any]:
    """`times` across, `rows` of (teacher_id, name, place) down, `cells` by both."""
    placed = [slot for slot in slots if slot.get("starts_at")]
    rows = sorted({(item["teacher_id"], item["teacher_name"]) for item in slots}, key=lambda row: row[1])
    places = {item["teacher_id"]: item.get("place") or "" for item in placed}
    return {
        "times": sorted({item["starts_at"] for item in placed}),
        "rows": [(teacher_id, name, places.get(teacher_id, "")) for teacher_id, name in rows],
        "cells": {(item["teacher_id"], item["starts_at"]): item for item in placed},
    }


def chosen_date(visit: Visit, day: dict[str, Any]) -> str:
    """Of the address; else today, if the day is today; else its first."""
    dates = [str(each["on"]) for each in day["dates"]]
    wanted = visit.query.get("on") or today().isoformat()
    return wanted if wanted in dates else dates[0] if dates else str(day["held_on"])


def of_day(visit: Visit, *parts: str) -> str:
    return api(visit, "meeting-days", visit.params["meeting_day_id"], *parts)


def page(visit: Visit, *parts: str) -> str:
    return here(visit, "meeting-days", visit.params["meeting_day_id"], *parts)


async def _do(visit: Visit, asked: Any, said: str) -> StreamResponse:
    await asked
    return visit.go(page(visit), said=said)


async def _form(visit: Visit, preview: Any = None) -> StreamResponse:
    teachers, rooms = await asyncio.gather(_teachers(visit), homerooms(visit))
    return await show(visit, "meeting-day-form.html", teachers=teachers, classes=rooms, grades=grades(rooms), preview=preview)


async def _teachers(visit: Visit) -> list[Any]:
    return await visit.api.all(api(visit, "people"), role="teacher")


def _draft(visit: Visit) -> dict[str, Any]:
    form = visit.form
    teachers = [{"teacher_id": each, **_room(visit, each)} for each in form.all("teacher_ids")]
    times = {"held_on": form["held_on"], "starts": form["starts"], "ends": form["ends"]}
    lengths = {"slot_minutes": whole(form["slot_minutes"]), "break_minutes": whole(form["break_minutes"]) or 0}
    return {
        **_rules(visit),
        **times,
        **lengths,
        **given(until=form["until"]),
        "meeting_day_id": form.key,
        "teachers": teachers,
        "invited": given(grades=form.all("grades"), class_ids=form.all("class_ids")),
    }


def _room(visit: Visit, teacher_id: str) -> dict[str, Any]:
    """A teacher's own, or the one place where all sit who have none."""
    own = visit.form[f"place_{teacher_id}"]
    return {"place": own} if own else {"place": visit.form["place"], "shared": True}


def _rules(visit: Visit) -> dict[str, Any]:
    form = visit.form
    numbers = {name: whole(form[name]) for name in _RULES}
    moments = {name: instant(form[name]) for name in ("booking_opens_at", "early_opens_at", "wishes_until")}
    return given(title=form["title"], mode=form["mode"], **numbers, **moments)


def _ways(visit: Visit) -> dict[str, str]:
    return {name: visit.form[name] for name in ("place", "telephone", "video")}
