"""How far families are reached and take part, in the whole chain and branch by branch. Small numbers stay hidden."""

import asyncio
from collections.abc import Sequence
from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal.api import Refused
from gateway.portal.chain.usage import MONTHS, months_until
from gateway.portal.pages import Pages, Visit
from schoolbus.clock import today

pages = Pages()
SHOWN = ("delivered", "read", "answered", "met", "unreached")  # of each branch, beside each other
MEASURES = (*SHOWN, "home_notes", "signed", "acknowledged", "activities", "pta")
_FILES = {"csv": "report.csv", "pdf": "report.pdf"}


@pages.get("/chain/engagement")
async def engagement(visit: Visit) -> StreamResponse:
    months = months_until(today())
    month = _one_of(months, visit.query.get("month", ""), months[0])
    measure = _one_of(MEASURES, visit.query.get("measure", ""), "read")
    since = months[min(months.index(month) + 5, MONTHS - 1)]
    whole, course, beside, branches = await asyncio.gather(
        visit.api.get("/v1/engagement/chart", chart="measures", until=month, since=month),
        visit.api.get("/v1/engagement/chart", chart="months", measure=measure, since=since, until=month),
        visit.api.get("/v1/engagement/beside", month=month),
        visit.api.get("/v1/engagement/branches", month=month, limit=25, after=visit.query.get("after")),
    )
    rows = [{**each, "by": {found["measure"]: found for found in each["measures"]}} for each in branches["items"]]
    values: dict[str, Any] = {"whole": whole, "course": course, "beside": beside, "rows": rows, "next": branches["next"]}
    chosen: dict[str, Any] = {"month": month, "months": months, "measure": measure, "measures": MEASURES, "shown": SHOWN}
    return await visit.show("chain/engagement.html", **values, **chosen)


@pages.get("/chain/engagement/{form}")
async def file(visit: Visit) -> StreamResponse:
    """The month as PDF, in the reader's language, or for a spreadsheet."""
    form, month = visit.params["form"], visit.query.get("month") or today().isoformat()[:7]
    if form not in _FILES:
        raise Refused({"type": "unknown-path", "title": "This address is not here", "status": 404})
    query = {"language": visit.language.name} if form == "pdf" else {}
    return await visit.file(f"/v1/engagement/{_FILES[form]}", f"engagement-{month}.{form}", month=month, **query)


def _one_of(known: Sequence[str], wanted: str, otherwise: str) -> str:
    return wanted if wanted in known else otherwise
