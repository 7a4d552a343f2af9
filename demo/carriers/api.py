"""JSON for tests and scripts: what arrived on which phone, and how phones behave."""

import base64
from typing import Any

from aiohttp import web

from demo.carriers.behaviour import ENDINGS, EXPLAINED, Behaviour
from demo.carriers.delivery import Delivery
from demo.carriers.mail import Mail
from demo.carriers.network import Message, Network
from demo.carriers.sms import E164, Sms
from demo.carriers.whatsapp import WhatsApp

_SWITCHES = {"delay": (int, float), "callbacks": (bool,), "outage": (bool,), "window_refused_at_once": (bool,)}


class Api:
    def __init__(
        self, network: Network, behaviour: Behaviour, delivery: Delivery, sms: Sms, whatsapp: WhatsApp, mail: Mail
    ) -> None:
        self.network, self.behaviour, self.delivery = network, behaviour, delivery
        self.sms, self.whatsapp, self.mail = sms, whatsapp, mail
        self.routes = [
            web.get("/api/messages", self.messages),
            web.get("/api/mails", self.mails),
            web.get("/api/phones/{phone}/messages", self.phone_messages),
            web.post("/api/phones/{phone}/answers", self.answer),
            web.post("/api/phones/{phone}/opened", self.opened),
            web.get("/api/behaviour", self.behaviour_now),
            web.post("/api/behaviour", self.behave),
            web.post("/api/whatsapp/verify", self.verify),
            web.post("/api/reset", self.reset),
            web.get("/messages/{id}/attachments/{place}", self.attachment),
        ]

    async def messages(self, request: web.Request) -> web.Response:
        """Those after the message number `since` (0 at first), up to `limit`; `next` is the `since` of the next request."""
        since, limit = _count(request, "since", 0), _count(request, "limit", 1000)
        found = self.network.since(since, limit)
        after = found[-1].number if found else since
        return web.json_response({"messages": list(map(as_json, found)), "next": after, "total": len(self.network.messages)})

    async def mails(self, request: web.Request) -> web.Response:
        address = request.query.get("to", "").lower()
        mails = self.network.of_phone(address) if address else [one for one in self.network.messages if one.channel == "email"]
        return web.json_response({"mails": list(map(as_json, mails))})

    async def phone_messages(self, request: web.Request) -> web.Response:
        return web.json_response({"messages": list(map(as_json, self.network.of_phone(phone_in(request))))})

    async def answer(self, request: web.Request) -> web.Response:
        """`{"channel": "sms" | "whatsapp", "text": "…"}`: goes to the platform at once; 201 with its status (0: no answer)."""
        body = await _object(request)
        if body.get("file") is not None:
            message, status = await self._send_file(phone_in(request), body)
        else:
            message, status = await self.write_back(phone_in(request), body.get("channel"), body.get("text"))
        return web.json_response({"message": as_json(message), "platform_status": status}, status=201)

    async def _send_file(self, phone: str, body: dict[str, Any]) -> tuple[Message, int]:
        """`{"text": "…", "file": {"content_type": "image/png", "base64": "…"}}`: by WhatsApp."""
        try:
            content = base64.b64decode(body["file"]["base64"], validate=True)
            return await self.whatsapp.answer(phone, str(body.get("text", "")), (str(body["file"]["content_type"]), content))
        except (KeyError, TypeError, ValueError):
            raise _bad("file wants content_type and base64") from None

    async def write_back(self, phone: str, channel: object, text: object) -> tuple[Message, int]:
        if not E164.fullmatch(phone):
            raise _bad("the phone is not an E.164 number")
        if not isinstance(text, str) or not text.strip():
            raise _bad("text is missing")
        if channel not in ("sms", "whatsapp"):
            raise _bad("channel is neither sms nor whatsapp")
        return await (self.sms if channel == "sms" else self.whatsapp).answer(phone, text.strip())

    async def opened(self, request: web.Request) -> web.Response:
        self.whatsapp.open_phone(phone_in(request))
        return web.Response(status=204)

    async def behaviour_now(self, request: web.Request) -> web.Response:
        now = {name: getattr(self.behaviour, name) for name in (*_SWITCHES, "phones")}
        return web.json_response(now | {"endings": ENDINGS, "explained": EXPLAINED})

    async def behave(self, request: web.Request) -> web.Response:
        """`delay` (seconds), `callbacks`, `outage`, `window_refused_at_once`; `phones`: `{"+92…": "never_delivers"}`."""
        body = await _object(request)
        phones = body.pop("phones", {})
        for name, value in body.items():
            if name not in _SWITCHES or not isinstance(value, _SWITCHES[name]) or (name == "delay" and not 0 <= value <= 600):
                raise _bad(f"{name}: no such switch, or not a value for it")
        if not isinstance(phones, dict) or not set(phones.values()) <= set(EXPLAINED):
            raise _bad(f"phones: wants a behaviour for each number, of {', '.join(EXPLAINED)}")
        for name, value in body.items():
            setattr(self.behaviour, name, value)
        self.behaviour.phones.update(phones)
        return await self.behaviour_now(request)

    async def verify(self, request: web.Request) -> web.Response:
        """WhatsApp's handshake with the platform."""
        return web.json_response({"verified": await self.whatsapp.verify()})

    async def reset(self, request: web.Request) -> web.Response:
        """Forgets messages, templates and behaviour; what is under way is reported no more."""
        await self.delivery.stop()
        self.network.reset()
        self.whatsapp.templates.clear()
        self.mail.reset()
        self.behaviour.reset()
        return web.Response(status=204)

    async def attachment(self, request: web.Request) -> web.Response:
        message = self.network.message(request.match_info["id"])
        place = request.match_info["place"]
        if message is None or not place.isdigit() or int(place) >= len(message.attachments):
            raise web.HTTPNotFound(text="no such attachment")
        attachment = message.attachments[int(place)]
        named = attachment.filename.replace('"', "").replace("\r", "").replace("\n", "")
        charset = "; charset=utf-8" if attachment.content_type.startswith("text/") else ""
        headers = {
            "Content-Disposition": f'attachment; filename="{named}"',
            "Content-Type": f"{attachment.content_type}{charset}",
        }
        return web.Response(body=attachment.content, headers=headers)


def as_json(message: Message) -> dict[str, Any]:
    plain = {
        "number": message.number,
        "id": message.id,
        "channel": message.channel,
        "phone": message.phone,
        "by_parent": message.by_parent,
        "text": message.text,
        "state": message.state,
        "error": message.error,
        "at": message.at.isoformat(),
    }
    if message.channel == "whatsapp":
        return plain | {"template": message.template, "biz_opaque_callback_data": message.opaque}
    if message.channel == "email":
        return plain | {
            "to": message.phone,
            "from": message.sender,
            "message_id": message.opaque,
            "subject": message.subject,
            "attachments": _attachments(message),
        }
    return plain | ({"attachments": _attachments(message)} if message.channel == "voice" else {})


def _attachments(message: Message) -> list[dict[str, Any]]:
    return [
        {
            "filename": attachment.filename,
            "content_type": attachment.content_type,
            "size": len(attachment.content),
            "url": attachment_path(message, place),
        }
        for place, attachment in enumerate(message.attachments)
    ]


def attachment_path(message: Message, place: int) -> str:
    return f"/messages/{message.id}/attachments/{place}"


def phone_in(request: web.Request) -> str:
    return request.match_info["phone"].strip().lower()


def _count(request: web.Request, name: str, default: int) -> int:
    text = request.query.get(name, str(default))
    if not text.isdigit() or len(text) > 9:
        raise _bad(f"{name}: wants a number")
    return int(text)


async def _object(request: web.Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except ValueError as error:
        raise _bad("the body is not JSON") from error
    if not isinstance(body, dict):
        raise _bad("the body is not a JSON object")
    return body


def _bad(detail: str) -> web.HTTPBadRequest:
    return web.HTTPBadRequest(text=detail)
