"""What a class's registers come to: by weekday, around holidays, child by child by name. Counts beside every share."""

from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal.api import Refused
from gateway.portal.pages import Pages, Visit
from gateway.portal.teacher.availability import WEEKDAYS
from gateway.portal.teacher.room import AT, room

pages = Pages()
_TEXTS = {"before_holidays": "the day before holidays", "after_holidays": "the day after holidays"}


@pages.get(f"{AT}/attendance")
async def attendance(visit: Visit) -> StreamResponse:
    """Of the term that goes on, or from `?since=` to `?until=`."""
    found = await room(visit)
    path = found.path("attendance", "classes", found.class_id)
    asked = {name: visit.query.get(name, "") for name in ("since", "until")}
    try:
        pattern = await visit.api.get(path, **asked)
    except Refused as refused:
        if refused.status != 422:
            raise
        visit.refused = refused  # days that are none: the term is shown
        pattern = await visit.api.get(path)
    around: list[dict[str, Any]] = [
        {"title": WEEKDAYS[each["weekday"]], **each} for each in pattern["weekdays"] if each["days"]
    ]
    for name in ("before_holidays", "after_holidays"):
        if pattern[name]["days"]:
            around.append({"title": _TEXTS[name], **pattern[name]})
    return await visit.show("teacher/attendance.html", room=found, pattern=pattern, around=around, asked=asked)
