"""A class's week: which lessons it has when, with whom and where; changed a day at a time, from a day on."""

import asyncio
from datetime import date
from typing import Any

from aiohttp.web import StreamResponse

from gateway import refusals
from gateway.portal.api import Refused
from gateway.portal.language import latin
from gateway.portal.office.branch import api, here, marked, show
from gateway.portal.pages import Pages, Visit
from schoolbus.clock import today

pages = Pages()
_AT = "/branches/{branch_id}/classes/{class_id}/timetable"
_FROM = _AT + "/{valid_from}"
_DAY = _FROM + "/{weekday}"
WEEKDAYS = tuple(marked(each) for each in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"))
MOST, EMPTY = 20, 3  # rows of a day; those that wait for a lesson
_ROW = ("starts", "ends", "subject", "teacher_id", "room")
Lesson = dict[str, Any]


@pages.get(_AT)
async def week(visit: Visit) -> StreamResponse:
    """The one that holds on a day, and when others begin."""
    on = visit.query.get("on") or today().isoformat()
    room, found, teachers = await asyncio.gather(_room(visit), visit.api.get(_of(visit), on=on), _teachers(visit))
    names = {each["person_id"]: each for each in teachers}
    return await show(
        visit,
        "class-timetable.html",
        room=room,
        found=found,
        on=on,
        names=names,
        here=_page(visit),
        weekdays=WEEKDAYS,
        today=today().isoformat(),
        **_grid(found["periods"]),
    )


@pages.post(_AT)
async def begin(visit: Visit) -> StreamResponse:
    """From a day on as it is now, to be changed then; the first one is written day by day."""
    valid_from = visit.form["valid_from"] or today().isoformat()
    found = await visit.api.get(_of(visit), on=valid_from)
    if found["periods"] and found["valid_from"] != valid_from:
        await visit.api.put(_of(visit, valid_from), {"periods": found["periods"], "edition": 0})
        return visit.go(f"{_page(visit)}?on={valid_from}", said=visit.text("It begins as the one before. Change its days."))
    return visit.go(_page(visit, valid_from, "0"))


@pages.get(_DAY)
async def day(visit: Visit) -> StreamResponse:
    room, found, teachers = await asyncio.gather(_room(visit), _held(visit), _teachers(visit))
    lessons = [each for each in found["periods"] if each["weekday"] == _weekday(visit)]
    rows = min(MOST, max(len(lessons) + EMPTY, len(_typed(visit))))
    return await show(
        visit,
        "class-timetable-day.html",
        room=room,
        found=found,
        edition=_edition(visit, found),
        lessons=lessons,
        rows=rows,
        teachers=teachers,
        weekday=_weekday(visit),
        weekdays=WEEKDAYS,
        here=_page(visit),
        at_=_page(visit, visit.params["valid_from"], visit.params["weekday"]),
    )


@pages.post(_DAY)
async def put_day(visit: Visit) -> StreamResponse:
    """This day's lessons, and on the days that were ticked the same; the others stay."""
    valid_from = visit.params["valid_from"]
    found = await _held(visit)
    rows = {number: row for number, row in enumerate(_typed(visit)) if any(row.values())}
    days = sorted({_weekday(visit), *(int(each) for each in visit.form.all("also") if each in tuple("0123456"))})
    lessons = [(number, {**row, "weekday": weekday}) for weekday in days for number, row in _numbered(rows)]
    kept = [each for each in found["periods"] if each["weekday"] not in days]
    wanted = {"periods": [each for _, each in lessons] + kept, "edition": visit.form.whole("edition")}
    try:
        await visit.api.put(_of(visit, valid_from), wanted)
    except Refused as refused:
        raise _by_row(refused, [number for number, _ in lessons]) from None
    return visit.go(f"{_page(visit)}?on={valid_from}", said=visit.text("Saved. Teachers and families see it."))


@pages.post(_FROM + "/removal", page=_AT)
async def remove(visit: Visit) -> StreamResponse:
    await visit.api.delete(_of(visit, visit.params["valid_from"]))
    return visit.go(_page(visit), said=visit.text("Removed. The one before goes on."))


def _typed(visit: Visit) -> list[dict[str, str]]:
    """The form's rows, empty ones among them."""
    count = 0
    while f"starts_{count}" in visit.form and count < MOST:
        count += 1
    return [{name: visit.form[f"{name}_{number}"] for name in _ROW} for number in range(count)]


def _numbered(rows: dict[int, dict[str, str]]) -> list[tuple[int, Lesson]]:
    """Each lesson with its place in the day, by when it starts: parallel ones have the same."""
    starts = sorted({latin(row["starts"])[:5] for row in rows.values()})
    return [
        (
            number,
            {
                **{name: row[name] or None for name in ("teacher_id", "room")},
                **{name: latin(row[name])[:5] for name in ("starts", "ends")},
                "subject": row["subject"],
                "number": starts.index(latin(row["starts"])[:5]) + 1,
            },
        )
        for number, row in rows.items()
    ]


def _by_row(refused: Refused, rows: list[int]) -> Refused:
    """What is wrong with a period of the API stands at its field in the form's row."""
    errors: dict[str, str] = {}
    for name, why in refused.errors.items():
        _, _, rest = name.partition("periods.")
        index, _, field = rest.partition(".")
        known = index.isdecimal() and int(index) < len(rows)
        errors[f"{field or 'subject'}_{rows[int(index)]}" if known else name] = why
    return Refused({**refused.problem, "errors": errors}) if errors else refused


def _grid(periods: list[Lesson]) -> dict[str, Any]:
    """`times` down, `days` across, `cells` by both: of parallel lessons several."""
    cells: dict[tuple[str, int], list[Lesson]] = {}
    for each in periods:
        cells.setdefault((f"{each['starts']}-{each['ends']}", each["weekday"]), []).append(each)
    days = sorted({*range(5), *(each["weekday"] for each in periods)})
    return {"times": sorted({time for time, _ in cells}), "days": days, "cells": cells}


async def _held(visit: Visit) -> Any:
    """What holds on the day from which it is to hold."""
    return await visit.api.get(_of(visit), on=visit.params["valid_from"])


def _edition(visit: Visit, found: dict[str, Any]) -> int:
    """Of what begins on that day; 0 where only an earlier one goes on."""
    return int(found["edition"]) if found["valid_from"] == visit.params["valid_from"] else 0


def _weekday(visit: Visit) -> int:
    """Raises Problem 404 for what is no day of a week, or no day at all."""
    try:
        date.fromisoformat(visit.params["valid_from"])
    except ValueError:
        raise refusals.unknown_path() from None
    if visit.params["weekday"] not in tuple("0123456"):
        raise refusals.unknown_path()
    return int(visit.params["weekday"])


async def _room(visit: Visit) -> Any:
    return await visit.api.get(api(visit, "classes", visit.params["class_id"]))


async def _teachers(visit: Visit) -> list[Any]:
    return await visit.api.all(api(visit, "people"), role="teacher")


def _of(visit: Visit, *parts: str) -> str:
    return api(visit, "class-timetables", visit.params["class_id"], *parts)


def _page(visit: Visit, *parts: str) -> str:
    return here(visit, "classes", visit.params["class_id"], "timetable", *parts)
