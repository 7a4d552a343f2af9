"""Families of my class that nothing reaches: why, what to try next, and what came of it."""

import asyncio
from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal.pages import Pages, Visit
from gateway.portal.teacher.room import AT, room

pages = Pages()
OUTCOMES = ("reached", "not_reached", "no_answer")


@pages.get(f"{AT}/unreached")
async def unreached(visit: Visit) -> StreamResponse:
    found = await room(visit)
    listed, steps = await asyncio.gather(
        visit.api.get(
            found.path("engagement", "unreached"), class_id=found.class_id, limit=20, after=visit.query.get("after", "")
        ),
        visit.api.get(found.path("engagement", "steps"), open=True, limit=100),
    )
    waiting: list[dict[str, Any]] = [each for each in steps["items"] if any(id in found.named for id in each["student_ids"])]
    texts = {each["strategy"]: each for family in listed["items"] for each in family["next"]}
    values = {"families": listed, "waiting": waiting, "strategies": texts, "outcomes": OUTCOMES}
    return await visit.show("teacher/unreached.html", room=found, **values)


@pages.post(f"{AT}/unreached")
async def step(visit: Visit) -> StreamResponse:
    """A step that was taken with a family."""
    found, form = await room(visit), visit.form
    draft: dict[str, str | None] = {"step_id": form.key, "family_id": form["family_id"], "strategy": form["strategy"]}
    draft["note"] = form[f"note-{form['family_id']}"] or None
    await visit.api.post(found.path("engagement", "steps"), draft, key=form.key)
    return visit.go(visit.at, said=visit.text("Noted. Say here what came of it."))


@pages.post(f"{AT}/unreached/steps/{{step_id}}")
async def outcome(visit: Visit) -> StreamResponse:
    found, form = await room(visit), visit.form
    said = {"outcome": form["outcome"], "note": form[f"note-{visit.params['step_id']}"] or None}
    await visit.api.put(found.path("engagement", "steps", visit.params["step_id"], "outcome"), said)
    return visit.go(visit.at, said=visit.text("Noted."))
