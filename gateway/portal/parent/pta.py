"""The parents' association: who acts for it, its meetings and minutes, what was decided."""

import asyncio

from aiohttp.web import StreamResponse

from gateway.portal.addresses import address
from gateway.portal.api import below
from gateway.portal.pages import Pages, Visit
from gateway.portal.parent import children
from schoolbus.clock import now

pages = Pages()
_AT = "/events/{branch_id}/pta"
_MEETING = _AT + "/meetings/{pta_meeting_id}"


@pages.get(_AT)
async def association(visit: Visit) -> StreamResponse:
    own = await children.in_branch(visit, visit.params["branch_id"])
    path = own[0].api("pta")
    found, meetings, elections, decisions = await asyncio.gather(
        visit.api.get(path),
        visit.api.get(f"{path}/meetings", limit=20, after=visit.query.get("after")),
        visit.api.all(f"{path}/elections"),
        visit.api.all(f"{path}/decisions", state="open"),
    )
    return await visit.show(
        "parent/pta.html",
        branch=own[0].branch,
        pta=found,
        meetings=meetings["items"],
        next=meetings["next"],
        elections=elections,
        decisions=decisions,
        at=address("events", own[0].branch_id, "pta"),
    )


@pages.post(_AT + "/membership")
async def join(visit: Visit) -> StreamResponse:
    """`member`: yes or no."""
    path, joins = below("branches", visit.params["branch_id"], "pta", "membership"), visit.form["member"] == "yes"
    await (visit.api.put(path) if joins else visit.api.delete(path))
    here = address("events", visit.params["branch_id"], "pta")
    return visit.go(
        here, said=visit.text("Welcome to the association.") if joins else visit.text("You have left the association.")
    )


@pages.get(_MEETING)
async def meeting(visit: Visit) -> StreamResponse:
    found, minutes, standing = await asyncio.gather(
        visit.api.get(_path(visit)),
        visit.api.perhaps(f"{_path(visit)}/minutes"),
        visit.api.get(below("branches", visit.params["branch_id"], "pta")),
    )
    return await visit.show(
        "parent/pta-meeting.html",
        meeting=found,
        minutes=minutes,
        is_member=standing["member"],
        to_come=found["state"] != "cancelled" and found["starts_at"] > now().isoformat(),
        at=address("events", visit.params["branch_id"], "pta", "meetings", found["pta_meeting_id"]),
        back=address("events", visit.params["branch_id"], "pta"),
    )


@pages.post(_MEETING)
async def come(visit: Visit) -> StreamResponse:
    await visit.api.put(f"{_path(visit)}/answer", {"coming": visit.form["coming"] == "yes"})
    here = address("events", visit.params["branch_id"], "pta", "meetings", visit.params["pta_meeting_id"])
    return visit.go(visit.back(here), said=visit.text("Thank you for your answer."))


@pages.get(_MEETING + "/calendar")
async def meeting_calendar(visit: Visit) -> StreamResponse:
    return await visit.file(f"{_path(visit)}/calendar", "pta-meeting.ics")


def _path(visit: Visit) -> str:
    return below("branches", visit.params["branch_id"], "pta", "meetings", visit.params["pta_meeting_id"])
