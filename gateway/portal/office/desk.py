"""What waits for a branch's office, the numbers of today, and the ways to everything."""

import asyncio
from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal.office.branch import api, items, show
from gateway.portal.pages import Pages, Visit
from schoolbus.clock import today

pages = Pages()
DAYS = 20  # the latest: those that are ahead are among them


@pages.get("/branches/{branch_id}")
async def desk(visit: Visit) -> StreamResponse:
    """A service that the branch does not subscribe to, or that is not the reader's, has nothing to say here."""
    counted = ("people-waiting", "reports-waiting", "messages-waiting")
    *numbers, registers, days = await asyncio.gather(
        *(visit.api.perhaps(api(visit, each)) for each in counted),
        visit.api.perhaps(api(visit, "attendance", "missing-registers")),
        visit.api.perhaps(api(visit, "meeting-days"), limit=DAYS),
    )
    waits = {name: number for found in numbers if found for name, number in found.items()}
    ahead = [day for day in items(days) if day["until"] >= today().isoformat() and day["state"] == "open"]
    ahead.sort(key=lambda day: str(day["held_on"]))
    return await show(visit, "desk.html", waits=waits, registers=registers, days=ahead[:3], branch=await _branch(visit))


@pages.get("/branches/{branch_id}/more")
async def more(visit: Visit) -> StreamResponse:
    """The ways to all that is done less often."""
    return await show(visit, "more.html")


async def _branch(visit: Visit) -> dict[str, Any]:
    me = await visit.me()
    own = [branch for branch in me["branches"] if branch["branch_id"] == visit.params["branch_id"]]
    return own[0] if own else {"name": visit.text("Branch")}
