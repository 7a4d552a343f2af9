"""All children of a guardian on one page, each with today."""

import asyncio
from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal.api import below
from gateway.portal.pages import Pages, Visit

pages = Pages()


@pages.get("/family")
async def family(visit: Visit) -> StreamResponse:
    me = await visit.me()
    days = await asyncio.gather(*(_today(visit, child) for child in me["children"]))
    return await visit.show("parent/family.html", children=list(zip(me["children"], days, strict=True)))


async def _today(visit: Visit, child: dict[str, Any]) -> Any:
    """None where the branch does not subscribe to reports."""
    branch = child["branch"]
    return branch and await visit.api.perhaps(below("branches", branch["branch_id"], "today", child["person_id"]))
