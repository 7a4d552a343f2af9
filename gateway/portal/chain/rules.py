"""Which event tells whom what, in the whole chain."""

from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal.api import Refused, below
from gateway.portal.pages import Pages, Visit

pages = Pages()
ONE = "/chain/rules/{key}"


@pages.get("/chain/rules")
async def rules(visit: Visit) -> StreamResponse:
    return await visit.show("chain/rules.html", found=await visit.api.get("/v1/notification-rules"))


@pages.get(ONE)
async def one(visit: Visit) -> StreamResponse:
    return await _shown(visit)


@pages.post(ONE)
async def keep(visit: Visit) -> StreamResponse:
    form = visit.form
    wanted: dict[str, Any] = {
        "urgency": form["urgency"],
        "channel": form["channel"] or None,
        "version": form.whole("version"),
    }
    wanted |= {name: bool(form[name]) for name in ("on", "paper", "branches_may_narrow")}
    try:
        await visit.api.put(_at(visit), wanted)
    except Refused as refused:
        return await _shown(visit, refused)
    return visit.go("/chain/rules", said=visit.text("The rule is in force in all branches."))


@pages.post(ONE + "/reset")
async def reset(visit: Visit) -> StreamResponse:
    await visit.api.delete(_at(visit))
    return visit.go("/chain/rules", said=visit.text("The rule is again as it comes with Rabta."))


async def _shown(visit: Visit, refused: Refused | None = None) -> StreamResponse:
    rule = await visit.api.get(_at(visit))
    choices = await visit.api.get("/v1/notification-rules")
    values = {"rule": rule, "urgencies": choices["urgencies"], "channels": choices["channels"]}
    return await visit.show("chain/rule.html", refused=refused, **values)


def _at(visit: Visit) -> str:
    return below("notification-rules", visit.params["key"])
