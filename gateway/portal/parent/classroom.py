"""What goes on in a child's classes: diary, timetable, learning goals, what the class expects and how it is taught."""

import asyncio
from datetime import date, timedelta
from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal.pages import Pages, Visit
from gateway.portal.parent import children
from gateway.portal.parent.children import Child, class_chosen
from gateway.portal.parent.lists import whole
from schoolbus.clock import today

pages = Pages()
_AT = "/children/{branch_id}/{student_id}"


def _day(visit: Visit) -> date:
    """Of ?on=; today for what is no day."""
    try:
        return date.fromisoformat(visit.query.get("on", ""))
    except ValueError:
        return today()


async def _of_class(visit: Visit, child: Child, word: str, **query: Any) -> Any:
    chosen = class_chosen(visit, child)
    return chosen and await visit.api.perhaps(child.api(word, chosen["class_id"]), **query)


@pages.get(_AT + "/diary")
async def diary(visit: Visit) -> StreamResponse:
    child, on = await children.of_path(visit), _day(visit)
    week = await _of_class(visit, child, "diary", on=on.isoformat())
    return await visit.show(
        "parent/diary.html",
        child=child,
        chosen=class_chosen(visit, child),
        days=[day for day in week["days"] if day["entries"] or day["holiday"]] if week else [],
        before=on - timedelta(days=7),
        later=on + timedelta(days=7) if on + timedelta(days=7) <= today() + timedelta(days=6) else None,
        on=on,
    )


@pages.get(_AT + "/diary/paper")
async def diary_paper(visit: Visit) -> StreamResponse:
    child = await children.of_path(visit)
    chosen = class_chosen(visit, child)
    if chosen is None:
        raise children.not_here()
    path = child.api("diary", chosen["class_id"], "weeks", _day(visit).isoformat(), "pdf")
    return await visit.file(path, "diary.pdf", language=visit.language.name)


@pages.get(_AT + "/timetable")
async def timetable(visit: Visit) -> StreamResponse:
    child = await children.of_path(visit)
    found = await _of_class(visit, child, "class-timetables")
    weekdays: dict[int, list[Any]] = {}
    for period in sorted(found["periods"] if found else [], key=lambda each: (each["weekday"], each["starts"])):
        weekdays.setdefault(period["weekday"], []).append(period)
    monday = today() - timedelta(days=today().weekday())
    return await visit.show(
        "parent/timetable.html",
        child=child,
        chosen=class_chosen(visit, child),
        days=[(monday + timedelta(days=weekday), periods) for weekday, periods in weekdays.items()],
        today=today(),
        holiday=found["holiday"] if found else None,
    )


@pages.get(_AT + "/goals")
async def goals(visit: Visit) -> StreamResponse:
    child = await children.of_path(visit)
    found = await visit.api.get(child.api("learning-goals"), student_id=child.id, limit=30, after=visit.query.get("after"))
    return await visit.show("parent/goals.html", child=child, goals=found["items"], next=found["next"])


@pages.get(_AT + "/expectations")
async def expectations(visit: Visit) -> StreamResponse:
    child = await children.of_path(visit)
    chosen = class_chosen(visit, child)
    found, methods = await asyncio.gather(_of_class(visit, child, "class-expectations"), _methods(visit, child))
    return await visit.show("parent/expectations.html", child=child, chosen=chosen, expects=found, methods=methods)


async def _methods(visit: Visit, child: Child) -> list[Any]:
    chosen = class_chosen(visit, child)
    return (chosen and await whole(visit, child.api("teaching-methods"), class_id=chosen["class_id"])) or []


@pages.post(_AT + "/expectations")
async def acknowledge(visit: Visit) -> StreamResponse:
    """For all children of the guardian in that class."""
    child, form = await children.of_path(visit), visit.form
    edition = form.whole("edition")
    await visit.api.post(child.api("class-expectations", form["class"], "acknowledgement"), {"edition": edition})
    return visit.go(visit.back(child.at), said=visit.text("Thank you. The teacher sees that you have read it."))
