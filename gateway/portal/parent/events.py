"""Events of the branches: what there is, who helps, what is to be allowed, the parents' association."""

import asyncio
from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal.api import below
from gateway.portal.pages import Pages, Visit
from gateway.portal.parent import children
from gateway.portal.parent.lists import whole

pages = Pages()


@pages.get("/events")
async def events(visit: Visit) -> StreamResponse:
    branches = await children.branches(visit)
    found = await asyncio.gather(*(_of_branch(visit, branch) for branch in branches))
    return await visit.show("parent/events.html", branches=[each for each in found if each])


async def _of_branch(visit: Visit, branch: Any) -> dict[str, Any] | None:
    """None where it does not subscribe to meetings."""
    at = below("branches", branch["branch_id"])
    activities, slips, tasks, pta = await asyncio.gather(
        whole(visit, f"{at}/activities"),
        whole(visit, f"{at}/permission-slips", open=True),
        whole(visit, f"{at}/volunteering"),
        visit.api.perhaps(f"{at}/pta"),
    )
    if activities is None:
        return None
    return {
        "branch": branch,
        "activities": [each for each in activities if each["state"] in ("published", "cancelled")],
        "slips": slips or [],
        "tasks": [each for each in tasks or () if each["state"] != "cancelled"],
        "pta": pta,
    }
