"""What a branch subscribes to: begun, approved, suspended, resumed, ended."""

from aiohttp.web import StreamResponse

from gateway.portal.api import below
from gateway.portal.chain.branches import ONE, page
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
    form, branch_id = visit.form, visit.params["branch_id"]
    wanted = {"plan_id": form["plan_id"], "starts_on": form["starts_on"] or None, "reason": form["reason"] or None}
    await visit.api.post(below("branches", branch_id, "subscriptions"), wanted, key=form.key)
    return visit.go(page(branch_id), said=visit.text("The branch has this plan."))


@pages.post(ONE + "/services")
async def choose(visit: Visit) -> StreamResponse:
    """Without a plan."""
    branch_id = visit.params["branch_id"]
    await visit.api.put(below("branches", branch_id, "subscriptions"), {"services": visit.form.all("services")})
    return visit.go(page(branch_id), said=visit.text("The branch has these services from now on."))


@pages.post(ONE + "/subscriptions/{subscription_id}/{step}")
async def act(visit: Visit) -> StreamResponse:
    return visit.go(page(visit.params["branch_id"]), said=await _step(visit))


@pages.post("/chain/approvals/plans/{branch_id}/{subscription_id}/{step}")
async def decide(visit: Visit) -> StreamResponse:
    """The same from the list of what waits, which is shown again."""
    return visit.go("/chain/approvals", said=await _step(visit))


async def _step(visit: Visit) -> str:
    """What there is to say of it then."""
    step, form = visit.step(*STEPS), visit.form
    wanted = {"reason": form["reason"] or None, **{name: form[name] or None for name in _DAYS.get(step, ())}}
    at = ("branches", visit.params["branch_id"], "subscriptions", visit.params["subscription_id"])
    await visit.api.post(below(*at, step), wanted)
    return visit.text(STEPS[step])


_DAYS = {"approval": ("starts_on", "ends_on"), "end": ("ends_on",)}
