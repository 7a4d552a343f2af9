"""My classes with what waits today, a class, and a child in it."""

import asyncio
from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal.api import below
from gateway.portal.pages import Pages, Visit
from gateway.portal.teacher.room import AT, current_term, is_class_teacher, items, room
from schoolbus.clock import today

pages = Pages()
_MOST = 12  # classes whose day is looked up at once


@pages.get("/classes")
async def classes(visit: Visit) -> StreamResponse:
    me = await visit.me()
    own = [each for each in me["classes"] if each["branch"]]
    branches = list({each["branch"]["branch_id"]: None for each in own})
    days, waiting = await asyncio.gather(
        asyncio.gather(*(_day(visit, me, each) for each in own[:_MOST])),
        asyncio.gather(*(_waiting(visit, branch_id) for branch_id in branches)),
    )
    registers = dict(zip(branches, [each["registers"] for each in waiting], strict=True))
    shown = [
        {
            "class": each,
            "day": days[at] if at < _MOST else {"homework": [], "unreached": 0},
            "register": _state(registers, each),
        }
        for at, each in enumerate(own)
    ]
    totals = {name: sum(each[name] for each in waiting) for name in ("notes", "unread", "unclear")}
    return await visit.show("teacher/classes.html", classes=shown, totals=totals)


async def _waiting(visit: Visit, branch_id: str) -> dict[str, Any]:
    """Of a branch: notes to acknowledge, messages to read, answers to sort, registers to take."""
    notes, talks, unclear, registers = await asyncio.gather(
        visit.api.perhaps(below("branches", branch_id, "home-notes"), acknowledged=False, limit=100),
        visit.api.perhaps(below("branches", branch_id, "conversations"), limit=100),
        visit.api.perhaps(below("branches", branch_id, "unclear-answers"), limit=100),
        visit.api.perhaps(below("branches", branch_id, "attendance", "missing-registers")),
    )
    return {
        "notes": len(items(notes)),
        "unread": sum(1 for each in items(talks) if each["unread"]),
        "unclear": len(items(unclear)),
        "registers": registers,
    }


def _state(registers: dict[str, Any], each: dict[str, Any]) -> str:
    """`missing`, `taken`, `closed`; "" for a class of one subject, and where the branch has no attendance."""
    found = registers.get(each["branch"]["branch_id"])
    if not found or not each["homeroom"]:
        return ""
    if found["closed"]:
        return "closed"
    return "missing" if each["class_id"] in {missing["class_id"] for missing in found["missing"]} else "taken"


async def _day(visit: Visit, me: dict[str, Any], each: dict[str, Any]) -> dict[str, Any]:
    branch_id, class_id = each["branch"]["branch_id"], each["class_id"]
    homework, unreached = await asyncio.gather(
        visit.api.perhaps(below("branches", branch_id, "homework"), class_id=class_id, limit=20),
        _unreached(visit, me, branch_id, class_id),
    )
    coming = [one for one in items(homework) if one["due_on"] >= today().isoformat()]
    return {"homework": sorted(coming, key=lambda one: one["due_on"]), "unreached": unreached}


async def _unreached(visit: Visit, me: dict[str, Any], branch_id: str, class_id: str) -> int:
    """Families, for who follows the class."""
    if not is_class_teacher(me, branch_id, class_id):
        return 0
    return len(
        items(await visit.api.perhaps(below("branches", branch_id, "engagement", "unreached"), class_id=class_id, limit=100))
    )


@pages.get(AT)
async def a_class(visit: Visit) -> StreamResponse:
    found, me = await asyncio.gather(room(visit), visit.me())
    follows = is_class_teacher(me, found.branch_id, found.class_id)
    on = today().isoformat()
    register, homework, notes, talks, unreached = await asyncio.gather(
        visit.api.perhaps(found.path("registers"), class_id=found.class_id, since=on, until=on),
        visit.api.perhaps(found.path("homework"), class_id=found.class_id, limit=20),
        visit.api.perhaps(found.path("home-notes"), acknowledged=False, limit=100),
        visit.api.perhaps(found.path("conversations"), limit=100),
        _unreached(visit, me, found.branch_id, found.class_id),
    )
    return await visit.show(
        "teacher/class.html",
        room=found,
        follows=follows,
        register=next((each for each in items(register) if each["lesson"] is None), None),
        due=sum(1 for each in items(homework) if each["due_on"] >= on),
        notes=sum(1 for each in items(notes) if each["student_id"] in found.named),
        unread=sum(1 for each in items(talks) if each["unread"] and each["student"]["id"] in found.named),
        unreached=unreached,
    )


@pages.get(f"{AT}/students/{{student_id}}")
async def a_child(visit: Visit) -> StreamResponse:
    """What a teacher of the class may see of a child."""
    found = await room(visit)
    student_id = visit.params["student_id"]
    term = await current_term(visit, found.branch_id)
    day, family, course, results, absences, goals, talks = await asyncio.gather(
        visit.api.get(found.path("today", student_id)),
        visit.api.perhaps(found.path("people", student_id, "family")),
        visit.api.perhaps(found.path("behaviour", "course"), student_id=student_id),
        visit.api.perhaps(found.path("results"), student_id=student_id, term=term, limit=20),
        visit.api.perhaps(found.path("attendance", "students", student_id)),
        visit.api.perhaps(found.path("learning-goals"), student_id=student_id, state="open"),
        visit.api.perhaps(found.path("conversations"), student_id=student_id),
    )
    values = {"day": day, "family": family, "course": course, "results": results, "absences": absences}
    return await visit.show(
        "teacher/child.html",
        room=found,
        student_id=student_id,
        child=found.named.get(student_id) or day,
        goals=goals,
        talks=talks,
        **values,
    )
