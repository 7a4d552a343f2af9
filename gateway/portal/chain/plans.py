"""Plans: what branches can have, and what it costs them."""

from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal.api import below
from gateway.portal.language import latin
from gateway.portal.pages import Pages, Visit

pages = Pages()
NUMBERS = ("price_pkr_per_month", "trial_days")
LIMITS = ("messages_per_month", "storage_mb")


@pages.get("/chain/plans")
async def plans(visit: Visit) -> StreamResponse:
    return await visit.show("chain/plans.html", found=await visit.api.get("/v1/plans", after=visit.query.get("after")))


@pages.get("/chain/plans/new")
async def new(visit: Visit) -> StreamResponse:
    return await visit.show("chain/plan.html", plan=None)


@pages.get("/chain/plans/{plan_id}")
async def one(visit: Visit) -> StreamResponse:
    return await visit.show("chain/plan.html", plan=await visit.api.get(below("plans", visit.params["plan_id"])))


@pages.post("/chain/plans/new")
async def make(visit: Visit) -> StreamResponse:
    return await _keep(visit, visit.form["plan_id"].lower() or "-")


@pages.post("/chain/plans/{plan_id}")
async def change(visit: Visit) -> StreamResponse:
    return await _keep(visit, visit.params["plan_id"])


@pages.post("/chain/plans/{plan_id}/removal")
async def remove(visit: Visit) -> StreamResponse:
    await visit.api.delete(below("plans", visit.params["plan_id"]))
    return visit.go("/chain/plans", said=visit.text("The plan is removed."))


async def _keep(visit: Visit, id: str) -> StreamResponse:
    await visit.api.put(below("plans", id), _draft(visit))
    return visit.go("/chain/plans", said=visit.text("The plan is kept. All branches that have it have it so."))


def _draft(visit: Visit) -> dict[str, Any]:
    form = visit.form
    return {
        "name": {"en": form["name_en"], "ur": form["name_ur"] or None},
        "services": form.all("services"),
        "retired": bool(form["retired"]),
        "limits": {name: number(form[name], None) for name in LIMITS},
        **{name: number(form[name], 0) for name in NUMBERS},
    }


def number(text: str, without: int | None) -> Any:
    """What is no number goes as it is: the API says what is wrong with it."""
    digits = latin(text).replace(",", "").replace("٬", "")
    return (int(digits) if digits.isdecimal() else text) if text else without
