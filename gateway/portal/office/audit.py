"""Who saw or changed what of a child; the export of a person's data; erasing who has left. The head's."""

import asyncio
import csv
import io
from datetime import date, timedelta

from aiohttp.web import Response, StreamResponse

from gateway.portal.api import below
from gateway.portal.office.branch import api, here, show
from gateway.portal.pages import Pages, Visit

pages = Pages()
_AT = "/branches/{branch_id}"
_MOST = 5000  # rows of a file
_HEADS = ("at", "who", "role", "what", "right", "outcome", "children")


@pages.get(_AT + "/audit")
async def trail(visit: Visit) -> StreamResponse:
    found = await visit.api.get(api(visit, "audit"), after=visit.query.get("after"), **_asked(visit))
    chosen = {name: visit.query.get(name, "") for name in ("student_id", "person_id", "since", "until")}
    about = chosen["student_id"] or chosen["person_id"]
    person = await visit.api.perhaps(api(visit, "people", about)) if about else None
    return await show(
        visit, "audit.html", found=found, chosen=chosen, person=person, query=visit.request.raw_path.partition("?")[2]
    )


@pages.get(_AT + "/audit.csv")
async def trail_file(visit: Visit) -> StreamResponse:
    """The newest five thousand of what was asked for. No cell is taken for a formula."""
    entries = await visit.api.all(api(visit, "audit"), most=_MOST, **_asked(visit))
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(_HEADS)
    for each in entries:
        children = "; ".join(child["name"] for child in each["children"])
        cells = (
            each["at"],
            each["who"]["name"] if each["who"] else "",
            each["role"],
            each["action"],
            each["right"],
            each["outcome"],
            children,
        )
        rows.writerow(f"'{cell}" if str(cell).startswith(("=", "+", "-", "@", "\t", "\r")) else cell for cell in cells)
    headers = {"Content-Type": "text/csv; charset=utf-8", "Content-Disposition": 'attachment; filename="audit.csv"'}
    return Response(body=text.getvalue().encode("utf-8-sig"), headers=headers)


@pages.post(_AT + "/people/{person_id}/export")
async def export(visit: Visit) -> StreamResponse:
    await visit.api.post(api(visit, "people", visit.params["person_id"], "exports"), key=visit.form.key)
    return visit.go(here(visit, "people", visit.params["person_id"], "export"))


@pages.get(_AT + "/people/{person_id}/export")
async def exported(visit: Visit) -> StreamResponse:
    """Those that the reader asked for; they alone may fetch them."""
    whose = {"person_id": visit.params["person_id"]}
    person, found = await asyncio.gather(
        visit.api.get(api(visit, "people", visit.params["person_id"])),
        visit.api.get("/v1/me/exports", after=visit.query.get("after"), **whose),
    )
    return await show(visit, "export.html", person=person, found=found, here=here(visit, "people", visit.params["person_id"]))


@pages.get(_AT + "/exports/{export_id}/file")
async def export_file(visit: Visit) -> StreamResponse:
    return await visit.file(below("me", "exports", visit.params["export_id"], "file"), "export.zip")


@pages.get(_AT + "/people/{person_id}/erasure")
async def ask_for_erasure(visit: Visit) -> StreamResponse:
    person = await visit.api.get(api(visit, "people", visit.params["person_id"]))
    return await show(visit, "erasure.html", person=person, here=here(visit, "people", visit.params["person_id"]))


@pages.post(_AT + "/people/{person_id}/erasure")
async def erase(visit: Visit) -> StreamResponse:
    wanted = {"reason": visit.form["reason"], "confirm": visit.form["confirm"]}
    await visit.api.post(api(visit, "people", visit.params["person_id"], "erasure"), wanted, key=visit.form.key)
    return visit.go(
        here(visit, "erasures"), said=visit.text("Asked for. Somebody else has to confirm it; until then you can call it off.")
    )


@pages.get(_AT + "/erasures")
async def erasures(visit: Visit) -> StreamResponse:
    return await show(
        visit,
        "erasures.html",
        found=await visit.api.get(api(visit, "erasures"), after=visit.query.get("after")),
        me_id=visit.person_id,
    )


@pages.post(_AT + "/erasures/{erasure_id}/{step}")
async def decide(visit: Visit) -> StreamResponse:
    of, step = api(visit, "erasures", visit.params["erasure_id"]), visit.step("confirmation", "removal")
    if step == "confirmation":
        await visit.api.post(f"{of}/confirmation", key=visit.form.key)
    else:
        await visit.api.delete(of)
    done = step == "confirmation"
    return visit.go(
        here(visit, "erasures"), said=visit.text("Confirmed. It is erased now.") if done else visit.text("Called off.")
    )


def _asked(visit: Visit) -> dict[str, str]:
    query = visit.query
    days = {name: query.get(name, "") for name in ("since", "until")}
    moments = {"since": f"{days['since']}T00:00:00+05:00" if days["since"] else "", "until": _next_day(days["until"])}
    return {
        name: value
        for name, value in {
            **moments,
            "student_id": query.get("student_id", ""),
            "person_id": query.get("person_id", ""),
        }.items()
        if value
    }


def _next_day(day: str) -> str:
    """Of a whole day, until its end. What is no day goes on as it is: the API says so."""
    try:
        return f"{(date.fromisoformat(day) + timedelta(days=1)).isoformat()}T00:00:00+05:00" if day else ""
    except (ValueError, OverflowError):
        return day
