"""Activities for families: drafted, made public, called off; who comes, and who was there."""

import asyncio
from typing import Any

from aiohttp.web import StreamResponse

from gateway import refusals
from gateway.portal.office.branch import api, given, grades, here, homerooms, instant, show, whole
from gateway.portal.pages import Pages, Visit

pages = Pages()
_AT = "/branches/{branch_id}"
_ACTIVITY = _AT + "/activities/{activity_id}"
_SESSION = _ACTIVITY + "/sessions/{session_id}"
_STEPS = ("publication", "reminder", "cancellation", "removal")


@pages.get(_AT + "/activities")
async def activities(visit: Visit) -> StreamResponse:
    found, rooms = await asyncio.gather(
        visit.api.get(api(visit, "activities"), after=visit.query.get("after")), homerooms(visit)
    )
    return await show(visit, "activities.html", found=found, grades=grades(rooms))


@pages.post(_AT + "/activities")
async def draft_activity(visit: Visit) -> StreamResponse:
    form = visit.form
    session = {"held_on": form["held_on"], "starts": form["starts"], "ends": form["ends"], "place": form["place"]}
    wanted = given(
        kind=form["kind"],
        title=form["title"],
        title_ur=form["title_ur"],
        description=form["description"],
        description_ur=form["description_ur"],
        who=form["who"],
        places=whole(form["places"]),
        sign_up_closes_at=instant(form["sign_up_closes_at"]),
    )
    audience = given(grades=form.all("grades"))
    made = await visit.api.post(api(visit, "activities"), {**wanted, "sessions": [session], "audience": audience}, key=form.key)
    return visit.go(
        here(visit, "activities", made["activity_id"]), said=visit.text("Drafted. Families are invited when you say so.")
    )


@pages.get(_ACTIVITY)
async def activity(visit: Visit) -> StreamResponse:
    of = api(visit, "activities", visit.params["activity_id"])
    found, sign_ups = await asyncio.gather(
        visit.api.get(of), visit.api.perhaps(f"{of}/sign-ups", after=visit.query.get("after"))
    )
    return await show(
        visit, "activity.html", found=found, sign_ups=sign_ups, here=here(visit, "activities", found["activity_id"])
    )


@pages.get(_ACTIVITY + "/participants.csv")
async def participants(visit: Visit) -> StreamResponse:
    return await visit.file(api(visit, "activities", visit.params["activity_id"], "participants.csv"), "participants.csv")


@pages.post(_ACTIVITY + "/{step}")
async def activity_step(visit: Visit) -> StreamResponse:
    of, step, key = api(visit, "activities", visit.params["activity_id"]), visit.step(*_STEPS), visit.form.key
    if step == "publication":
        await visit.api.post(f"{of}/publication", key=key)
    elif step == "reminder":
        await visit.api.post(f"{of}/unanswered/reminder", key=key)
    elif step == "cancellation":
        await visit.api.post(f"{of}/cancellation", {"because": visit.form["because"]}, key=key)
    else:
        await visit.api.delete(of)
        return visit.go(here(visit, "activities"), said=visit.text("The draft is removed."))
    return visit.go(here(visit, "activities", visit.params["activity_id"]), said=visit.text("Done. Families are told."))


# Who was there


@pages.get(_SESSION)
async def session(visit: Visit) -> StreamResponse:
    """The families that said that they come, some at a time; how many of each were there, where it is noted."""
    return await _session(visit)


@pages.post(_SESSION)
async def note(visit: Visit) -> StreamResponse:
    """Of the families that were shown. What is left empty is not noted, or came as it said, if that is ticked."""
    families = []
    for name in visit.form.fields:
        sign_up_id = name.removeprefix("heads_")
        announced = visit.form[f"announced_{sign_up_id}"] if "rest" in visit.form else ""
        heads = whole(visit.form[name] or announced)
        if name.startswith("heads_") and heads is not None:
            families.append({"sign_up_id": sign_up_id, "heads": heads})
    if not families:
        return visit.go(_page(visit), said=visit.text("Nothing was filled in."))
    await visit.api.put(_of_session(visit, "attendance"), {"families": families})
    after = f"?{visit.further(visit.query['after'])}" if visit.query.get("after") else ""
    return visit.go(_page(visit) + after, said=visit.text("Noted."))


@pages.post(_SESSION + "/search", page=_SESSION)
async def search(visit: Visit) -> StreamResponse:
    """A child whose family just came. A name is sent, and does not stand in an address."""
    name, after = visit.form["name"], visit.form["after"]
    people = await visit.api.get(api(visit, "people"), role="student", name=name, after=after) if name else None
    return await _session(visit, people)


@pages.post(_SESSION + "/walk-in", page=_SESSION)
async def walk_in(visit: Visit) -> StreamResponse:
    family = {"student_id": visit.form["student_id"], "heads": whole(visit.form["heads"])}
    await visit.api.put(_of_session(visit, "attendance"), {"families": [family]})
    return visit.go(_page(visit), said=visit.text("Noted."))


@pages.get(_SESSION + "/here")
async def were_here(visit: Visit) -> StreamResponse:
    """All that were noted, those among them that had not signed up."""
    activity, found = await asyncio.gather(
        visit.api.get(api(visit, "activities", visit.params["activity_id"])),
        visit.api.get(_of_session(visit, "attendance"), after=visit.query.get("after")),
    )
    return await show(visit, "activity-here.html", activity=activity, found=found, here=_page(visit))


async def _session(visit: Visit, people: Any = None) -> StreamResponse:
    activity, sign_ups = await asyncio.gather(
        visit.api.get(api(visit, "activities", visit.params["activity_id"])),
        visit.api.get(
            api(visit, "activities", visit.params["activity_id"], "sign-ups"),
            state="coming",
            session_id=visit.params["session_id"],
            after=visit.query.get("after"),
        ),
    )
    of_it = [each for each in activity["sessions"] if each["session_id"] == visit.params["session_id"]]
    if not of_it:
        raise refusals.unknown_path()
    return await show(
        visit,
        "activity-session.html",
        activity=activity,
        session=of_it[0],
        sign_ups=sign_ups,
        people=people,
        name=visit.form["name"],
        here=_page(visit),
    )


def _of_session(visit: Visit, *parts: str) -> str:
    return api(visit, "activities", visit.params["activity_id"], "sessions", visit.params["session_id"], *parts)


def _page(visit: Visit) -> str:
    return here(visit, "activities", visit.params["activity_id"], "sessions", visit.params["session_id"])
