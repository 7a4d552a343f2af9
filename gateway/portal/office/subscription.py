"""What a branch subscribes to, what it used, the plans, and asking for another."""

import asyncio

from aiohttp.web import StreamResponse

from gateway.portal.office.branch import api, given, here, show
from gateway.portal.pages import Pages, Visit

pages = Pages()
_AT = "/branches/{branch_id}/subscription"


@pages.get(_AT)
async def subscription(visit: Visit) -> StreamResponse:
    month = visit.query.get("month", "")
    asked = (
        visit.api.get(api(visit, "subscriptions")),
        visit.api.all("/v1/plans"),
        visit.api.get(api(visit, "usage"), month=month),
    )
    found, plans, usage = await asyncio.gather(*asked)
    return await show(
        visit, "subscription.html", found=found, plans=[plan for plan in plans if not plan["retired"]], usage=usage
    )


@pages.post(_AT)
async def ask(visit: Visit) -> StreamResponse:
    form = visit.form
    await visit.api.post(
        api(visit, "subscriptions"),
        given(plan_id=form["plan_id"], reason=form["reason"], starts_on=form["starts_on"]),
        key=form.key,
    )
    return visit.go(here(visit, "subscription"), said=visit.text("Asked for. The chain's operator answers it."))


@pages.post(_AT + "/{subscription_id}/withdrawal")
async def withdraw(visit: Visit) -> StreamResponse:
    await visit.api.post(api(visit, "subscriptions", visit.params["subscription_id"], "withdrawal"), {}, key=visit.form.key)
    return visit.go(here(visit, "subscription"), said=visit.text("Taken back."))
