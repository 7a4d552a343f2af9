"""The parents' association: its members and officers, meetings with their minutes, decisions, elections."""

import asyncio

from aiohttp.web import StreamResponse

from gateway.portal.office.branch import api, here, instant, items, marked, show, whole
from gateway.portal.pages import Pages, Visit

pages = Pages()
_AT = "/branches/{branch_id}/pta"
_MEMBER = _AT + "/members/{person_id}"
_MEETING = _AT + "/meetings/{pta_meeting_id}"
_FEW = 10  # of what has a page of its own
_MINUTES = {
    "publication": marked("Members are told that they can read them."),
    "adoption": marked("Adopted. Nobody changes them any more."),
}


@pages.get(_AT)
async def pta(visit: Visit) -> StreamResponse:
    of = api(visit, "pta")
    association, meetings, decisions, elections = await asyncio.gather(
        visit.api.get(of),
        visit.api.perhaps(f"{of}/meetings", limit=20, after=visit.query.get("after")),
        visit.api.perhaps(f"{of}/decisions", state="open", limit=_FEW),
        visit.api.perhaps(f"{of}/elections", limit=_FEW),
    )
    return await show(
        visit,
        "pta.html",
        association=association,
        meetings=meetings or {"items": [], "next": None},
        decisions=items(decisions),
        elections=items(elections),
    )


@pages.post(_AT + "/quorum")
async def set_quorum(visit: Visit) -> StreamResponse:
    await visit.api.put(api(visit, "pta", "quorum"), {"percent": whole(visit.form["percent"])})
    return visit.go(here(visit, "pta"), said=visit.text("Saved."))


# Members, and who acts for them


@pages.get(_AT + "/members")
async def members(visit: Visit) -> StreamResponse:
    found = await visit.api.get(api(visit, "pta", "members"), after=visit.query.get("after"))
    return await show(visit, "pta-members.html", found=found)


@pages.get(_MEMBER)
async def member(visit: Visit) -> StreamResponse:
    association, person = await asyncio.gather(
        visit.api.get(api(visit, "pta")), visit.api.get(api(visit, "people", visit.params["person_id"]))
    )
    return await show(visit, "pta-member.html", association=association, person=person)


@pages.post(_MEMBER)
async def appoint(visit: Visit) -> StreamResponse:
    wanted = {name: visit.form[name] for name in ("office_key", "starts_on", "ends_on")}
    wanted["person_id"] = visit.params["person_id"]
    await visit.api.post(api(visit, "pta", "officers"), wanted, key=visit.form.key)
    return visit.go(here(visit, "pta"), said=visit.text("Saved."))


@pages.get(_AT + "/decisions")
async def decisions(visit: Visit) -> StreamResponse:
    found = await visit.api.get(api(visit, "pta", "decisions"), after=visit.query.get("after"))
    return await show(visit, "pta-decisions.html", found=found)


# Meetings


@pages.post(_AT + "/meetings")
async def call_meeting(visit: Visit) -> StreamResponse:
    form = visit.form
    when = {name: instant(form[name]) for name in ("starts_at", "ends_at")}
    wanted = {"title": form["title"], "place": form["place"], **when}
    made = await visit.api.post(api(visit, "pta", "meetings"), wanted, key=form.key)
    return visit.go(here(visit, "pta", "meetings", made["pta_meeting_id"]), said=visit.text("Called. Members are told."))


@pages.get(_MEETING)
async def meeting(visit: Visit) -> StreamResponse:
    found, minutes = await asyncio.gather(visit.api.get(_of(visit)), visit.api.perhaps(_of(visit, "minutes")))
    return await show(visit, "pta-meeting.html", found=found, minutes=minutes, here=_page(visit))


@pages.post(_MEETING + "/cancellation")
async def cancel(visit: Visit) -> StreamResponse:
    await visit.api.post(_of(visit, "cancellation"), key=visit.form.key)
    return visit.go(_page(visit), said=visit.text("It is called off, and members are told."))


# Minutes


@pages.post(_MEETING + "/minutes")
async def write_minutes(visit: Visit) -> StreamResponse:
    """A new version, a draft until it is published."""
    text = visit.form["text"].replace("\r\n", "\n")
    await visit.api.put(_of(visit, "minutes"), {"text": text, "version": visit.form.whole("version")})
    return visit.go(_page(visit), said=visit.text("Kept as a draft. Members see it when you publish it."))


@pages.post(_MEETING + "/minutes/{step}")
async def minutes_step(visit: Visit) -> StreamResponse:
    step = visit.step(*_MINUTES)
    await visit.api.post(_of(visit, "minutes", step), {"version": visit.form.whole("version")})
    return visit.go(_page(visit), said=visit.text(_MINUTES[step]))


@pages.get(_MEETING + "/versions")
async def versions(visit: Visit) -> StreamResponse:
    found, kept = await asyncio.gather(visit.api.get(_of(visit)), visit.api.get(_of(visit, "minutes", "versions")))
    return await show(visit, "pta-versions.html", found=found, versions=kept["items"], here=_page(visit))


def _of(visit: Visit, *parts: str) -> str:
    return api(visit, "pta", "meetings", visit.params["pta_meeting_id"], *parts)


def _page(visit: Visit) -> str:
    return here(visit, "pta", "meetings", visit.params["pta_meeting_id"])
