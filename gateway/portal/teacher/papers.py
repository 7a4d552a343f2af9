"""A class's month of registers and week of the diary as PDF, to be printed or kept."""

from aiohttp.web import StreamResponse

from gateway.portal.pages import Pages, Visit
from gateway.portal.teacher.room import AT, day_of, room

pages = Pages()


@pages.get(f"{AT}/register/paper")
async def month_of_registers(visit: Visit) -> StreamResponse:
    """That in which the day `?on=` is."""
    found, month = await room(visit), day_of(visit.query.get("on", ""))[:7]
    return await visit.file(found.path("registers", found.class_id, "months", month, "pdf"), f"class-register-{month}.pdf")


@pages.get(f"{AT}/diary/paper")
async def week_of_the_diary(visit: Visit) -> StreamResponse:
    found, on = await room(visit), day_of(visit.query.get("on", ""))
    return await visit.file(found.path("diary", found.class_id, "weeks", on, "pdf"), f"diary-week-{on}.pdf")
