"""The page: each parent's phone, as the parent would see it."""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote
from zoneinfo import ZoneInfo

from aiohttp import web
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup, escape

from demo.carriers.api import Api, attachment_path, phone_in
from demo.carriers.behaviour import DELIVERS, ENDINGS, EXPLAINED
from demo.carriers.network import Message

_ZONE = ZoneInfo("Asia/Karachi")
_AT_ONCE = 50  # phones on one page
_LAST = 40  # messages of a phone among others; a phone opened alone shows them all
_LINK = re.compile(r"https?://[^\s<>]+[^\s<>.,;:!?)\]}]")
_ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff]")
_TICKS = {
    "queued": "…",
    "sent": "✓",
    "delivered": "✓✓",
    "read": "✓✓",
    "failed": "not delivered",
    "undelivered": "not delivered",
}


@dataclass(frozen=True)
class Phone:
    name: str
    href: str
    messages: list[Message]
    conduct: str  # empty when it is nothing special
    can_answer: bool


class Page:
    def __init__(self, api: Api) -> None:
        self.api = api
        templates = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True)
        templates.filters |= {"linked": _linked, "script": _script, "clock": _clock, "ticks": _ticks}
        templates.globals["attachment_path"] = attachment_path
        self.template = templates.get_template("page.html")
        self.routes = [
            web.get("/", self.phones),
            web.get("/phones/{phone}", self.phone),
            web.post("/phones/{phone}/answers", self.answer),
        ]

    async def phones(self, request: web.Request) -> web.Response:
        search = request.query.get("q", "")
        start = int(request.query["start"]) if request.query.get("start", "").isdecimal() else 0
        found = self.api.network.phones(search, start, _AT_ONCE + 1)
        older = f"/?q={quote(search)}&start={start + _AT_ONCE}" if len(found) > _AT_ONCE else ""
        return self._show([self._phone(phone, _LAST) for phone in found[:_AT_ONCE]], search=search, older=older)

    async def phone(self, request: web.Request) -> web.Response:
        """One phone, looked at: its WhatsApp messages are read."""
        phone = phone_in(request)
        self.api.whatsapp.open_phone(phone)
        problem = request.query.get("problem", "")
        return self._show([self._phone(phone, len(self.api.network.messages))], opened=phone, problem=problem)

    async def answer(self, request: web.Request) -> web.Response:
        form = await request.post()
        phone = phone_in(request)
        _, status = await self.api.write_back(phone, form.get("channel"), form.get("text"))
        problem = "" if 200 <= status < 300 else f"?problem={status}"
        raise web.HTTPSeeOther(f"{_href(phone)}{problem}")

    def _phone(self, phone: str, last: int) -> Phone:
        conduct = self.api.behaviour.of(phone)
        messages = self.api.network.of_phone(phone)[-last:] if last else []
        return Phone(phone, _href(phone), messages, "" if conduct == DELIVERS else conduct, phone.startswith("+"))

    def _show(
        self, phones: list[Phone], search: str = "", older: str = "", opened: str = "", problem: str = ""
    ) -> web.Response:
        network = self.api.network
        html = self.template.render(
            phones=phones,
            search=search,
            older=older,
            opened=opened,
            problem=problem,
            endings=ENDINGS,
            explained=EXPLAINED,
            phone_count=network.count_phones(),
            message_count=len(network.messages),
        )
        return web.Response(text=html, content_type="text/html")


def _href(phone: str) -> str:
    return f"/phones/{quote(phone, safe='+@')}"


def _linked(text: str) -> Markup:
    """The text with its addresses as links."""
    pieces, end = [], 0
    for link in _LINK.finditer(text):
        address = escape(link[0])
        pieces += [escape(text[end : link.start()]), Markup(f'<a href="{address}" dir="ltr" target="_blank">{address}</a>')]
        end = link.end()
    return Markup("").join([*pieces, escape(text[end:])])


def _script(text: str) -> Markup:
    """Attributes for a text's direction and font: Urdu is set right to left in Nastaliq."""
    return Markup('lang="ur" dir="rtl"') if _ARABIC.search(text) else Markup('lang="en" dir="ltr"')


def _clock(message: Message) -> str:
    return message.at.astimezone(_ZONE).strftime("%d %b %H:%M")


def _ticks(message: Message) -> str:
    return "" if message.by_parent or message.channel == "email" else _TICKS.get(message.state, message.state)
