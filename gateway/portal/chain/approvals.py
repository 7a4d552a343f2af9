"""What waits for the operator's yes: plans that branches asked for, and guardians who may be one."""

import asyncio

from aiohttp.web import StreamResponse

from gateway.portal import choosing
from gateway.portal.api import below
from gateway.portal.pages import Pages, Visit

pages = Pages()


@pages.get("/chain/approvals")
async def approvals(visit: Visit) -> StreamResponse:
    asked, matches, announcements = await asyncio.gather(
        visit.api.get("/v1/subscriptions", state="requested", limit=20, after=visit.query.get("after")),
        visit.api.get("/v1/guardian-matches", limit=10, after=visit.query.get("matches")),
        visit.api.perhaps("/v1/announcements", state="draft", limit=20),
    )
    named = await choosing.named(visit, sorted({each["branch_id"] for each in asked["items"]}))
    names = {each["branch_id"]: each for each in named if "name" in each}
    values = {"asked": asked, "names": names, "matches": matches, "announcements": announcements or {"items": []}}
    return await visit.show("chain/approvals.html", **values)


@pages.post("/chain/approvals/guardians/{kept_id}/{other_id}/{step}")
async def decide(visit: Visit) -> StreamResponse:
    kept, other, step = visit.params["kept_id"], visit.params["other_id"], visit.step("merge", "part")
    if step == "merge":
        await visit.api.post(below("guardians", kept, "merges"), {"other_id": other}, key=visit.form.key)
        said = visit.text("They are one guardian now, with all their children. You can part them again.")
    else:
        await visit.api.delete(below("guardians", kept, "merges", other))
        said = visit.text("They stay two people, and are not asked about again.")
    return visit.go("/chain/approvals", said=said)
