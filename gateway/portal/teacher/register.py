"""A class's register: everybody is there, and whoever is not gets a tap."""

import asyncio
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from aiohttp.web import StreamResponse

from gateway.portal.api import Refused
from gateway.portal.pages import Pages, Visit
from gateway.portal.teacher.forms import at_fields, edition, is_gone_on
from gateway.portal.teacher.lessons import Lesson, lessons
from gateway.portal.teacher.room import AT, Room, day_of, items, room
from schoolbus.clock import today

pages = Pages()
STATES = ("absent", "late", "excused", "left_early")
PRESENT = "present"


@pages.get(f"{AT}/register")
async def register(visit: Visit) -> StreamResponse:
    """What was tapped and not taken stands on the page, with what somebody else has sent meanwhile beside it."""
    found, on = await room(visit), _on(visit)
    of_day = await lessons(visit, found, on)
    lesson = _lesson(visit, found, of_day)
    there, wanted, absences = await asyncio.gather(
        _there(visit, found, on, lesson),
        visit.api.perhaps(found.path("attendance", "missing-registers"), on=on),
        visit.api.perhaps(found.path("absences"), class_id=found.class_id, since=on, until=on),
    )
    known = {each["student_id"]: each for each in there["entries"]} if there else {}
    tapped = "edition" in visit.form
    now = {each["student_id"]: each for each in entries_of(visit, found)} if tapped else known
    rows = [
        {
            "child": child,
            "entry": now.get(child["person_id"], {"status": PRESENT}),
            "there": known.get(child["person_id"], {"status": PRESENT}),
        }
        for child in found.students
    ]
    day = date.fromisoformat(on)
    return await visit.show(
        "teacher/register.html",
        room=found,
        on=on,
        lesson=lesson,
        lessons=of_day,
        register=there,
        edition=edition(visit, there["edition"] if there else 0),
        rows=rows,
        closed=wanted["closed"] if wanted else None,
        differs=tapped and is_gone_on(visit),
        reasons={each["student_id"]: each for each in items(absences)},
        is_today=on == today().isoformat(),
        before=(day - timedelta(days=1)).isoformat(),
        after=(day + timedelta(days=1)).isoformat() if day < today() else "",
        states=STATES,
    )


@pages.post(f"{AT}/register")
async def take(visit: Visit) -> StreamResponse:
    found, on = await room(visit), _on(visit)
    entries = entries_of(visit, found)
    draft = {"entries": entries, "others": PRESENT, "edition": visit.form.whole("edition")}
    draft["reason"] = visit.form["reason"] or None
    lesson = visit.form["lesson"]
    if lesson:  # else the day's, which ends as school does
        draft["ends"] = next((each.ends for each in await lessons(visit, found, on) if each.name == lesson), "") or None
    try:
        await visit.api.put(found.path("registers", found.class_id, on), draft, key=visit.form.key, lesson=lesson)
    except Refused as refused:
        raise at_fields(
            refused, {f"entries.{at}": f"state-{each['student_id']}" for at, each in enumerate(entries)}
        ) from refused
    away = len(entries)
    said = visit.language.texts(
        "Sent. %(number)s is not there or not on time.", "Sent. %(number)s are not there or not on time.", away
    )
    return visit.go(
        found.at, said=said % {"number": visit.language.number(away)} if away else visit.text("Sent. All are there.")
    )


@pages.post(f"{AT}/absences/{{absence_id}}/acceptance", page=f"{AT}/register")
async def accept(visit: Visit) -> StreamResponse:
    """A reason from home is good, or is not: then the absence counts."""
    found = await room(visit)
    wanted = {"accepted": visit.form["accepted"] == "yes"}
    await visit.api.put(found.path("absences", visit.params["absence_id"], "acceptance"), wanted)
    where = urlencode({"on": _on(visit), "lesson": visit.form["lesson"]})
    return visit.go(f"{visit.at}?{where}", said=visit.text("Noted."))


def entries_of(visit: Visit, found: Room) -> list[dict[str, Any]]:
    """Who is not simply there: a tick is an absence, unless the choice beside it says otherwise."""
    ticked, entries = set(visit.form.all("away")), []
    for student_id in found.named:
        other = visit.form[f"state-{student_id}"]
        state = other if other in STATES else "absent" if student_id in ticked else PRESENT
        if state == PRESENT:
            continue
        minutes = visit.form.whole(f"minutes-{student_id}")
        late = state in ("late", "left_early") and minutes > 0
        entries.append({"student_id": student_id, "status": state, **({"minutes": min(minutes, 600)} if late else {})})
    return entries


def _on(visit: Visit) -> str:
    return day_of(visit.form["on"] or visit.query.get("on", ""))


def _lesson(visit: Visit, found: Room, of_day: list[Lesson]) -> str:
    """The one that was chosen; "" for the whole day. A class of a subject begins with the reader's own next one."""
    if "lesson" in visit.form or "lesson" in visit.query:
        return visit.form["lesson"] or visit.query.get("lesson", "")
    if found.data["homeroom"] or not of_day:
        return ""
    return min(of_day, key=lambda each: (not each.mine, each.taken)).name


async def _there(visit: Visit, found: Room, on: str, lesson: str) -> Any:
    """The register, taken or to begin with; None on a day of which none is taken."""
    try:
        return await visit.api.get(found.path("registers", found.class_id, on), lesson=lesson)
    except Refused as refused:
        if refused.status == 422:
            return None
        raise
