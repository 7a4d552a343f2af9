"""What involves families: guides and packs, activities, the parents' association, as far as the office runs them."""

import asyncio

from aiohttp.web import StreamResponse

from gateway.portal.office.branch import api, given, grades, here, homerooms, instant, items, marked, show, whole
from gateway.portal.pages import Pages, Visit

pages = Pages()
_AT = "/branches/{branch_id}"
_GUIDE = _AT + "/guides/{guide_id}"
_ACTIVITY = _AT + "/activities/{activity_id}"
_LANGUAGES = ("ur", "en")
_GUIDE_STEPS = {"publication": marked("Families see it now."), "retirement": marked("Families see it no more.")}
_PACK_STEPS = ("start", "pause", "end")
_ACTIVITY_STEPS = ("publication", "reminder", "cancellation", "removal")


# Guides and packs


@pages.get(_AT + "/guides")
async def guides(visit: Visit) -> StreamResponse:
    found, packs, rooms = await asyncio.gather(
        visit.api.get(api(visit, "guides")), visit.api.get(api(visit, "packs")), homerooms(visit)
    )
    return await show(visit, "guides.html", found=found["items"], packs=packs["items"], grades=grades(rooms))


@pages.post(_AT + "/guides")
async def write_guide(visit: Visit) -> StreamResponse:
    form = visit.form
    texts = {
        each: {"title": form[f"title_{each}"], "body": form[f"body_{each}"]}
        for each in _LANGUAGES
        if form[f"title_{each}"] or form[f"body_{each}"]
    }
    wanted = {"client_id": form.key, "kind": form["kind"] or "guide", "grades": form.all("grades"), "texts": texts}
    made = await visit.api.post(api(visit, "guides"), wanted, key=form.key)
    return visit.go(
        here(visit, "guides", made["guide_id"]), said=visit.text("Written. Families don't see it before you publish it.")
    )


@pages.get(_GUIDE)
async def guide(visit: Visit) -> StreamResponse:
    of = api(visit, "guides", visit.params["guide_id"])
    found, opened = await asyncio.gather(visit.api.get(of), visit.api.perhaps(f"{of}/opened"))
    return await show(visit, "guide.html", found=found, opened=opened, here=here(visit, "guides", found["guide_id"]))


@pages.get(_GUIDE + "/pdf")
async def guide_pdf(visit: Visit) -> StreamResponse:
    return await visit.file(api(visit, "guides", visit.params["guide_id"], "pdf"), "guide.pdf", language=visit.language.name)


@pages.post(_GUIDE + "/{step}")
async def guide_step(visit: Visit) -> StreamResponse:
    of, step = api(visit, "guides", visit.params["guide_id"]), visit.step("removal", *_GUIDE_STEPS)
    if step == "removal":
        await visit.api.delete(of)
        return visit.go(here(visit, "guides"), said=visit.text("The draft is removed."))
    await visit.api.post(f"{of}/{step}")
    return visit.go(here(visit, "guides", visit.params["guide_id"]), said=visit.text(_GUIDE_STEPS[step]))


@pages.post(_AT + "/packs", page=_AT + "/guides")
async def write_pack(visit: Visit) -> StreamResponse:
    """Guides by the days after enrolment that stand beside them."""
    form = visit.form
    parts = [
        {"guide_id": name.removeprefix("after_"), "after_days": whole(value)}
        for name, value in form.fields.items()
        if name.startswith("after_") and value.strip()
    ]
    await visit.api.post(
        api(visit, "packs"),
        {"client_id": form.key, "name": form["name"], "grades": form.all("grades"), "items": parts},
        key=form.key,
    )
    return visit.go(here(visit, "guides"), said=visit.text("Written. Start it, and families of new children get it."))


@pages.post(_AT + "/packs/{pack_id}/{step}", page=_AT + "/guides")
async def pack_step(visit: Visit) -> StreamResponse:
    of, step = api(visit, "packs", visit.params["pack_id"]), visit.step("removal", *_PACK_STEPS)
    if step == "removal":
        await visit.api.delete(of)
    else:
        await visit.api.post(f"{of}/{step}")
    return visit.go(here(visit, "guides"), said=visit.text("Saved."))


# Activities


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
    of, step, key = api(visit, "activities", visit.params["activity_id"]), visit.step(*_ACTIVITY_STEPS), visit.form.key
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


# The parents' association


@pages.get(_AT + "/pta")
async def pta(visit: Visit) -> StreamResponse:
    parts = ("meetings", "members", "decisions", "elections")
    association, *lists = await asyncio.gather(
        visit.api.get(api(visit, "pta")), *(visit.api.perhaps(api(visit, "pta", part), limit=30) for part in parts)
    )
    found = {part: items(answer) for part, answer in zip(parts, lists, strict=True)}
    return await show(visit, "pta.html", association=association, found=found)


@pages.post(_AT + "/pta/meetings")
async def call_meeting(visit: Visit) -> StreamResponse:
    form = visit.form
    when = {name: instant(form[name]) for name in ("starts_at", "ends_at")}
    wanted = {"title": form["title"], "place": form["place"], **when}
    await visit.api.post(api(visit, "pta", "meetings"), wanted, key=form.key)
    return visit.go(here(visit, "pta"), said=visit.text("Saved."))


@pages.post(_AT + "/pta/officers")
async def appoint(visit: Visit) -> StreamResponse:
    wanted = {name: visit.form[name] for name in ("office_key", "person_id", "starts_on", "ends_on")}
    await visit.api.post(api(visit, "pta", "officers"), wanted, key=visit.form.key)
    return visit.go(here(visit, "pta"), said=visit.text("Saved."))


@pages.post(_AT + "/pta/quorum")
async def set_quorum(visit: Visit) -> StreamResponse:
    await visit.api.put(api(visit, "pta", "quorum"), {"percent": whole(visit.form["percent"])})
    return visit.go(here(visit, "pta"), said=visit.text("Saved."))
