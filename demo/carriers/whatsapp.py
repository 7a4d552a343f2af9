"""WhatsApp, as Meta's Cloud API speaks: https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages"""

import base64
import hashlib
import re
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

from demo.carriers.behaviour import ANSWER_LOST_ONCE, RATE_LIMITED_ONCE, Behaviour
from demo.carriers.callbacks import Callbacks
from demo.carriers.delivery import Delivery
from demo.carriers.graph import Refused, json_in, refusal
from demo.carriers.network import Message, Network
from demo.carriers.settings import Settings
from demo.carriers.sms import lose_answer
from demo.carriers.templates import Templates

_WINDOW = timedelta(hours=24)  # free text may follow a parent's message for so long
_LONGEST = 4096  # characters of a text
_DISPLAY_NUMBER = "923000000000"

_TITLES = {
    131026: ("Message undeliverable", "Message Undeliverable."),
    131047: (
        "Re-engagement message",
        "Message failed to send because more than 24 hours have passed since the customer last replied to this number.",
    ),
}


class WhatsApp:
    def __init__(
        self, settings: Settings, network: Network, behaviour: Behaviour, delivery: Delivery, callbacks: Callbacks
    ) -> None:
        self.settings, self.network, self.behaviour = settings, network, behaviour
        self.delivery, self.callbacks = delivery, callbacks
        self.templates = Templates()
        self.media: dict[str, tuple[str, bytes]] = {}
        self.webhook_url = f"{settings.public_url}/v1/carriers/whatsapp"
        self.routes = [
            web.post("/v21.0/{account}/message_templates", self.register_template),
            web.post("/v21.0/{phone_number_id}/messages", self.create),
            web.get("/v21.0/{media_id}", self.describe_media),
            web.get("/media/{media_id}", self.media_bytes),
        ]

    async def create(self, request: web.Request) -> web.StreamResponse:
        try:
            self._check_access(request)
            if request.match_info["phone_number_id"] != self.settings.whatsapp_phone_number_id:
                raise Refused(400, 100, "Unsupported post request. The object does not exist or can't be reached")
            body = await json_in(request)
            message = self._take(body)
        except Refused as refused:
            return refusal(refused)
        steps = self.behaviour.steps("whatsapp", message.phone)
        if not message.template and not self._window_open(message.phone):
            steps = (("failed", 131047),)
        self.delivery.begin(message, steps, self._report)
        if self.behaviour.once("whatsapp", message.phone, ANSWER_LOST_ONCE):
            return lose_answer(request)
        sent = {"id": message.id} | ({"message_status": "accepted"} if message.template else {})
        contact = {"input": str(body["to"]), "wa_id": message.phone.removeprefix("+")}
        return web.json_response({"messaging_product": "whatsapp", "contacts": [contact], "messages": [sent]})

    async def register_template(self, request: web.Request) -> web.Response:
        try:
            self._check_access(request)
            self.templates.register(await json_in(request))
        except Refused as refused:
            return refusal(refused)
        return web.json_response({"id": secrets.token_hex(8), "status": "APPROVED"})

    async def answer(self, phone: str, text: str, media: tuple[str, bytes] | None = None) -> tuple[Message, int]:
        """A parent writes, or sends a file (type and bytes): the message, and what the platform answered (0: nothing)."""
        message = self.network.keep(Message(_new_id(phone), "whatsapp", phone, text, by_parent=True, state="received"))
        wa_id = phone.removeprefix("+")
        inbound = {"from": wa_id, "id": message.id, "timestamp": _seconds(), "type": "text", "text": {"body": text}}
        if media is not None:
            inbound = {**inbound, **self._sent_file(text, *media)}
        contacts = [{"profile": {"name": "Parent"}, "wa_id": wa_id}]
        value = self._value() | {"contacts": contacts, "messages": [inbound]}
        return message, await self.callbacks.post_whatsapp(self.webhook_url, value)

    async def describe_media(self, request: web.Request) -> web.Response:
        """https://developers.facebook.com/docs/whatsapp/cloud-api/reference/media#retrieve-media-url"""
        try:
            self._check_access(request)
            id = request.match_info["media_id"]
            if id not in self.media:
                raise Refused(400, 100, "Unsupported get request. The object does not exist or can't be reached")
        except Refused as refused:
            return refusal(refused)
        content_type, content = self.media[id]
        known = {"mime_type": content_type, "sha256": hashlib.sha256(content).hexdigest(), "file_size": len(content), "id": id}
        return web.json_response({"messaging_product": "whatsapp", "url": f"{request.url.origin()}/media/{id}", **known})

    async def media_bytes(self, request: web.Request) -> web.Response:
        try:
            self._check_access(request)
        except Refused as refused:
            return refusal(refused)
        if request.match_info["media_id"] not in self.media:
            raise web.HTTPNotFound(text="no such media")
        content_type, content = self.media[request.match_info["media_id"]]
        return web.Response(body=content, content_type=content_type)

    def _sent_file(self, caption: str, content_type: str, content: bytes) -> dict[str, Any]:
        """The part of an inbound message that tells of a file: image, audio (a voice note) or document."""
        id, kind = str(secrets.randbits(50)), content_type.partition("/")[0]
        self.media[id] = (content_type, content)
        kind = kind if kind in ("image", "audio") else "document"
        told = {"id": id, "mime_type": content_type, "sha256": hashlib.sha256(content).hexdigest()}
        more: dict[str, Any] = {"voice": True} if kind == "audio" else {"caption": caption}
        return {"type": kind, kind: {**told, **more}, "text": None}

    def open_phone(self, phone: str) -> None:
        """Somebody looks at the phone: what was delivered is read."""
        for message in self.network.of_phone(phone):
            if message.channel == "whatsapp" and message.state == "delivered":
                message.move_to("read")
                self.delivery.begin(message, (("read", None),), self._report)

    async def verify(self) -> bool:
        return await self.callbacks.verify_whatsapp(self.webhook_url, self.settings.whatsapp_verify_token)

    def _check_access(self, request: web.Request) -> None:
        if self.behaviour.outage:
            raise Refused(503, 2, "Service temporarily unavailable")
        wanted = f"Bearer {self.settings.whatsapp_access_token}"
        if not secrets.compare_digest(request.headers.get("Authorization", "").encode(), wanted.encode()):
            raise Refused(401, 190, "Invalid OAuth access token - Cannot parse access token")

    def _take(self, body: dict[str, Any]) -> Message:
        if body.get("messaging_product") != "whatsapp":
            raise Refused(400, 100, "(#100) The parameter messaging_product is required.")
        digits = re.sub(r"[\s()+-]", "", str(body.get("to", "")))
        if not re.fullmatch(r"[1-9]\d{7,14}", digits):
            raise Refused(400, 131009, "(#131009) Parameter value is not valid", "The parameter to is not a phone number")
        phone, kind = f"+{digits}", body.get("type", "text")
        if kind not in ("text", "template", "audio"):
            raise Refused(400, 131051, "(#131051) Unsupported message type", f"type {kind} is not supported")
        text, template = _said(body, kind) if kind != "template" else self.templates.filled(body.get("template"))
        if self.behaviour.once("whatsapp", phone, RATE_LIMITED_ONCE):
            raise Refused(429, 130429, "(#130429) Rate limit hit", "Cloud API message throughput has been reached.")
        if not template and self.behaviour.window_refused_at_once and not self._window_open(phone):
            raise Refused(400, 131047, f"(#131047) {_TITLES[131047][0]}", _TITLES[131047][1])
        opaque = str(body.get("biz_opaque_callback_data", ""))
        return self.network.keep(Message(_new_id(phone), "whatsapp", phone, text, template=template, opaque=opaque))

    def _window_open(self, phone: str) -> bool:
        written = (
            message.at for message in self.network.of_phone(phone) if message.by_parent and message.channel == "whatsapp"
        )
        last = max(written, default=None)
        return last is not None and datetime.now(UTC) - last < _WINDOW

    async def _report(self, message: Message, state: str, error: int | None) -> None:
        status: dict[str, Any] = {
            "id": message.id,
            "status": state,
            "timestamp": _seconds(),
            "recipient_id": message.phone.removeprefix("+"),
        }
        if message.opaque:
            status["biz_opaque_callback_data"] = message.opaque
        if error:
            title, details = _TITLES[error]
            status["errors"] = [{"code": error, "title": title, "message": title, "error_data": {"details": details}}]
        await self.callbacks.post_whatsapp(self.webhook_url, self._value() | {"statuses": [status]})

    def _value(self) -> dict[str, Any]:
        metadata = {"display_phone_number": _DISPLAY_NUMBER, "phone_number_id": self.settings.whatsapp_phone_number_id}
        return {"messaging_product": "whatsapp", "metadata": metadata}


def _said(body: dict[str, Any], kind: str) -> tuple[str, str]:
    """What the parent sees of a message without a template."""
    return (_audio(body) if kind == "audio" else _text(body)), ""


def _audio(body: dict[str, Any]) -> str:
    """As Meta does, the simulator would fetch the file; that it is named is enough here."""
    given = body.get("audio")
    link = given.get("link") if isinstance(given, dict) else None
    if not isinstance(link, str) or not link.startswith(("http://", "https://")):
        raise Refused(400, 131008, "(#131008) Required parameter is missing", "audio.link is missing")
    return f"[audio] {link}"


def _text(body: dict[str, Any]) -> str:
    given = body.get("text")
    text = given.get("body") if isinstance(given, dict) else None
    if not text or not isinstance(text, str):
        raise Refused(400, 131008, "(#131008) Required parameter is missing", "text.body is missing")
    if len(text) > _LONGEST:
        raise Refused(400, 100, "(#100) Invalid parameter", f"text.body must be at most {_LONGEST} characters long")
    return text


def _new_id(phone: str) -> str:
    return "wamid." + base64.b64encode(phone.encode() + secrets.token_bytes(16)).decode()


def _seconds() -> str:
    return str(int(datetime.now(UTC).timestamp()))
