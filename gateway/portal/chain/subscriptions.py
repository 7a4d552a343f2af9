"""What a branch subscribes to: begun, approved, suspended, resumed, ended."""

from aiohttp.web import StreamResponse

from gateway.portal.api import Refused, below
from gateway.portal.chain.branches import ONE, shown
from gateway.portal.pages import Pages, Visit

pages = Pages()
STEPS = {
    "approval": "It is approved.",
    "rejection": "It is rejected. The branch sees why.",
    "withdrawal": "The request is taken back.",
    "suspension": "It is suspended. Its data stays; resume it whenever you like.",
    "resumption": "It goes on, with all that was there.",
    "end": "Its end is set. What was stored stays.",
}


@pages.post(ONE + "/subscriptions")
async def begin(visit: Visit) -> StreamResponse:
    form, at = visit.form, visit.params["branch_id"]
    wanted = {"plan_id": form["plan_id"], "starts_on": form["starts_on"] or None, "reason": form["reason"] or None}
    try:
        await visit.api.post(below("branches", at, "subscriptions"), wanted, key=form.key)
    except Refused as refused:
        return await shown(visit, refused)
    return visit.go(f"/chain/branches/{at}", said=visit.text("The branch has this plan."))


@pages.post(ONE + "/services")
async def choose(visit: Visit) -> StreamResponse:
    """Without a plan."""
    at = visit.params["branch_id"]
    try:
        await visit.api.put(below("branches", at, "subscriptions"), {"services": visit.form.all("services")})
    except Refused as refused:
        return await shown(visit, refused)
    return visit.go(f"/chain/branches/{at}", said=visit.text("The branch has these services from now on."))


@pages.post(ONE + "/subscriptions/{subscription_id}/{step}")
async def act(visit: Visit) -> StreamResponse:
    at, step = visit.params["branch_id"], visit.params["step"]
    form = visit.form
    wanted = {"reason": form["reason"] or None}
    wanted |= {name: form[name] or None for name in _DAYS.get(step, ())}
    try:
        await visit.api.post(below("branches", at, "subscriptions", visit.params["subscription_id"], step), wanted)
    except Refused as refused:
        return await shown(visit, refused)
    back = "/chain/approvals" if form["back"] == "approvals" else f"/chain/branches/{at}"
    return visit.go(back, said=visit.text(STEPS.get(step, "Done.")))


_DAYS = {"approval": ("starts_on", "ends_on"), "end": ("ends_on",)}
