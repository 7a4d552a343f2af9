"""The class diary: what was done today, and what to talk about at home tonight."""

from datetime import date, timedelta
from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal.api import Refused
from gateway.portal.pages import Pages, Visit
from gateway.portal.teacher.forms import at_fields, edition
from gateway.portal.teacher.room import AT, day_of, room
from schoolbus.clock import today

pages = Pages()
_TEXTS = ("text", "text_ur", "talking_point", "talking_point_ur")


@pages.get(f"{AT}/diary")
async def diary(visit: Visit) -> StreamResponse:
    """`subject` of the address: the entry that is changed, else that of the class's own subject, or a new one."""
    found, form = await room(visit), visit.form
    day = day_of(form["on"] or visit.query.get("on", ""))
    week = await visit.api.get(found.path("diary", found.class_id), on=day)
    subject = form["subject"] if "subject" in form else visit.query.get("subject", found.data["subject"] or "")
    entries: list[dict[str, Any]] = next((each["entries"] for each in week["days"] if each["held_on"] == day), [])
    begun = next((each for each in entries if (each["subject"] or "").casefold() == subject.casefold()), None)
    values: dict[str, Any] = {"week": week["days"], "on": day, "subject": subject, "begun": begun, "today": today().isoformat()}
    values["edition"] = edition(visit, begun["edition"] if begun else 0)
    values["before"] = (date.fromisoformat(day) - timedelta(days=7)).isoformat()
    return await visit.show("teacher/diary.html", room=found, **values)


@pages.post(f"{AT}/diary")
async def write(visit: Visit) -> StreamResponse:
    found, form = await room(visit), visit.form
    draft: dict[str, Any] = {name: form[name] or None for name in _TEXTS}
    draft |= {"text": form["text"], "subject": form["subject"] or None, "edition": form.whole("edition")}
    on = day_of(form["on"])
    try:
        await visit.api.put(found.path("diary", found.class_id, on), draft, key=form.key)
    except Refused as refused:
        raise at_fields(refused, {"held_on": "on"}) from refused
    return visit.go(f"{visit.at}?on={on}", said=visit.text("It is in the diary."))


@pages.post(f"{AT}/diary/removal")
async def remove(visit: Visit) -> StreamResponse:
    found, on = await room(visit), day_of(visit.form["on"])
    await visit.api.delete(found.path("diary", found.class_id, on), subject=visit.form["subject"] or None)
    return visit.go(f"{visit.at}?on={on}", said=visit.text("Removed."))
