"""How a child listens, takes part and finishes tasks, over the weeks. Nothing here compares children."""

import asyncio

from aiohttp.web import StreamResponse

from gateway.portal.pages import Pages, Visit
from gateway.portal.parent import children

pages = Pages()
_WEEKS = 8


@pages.get("/children/{branch_id}/{student_id}/behaviour")
async def behaviour(visit: Visit) -> StreamResponse:
    child = await children.of_path(visit)
    course, notes = await asyncio.gather(
        visit.api.get(child.api("behaviour", "course"), student_id=child.id, weeks=_WEEKS),
        visit.api.get(child.api("behaviour", "notes"), student_id=child.id, limit=20, after=visit.query.get("after")),
    )
    return await visit.show(
        "parent/behaviour.html",
        child=child,
        weeks=course["weeks"],
        aspects=[each for each in course["aspects"] if each["praise"] or each["concern"]],
        notes=[each for each in notes["items"] if not each["withdrawn_at"]],
        next=notes["next"],
        most=max([1, *(max(week["praise"], week["concern"]) for week in course["weeks"])]),
    )
