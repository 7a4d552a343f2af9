"""Whether messages get through: a day by channel and carrier, why some did not, what waits, what it costs."""

import asyncio
from datetime import timedelta

from aiohttp.web import StreamResponse

from gateway.portal.api import Refused
from gateway.portal.language import latin
from gateway.portal.pages import Pages, Visit
from schoolbus.clock import today

pages = Pages()
CHANNELS = ("sms", "whatsapp", "email", "voice", "push", "app", "paper")
DAYS = 14  # that can be chosen


@pages.get("/chain/deliveries")
async def deliveries(visit: Visit) -> StreamResponse:
    days = [(today() - timedelta(number)).isoformat() for number in range(DAYS)]
    day = visit.query.get("day") if visit.query.get("day") in days else days[0]
    found, templates = await asyncio.gather(
        visit.api.get("/v1/deliveries", day=day), visit.api.perhaps("/v1/whatsapp-templates")
    )
    items = templates["items"] if templates else []
    waits = [each for each in items if not each["approved"]]
    return await visit.show("chain/deliveries.html", found=found, day=day, days=days, templates=items, unapproved=waits)


@pages.get("/chain/prices")
async def prices(visit: Visit) -> StreamResponse:
    paisa = (await visit.api.get("/v1/message-prices"))["paisa"]
    rupees = {name: f"{paisa[name] // 100}.{paisa[name] % 100:02}" if name in paisa else "" for name in CHANNELS}
    return await visit.show("chain/prices.html", channels=CHANNELS, rupees=rupees)


@pages.post("/chain/prices")
async def keep_prices(visit: Visit) -> StreamResponse:
    """Rupees as typed, kept in paisa."""
    paisa = {name: _paisa(visit.form[name]) for name in CHANNELS if visit.form[name]}
    if wrong := [name for name, value in paisa.items() if value is None]:
        errors = dict.fromkeys(wrong, "Wants rupees, such as 1.50.")
        title, detail = "That is no price", "Write rupees and paisa with a point between, such as 1.50."
        raise Refused({"type": "invalid", "title": title, "detail": detail, "status": 422, "errors": errors})
    await visit.api.put("/v1/message-prices", {"paisa": paisa})
    return visit.go("/chain/deliveries", said=visit.text("The prices are kept. Costs are reckoned with them from now on."))


def _paisa(text: str) -> int | None:
    """None for what is no sum of rupees."""
    whole, _, part = latin(text).replace("٫", ".").partition(".")
    if not whole.isdecimal() or (part and not part.isdecimal()) or len(part) > 2 or len(whole) > 6:
        return None
    return int(whole) * 100 + int(part.ljust(2, "0") or 0)
