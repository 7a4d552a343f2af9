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


@pages.get("/chain/rules/new")
async def new(visit: Visit) -> StreamResponse:
    """The event first: it says who can be told of it, and by which texts."""
    found = await visit.api.get("/v1/notification-rules")
    event = _event(found, visit.form["event"] or visit.query.get("event", ""))
    return await visit.show("chain/rule_new.html", found=found, event=event)


@pages.post("/chain/rules/new")
async def make(visit: Visit) -> StreamResponse:
    """A rule of the chain's own. Under a name that is taken it would change another rule."""
    key = visit.form["name"].lower().replace(" ", "_").replace("-", "_")
    found = await visit.api.get("/v1/notification-rules")
    if any(each["key"] == key for each in found["items"]):
        raise Refused({
            "type": "taken",
            "title": "There is a rule of this name",
            "detail": "Give yours another name, or change that one.",
            "status": 409,
            "errors": {"name": "There is a rule of this name"},
        })  # fmt: skip
    try:
        await visit.api.put(below("notification-rules", key or "-"), {**_wanted(visit), "version": 0})
    except Refused as refused:  # what the API calls key is the form's name: a field `key` is each form's own
        errors = {"name" if name == "key" else name: why for name, why in refused.errors.items()}
        raise Refused({**refused.problem, "errors": errors}) from refused
    return visit.go("/chain/rules", said=visit.text("The rule is in force in all branches."))


@pages.get(ONE)
async def one(visit: Visit) -> StreamResponse:
    rule = await visit.api.get(_at(visit))
    choices = await visit.api.get("/v1/notification-rules")
    row = rule["in_force"] or rule["chain"] or rule["default"]  # one that has faults by now is not in force
    return await visit.show("chain/rule.html", rule=rule, row=row, event=_event(choices, row["event"]), found=choices)


@pages.post(ONE)
async def keep(visit: Visit) -> StreamResponse:
    await visit.api.put(_at(visit), {**_wanted(visit), "version": visit.form.whole("version")})
    return visit.go("/chain/rules", said=visit.text("The rule is in force in all branches."))


@pages.post(ONE + "/reset")
async def reset(visit: Visit) -> StreamResponse:
    await visit.api.delete(_at(visit))
    return visit.go("/chain/rules", said=visit.text("The rule is again as it comes with Rabta."))


@pages.post(ONE + "/removal")
async def remove(visit: Visit) -> StreamResponse:
    """One of the chain's own, which comes without a default."""
    await visit.api.delete(_at(visit))
    return visit.go("/chain/rules", said=visit.text("The rule is removed: nobody is told by it any more."))


def _event(found: dict[str, Any], name: str) -> Any:
    """What rules of this event can be made of; None for one of which none is."""
    return next((each for each in found["events"] if each["event"] == name), None)


def _wanted(visit: Visit) -> dict[str, Any]:
    """All of it: what a request leaves out would be as it comes with Rabta."""
    form = visit.form
    return {
        **{name: form[name] for name in ("event", "tells", "text", "urgency")},
        "channel": form["channel"] or None,
        **{name: bool(form[name]) for name in ("on", "paper", "branches_may_narrow")},
    }


def _at(visit: Visit) -> str:
    return below("notification-rules", visit.params["key"])
