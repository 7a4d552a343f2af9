"""What waits for a branch's office, the numbers of today, and the ways to everything."""

import asyncio
from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal.office.branch import SHOWN, api, show
from gateway.portal.pages import Pages, Visit
from schoolbus.clock import today

pages = Pages()


@pages.get("/branches/{branch_id}")
async def desk(visit: Visit) -> StreamResponse:
    waiting = {
        "repair": _list(visit, "contacts-to-repair"),
        "matches": _list(visit, "guardian-matches"),
        "answers": _list(visit, "unclear-answers"),
        "drafts": _list(visit, "announcements", state="draft"),
        "sending": _list(visit, "announcements", state="sending"),
        "review": _list(visit, "report-card-runs", state="drafted"),
        "approve": _list(visit, "report-card-runs", state="reviewed"),
        "reasons": _list(visit, "absences", reason="wanted"),
        "absent": _list(visit, "absences", since=today().isoformat()),
        "transfers": _list(visit, "transfers", state="asked"),
        "letters": _whole(visit, "letters"),
        "registers": _whole(visit, "attendance", "missing-registers"),
        "days": _list(visit, "meeting-days"),
    }
    found = dict(zip(waiting, await asyncio.gather(*waiting.values()), strict=True))
    days = [day for day in (found["days"] or ([], False))[0] if day["until"] >= today().isoformat() and day["state"] == "open"]
    return await show(
        visit, "desk.html", found=found, days=sorted(days, key=lambda day: day["held_on"]), branch=await _branch(visit)
    )


@pages.get("/branches/{branch_id}/more")
async def more(visit: Visit) -> StreamResponse:
    """The ways to all that is done less often."""
    return await show(visit, "more.html")


async def _list(visit: Visit, *path: str, **query: Any) -> tuple[list[Any], bool] | None:
    """The first hundred, and whether there are more. None: not subscribed to, or not the reader's."""
    found = await visit.api.perhaps(api(visit, *path), limit=SHOWN, **query)
    return found and (found["items"], bool(found["next"]))


async def _whole(visit: Visit, *path: str) -> Any:
    return await visit.api.perhaps(api(visit, *path))


async def _branch(visit: Visit) -> dict[str, Any]:
    me = await visit.me()
    own = [branch for branch in me["branches"] if branch["branch_id"] == visit.params["branch_id"]]
    return own[0] if own else {"name": visit.text("Branch")}
