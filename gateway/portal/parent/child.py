"""A child's page: today, and the ways to all else about it."""

import asyncio

from aiohttp.web import StreamResponse

from gateway.portal.pages import Pages, Visit
from gateway.portal.parent import children, family, spoken
from gateway.portal.parent.children import REASONS

pages = Pages()


@pages.get("/children/{branch_id}/{student_id}")
async def child_page(visit: Visit) -> StreamResponse:
    child = await children.of_path(visit)
    today, talks = await asyncio.gather(
        family.today(visit, child), visit.api.perhaps(child.api("conversations"), student_id=child.id, limit=1)
    )
    return await visit.show(
        "parent/child.html",
        child=child,
        today=today,
        has_messages=talks is not None,
        aloud=spoken.day(visit, child, today) if today else "",
        reasons=REASONS,
    )
