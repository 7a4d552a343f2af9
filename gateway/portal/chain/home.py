"""The chain at a glance: what goes well, what waits for a decision, which service does not answer."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal.api import Refused
from gateway.portal.pages import Pages, Visit

pages = Pages()
BEHIND = timedelta(minutes=10)  # a message whose time has come waits no longer where all goes well
# One light question to each service: by its answer we know that it answers.
_ASKED: dict[str, tuple[tuple[str, str, dict[str, Any]], ...]] = {
    "roster": (
        ("subscriptions", "/v1/subscriptions", {"state": "requested", "limit": 50}),
        ("matches", "/v1/guardian-matches", {"limit": 50}),
    ),
    "meetings": (("calendar", "/v1/my-calendar", {}),),
    "reports": (("engagement", "/v1/engagement", {}),),
    "notifications": (
        ("deliveries", "/v1/deliveries", {}),
        ("announcements", "/v1/announcements", {"state": "draft", "limit": 50}),
        ("answers", "/v1/unclear-answers", {"limit": 50}),
    ),
}


@pages.get("/chain")
async def chain(visit: Visit) -> StreamResponse:
    wanted = [(service, *each) for service, questions in _ASKED.items() for each in questions]
    found = await asyncio.gather(*(_asked(visit, path, query) for _, _, path, query in wanted))
    values = {name: answer for (_, name, _, _), (answer, _) in zip(wanted, found, strict=True)}
    down = {service for (service, *_), (_, is_down) in zip(wanted, found, strict=True) if is_down}
    month = values["engagement"]["months"][-1] if values["engagement"] and values["engagement"]["months"] else None
    services = [(name, "down" if name in down else "behind" if _behind(name, values) else "answers") for name in _ASKED]
    return await visit.show("chain/home.html", **values, month=month, services=services, reached=_reached(month))


async def _asked(visit: Visit, path: str, query: dict[str, Any]) -> tuple[Any, bool]:
    """The answer, and whether the service is down."""
    try:
        return await visit.api.get(path, **query), False
    except Refused as refused:
        if refused.status == 404:  # of a service that is older than this page
            return None, False
        if refused.status < 500:
            raise
        return None, True


def _behind(service: str, values: dict[str, Any]) -> bool:
    if service != "notifications" or not values["deliveries"]:
        return False
    waits = [each["oldest_at"] for each in values["deliveries"]["waiting"] if each["oldest_at"] and each["channel"] != "paper"]
    return any(datetime.now(UTC) - datetime.fromisoformat(since) > BEHIND for since in waits)


def _reached(month: dict[str, Any] | None) -> dict[str, Any] | None:
    return next((each for each in month["measures"] if each["measure"] == "delivered"), None) if month else None
