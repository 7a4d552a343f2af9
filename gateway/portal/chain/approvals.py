"""What waits for the operator's yes: plans that branches asked for, and guardians who may be one."""

import asyncio

from aiohttp.web import StreamResponse

from gateway.portal.api import Refused, below
from gateway.portal.pages import Pages, Visit

pages = Pages()


@pages.get("/chain/approvals")
async def approvals(visit: Visit) -> StreamResponse:
    return await _shown(visit)


async def _shown(visit: Visit, refused: Refused | None = None) -> StreamResponse:
    asked, matches, announcements = await asyncio.gather(
        visit.api.get("/v1/subscriptions", state="requested", limit=20, after=visit.query.get("after")),
        visit.api.get("/v1/guardian-matches", limit=10, after=visit.query.get("matches")),
        visit.api.perhaps("/v1/announcements", state="draft", limit=20),
    )
    ids = sorted({each["branch_id"] for each in asked["items"]})
    branches = await asyncio.gather(*(visit.api.perhaps(below("branches", id)) for id in ids))
    names = {id: found for id, found in zip(ids, branches, strict=True) if found}
    values = {"asked": asked, "names": names, "matches": matches, "announcements": announcements or {"items": []}}
    return await visit.show("chain/approvals.html", refused=refused, **values)


@pages.post("/chain/approvals/guardians/{kept_id}/{other_id}/{step}")
async def decide(visit: Visit) -> StreamResponse:
    kept, other = visit.params["kept_id"], visit.params["other_id"]
    try:
        if visit.params["step"] == "merge":
            await visit.api.post(below("guardians", kept, "merges"), {"other_id": other}, key=visit.form.key)
            said = visit.text("They are one guardian now, with all their children. You can part them again.")
        else:
            await visit.api.delete(below("guardians", kept, "merges", other))
            said = visit.text("They stay two people, and are not asked about again.")
    except Refused as refused:
        return await _shown(visit, refused)
    return visit.go("/chain/approvals", said=said)
