"""How far families are reached and take part: a month in numbers and charts, families not reached, what was tried."""

import asyncio
from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal.api import Refused
from gateway.portal.office.branch import api, given, here, homerooms, show
from gateway.portal.pages import Pages, Visit
from schoolbus.clock import today

pages = Pages()
_AT = "/branches/{branch_id}/engagement"
STRATEGIES = (
    "ask_for_contact",
    "own_language",
    "other_channel",
    "other_guardian",
    "call",
    "evening_slot",
    "letter",
    "home_visit",
)
REASONS = ("no_contact", "only_paper", "unread", "other_language")
_CHART = ("chart", "measure", "since", "until", "on", "months")


@pages.get(_AT)
async def engagement(visit: Visit) -> StreamResponse:
    month = _month(visit)
    asked = (
        visit.api.get(_of(visit, "chart"), chart="measures", since=month, until=month),
        visit.api.get(_of(visit, "unreached"), limit=1),
        visit.api.get(_of(visit), since=month, until=month),
        visit.api.get(_of(visit, "chart"), chart="months", measure=visit.query.get("measure") or "delivered"),
    )
    chart, unreached, months, course = await asyncio.gather(*asked)
    return await show(
        visit,
        "engagement.html",
        chart=chart,
        course=course,
        unreached=bool(unreached["items"]),
        month=month,
        months=months["months"],
        measure=visit.query.get("measure") or "delivered",
    )


@pages.get(_AT + "/chart.svg")
async def chart(visit: Visit) -> StreamResponse:
    """The API's own drawing, in the page's language."""
    wanted = {name: visit.query[name] for name in _CHART if visit.query.get(name)}
    return await visit.file(_of(visit, "chart.svg"), "", "GET", language=visit.language.name, **wanted)


@pages.get(_AT + "/report.csv")
async def as_csv(visit: Visit) -> StreamResponse:
    return await visit.file(_of(visit, "report.csv"), "engagement.csv", since=_month(visit), until=_month(visit))


@pages.get(_AT + "/report.pdf")
async def as_pdf(visit: Visit) -> StreamResponse:
    return await visit.file(_of(visit, "report.pdf"), "engagement.pdf", language=visit.language.name, month=_month(visit))


@pages.get(_AT + "/classes")
async def classes(visit: Visit) -> StreamResponse:
    measure = visit.query.get("measure") or "delivered"
    month = _month(visit)
    table = await visit.api.get(_of(visit, "chart"), chart="classes", measure=measure, since=month, until=month)
    return await show(visit, "engagement-classes.html", chart=table, measure=measure, month=month)


@pages.get(_AT + "/unreached")
async def unreached(visit: Visit) -> StreamResponse:
    query = visit.query
    asked = (
        visit.api.get(
            _of(visit, "unreached"),
            reason=query.get("reason"),
            class_id=query.get("class_id"),
            after=query.get("after"),
            limit=20,
        ),
        homerooms(visit),
    )
    found, rooms = await asyncio.gather(*asked)
    return await show(
        visit,
        "unreached.html",
        found=found,
        classes=rooms,
        reason=query.get("reason", ""),
        class_id=query.get("class_id", ""),
        reasons=REASONS,
    )


@pages.get(_AT + "/steps")
async def steps(visit: Visit) -> StreamResponse:
    found = await visit.api.get(_of(visit, "steps"), after=visit.query.get("after"), limit=20)
    return await show(visit, "engagement-steps.html", found=found)


@pages.post(_AT + "/steps")
async def note(visit: Visit) -> StreamResponse:
    form = visit.form
    wanted = given(
        step_id=form.key, family_id=form["family_id"], strategy=form["strategy"], note=form["note"], taken_on=form["taken_on"]
    )
    await visit.api.post(_of(visit, "steps"), wanted, key=form.key)
    return visit.go(here(visit, "engagement", "steps"), said=visit.text("Noted. Say later what came of it."))


@pages.post(_AT + "/steps/{step_id}/outcome")
async def outcome(visit: Visit) -> StreamResponse:
    form = visit.form
    wanted = given(outcome=form["outcome"], note=form["note"])
    await visit.api.put(_of(visit, "steps", visit.params["step_id"], "outcome"), wanted)
    return visit.go(here(visit, "engagement", "steps"), said=visit.text("Noted."))


@pages.get(_AT + "/compare")
async def compare(visit: Visit) -> StreamResponse:
    """The same families before and after a day; and strategies beside each other. Never as a cause."""
    on = visit.query.get("on", "")
    before_after: Any = None
    if on:
        try:
            before_after = await visit.api.get(_of(visit, "before-and-after"), on=on)
        except Refused as why:
            if why.status != 422:
                raise
            visit.refused = why
    strategies, beside = await asyncio.gather(visit.api.get(_of(visit, "strategies")), visit.api.get(_of(visit, "beside")))
    return await show(visit, "engagement-compare.html", on=on, found=before_after, strategies=strategies, beside=beside)


def _month(visit: Visit) -> str:
    return visit.query.get("month") or today().strftime("%Y-%m")


def _of(visit: Visit, *parts: str) -> str:
    return api(visit, "engagement", *parts)
