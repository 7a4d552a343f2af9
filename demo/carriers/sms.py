"""SMS, as Twilio's Programmable Messaging speaks: https://www.twilio.com/docs/messaging/api/message-resource"""

import base64
import re
import secrets
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from demo.carriers.behaviour import ANSWER_LOST_ONCE, RATE_LIMITED_ONCE, Behaviour
from demo.carriers.callbacks import Callbacks
from demo.carriers.delivery import Delivery
from demo.carriers.network import Message, Network
from demo.carriers.segments import segments
from demo.carriers.settings import Settings
from demo.carriers.sms_list import Refused, Wanted

E164 = re.compile(r"\+[1-9]\d{7,14}")
_VERSION = "2010-04-01"
_LONGEST = 1600  # characters of a body


class Sms:
    def __init__(
        self, settings: Settings, network: Network, behaviour: Behaviour, delivery: Delivery, callbacks: Callbacks
    ) -> None:
        self.settings, self.network, self.behaviour = settings, network, behaviour
        self.delivery, self.callbacks = delivery, callbacks
        self.answers_url = f"{settings.public_url}/v1/carriers/sms/answers"
        self.routes = [
            web.post(f"/{_VERSION}/Accounts/{{account}}/Messages.json", self.create),
            web.get(f"/{_VERSION}/Accounts/{{account}}/Messages.json", self.sent),
            web.get(f"/{_VERSION}/Accounts/{{account}}/Messages/{{sid}}.json", self.fetch),
        ]

    async def create(self, request: web.Request) -> web.StreamResponse:
        try:
            check_access(self.settings, self.behaviour, request)
            form = {name: str(value) for name, value in (await request.post()).items()}
            message = self._take(form)
        except Refused as refused:
            return refusal_of(refused)
        self.delivery.begin(message, self.behaviour.steps("sms", message.phone), self._report)
        if self.behaviour.once("sms", message.phone, ANSWER_LOST_ONCE):
            return lose_answer(request)
        return web.json_response(self._resource(message), status=201)

    async def fetch(self, request: web.Request) -> web.Response:
        try:
            check_access(self.settings, self.behaviour, request)
        except Refused as refused:
            return refusal_of(refused)
        message = self.network.message(request.match_info["sid"])
        if message is None or message.channel != "sms":
            return refusal_of(Refused(404, 20404, f"The requested resource {request.path} was not found"))
        return web.json_response(self._resource(message))

    async def sent(self, request: web.Request) -> web.Response:
        """Messages of the account, the newest first, by `To`, `From` and `DateSent` (also with < or >), in pages."""
        try:
            check_access(self.settings, self.behaviour, request)
            wanted = Wanted.of(request.query)
        except Refused as refused:
            return refusal_of(refused)
        among = self.network.of_phone(wanted.to) if wanted.to.startswith("+") else self.network.messages
        resources = (self._resource(message) for message in reversed(among) if message.channel == "sms")
        return web.json_response(wanted.page(request.path, filter(wanted.fits, resources)))

    async def answer(self, phone: str, text: str) -> tuple[Message, int]:
        """A parent writes back: the message, and what the platform answered (0: nothing)."""
        sid = _new_sid()
        message = self.network.keep(Message(sid, "sms", phone, text, by_parent=True, state="received"))
        parameters = self._common(sid) | {
            "From": phone,
            "To": self.settings.sms_sender,
            "Body": text,
            "SmsStatus": "received",
            "NumMedia": "0",
            "NumSegments": str(segments(text)),
        }
        return message, await self.callbacks.post_sms(self.answers_url, parameters)

    def _take(self, form: dict[str, str]) -> Message:
        to, sender, body, callback = (form.get(name, "") for name in ("To", "From", "Body", "StatusCallback"))
        if not to:
            raise Refused(400, 21604, "A 'To' phone number is required.")
        if not E164.fullmatch(to):
            raise Refused(400, 21211, f"The 'To' number {to} is not a valid phone number.")
        if not sender:
            raise Refused(400, 21603, "A 'From' phone number is required.")
        if sender != self.settings.sms_sender:
            raise Refused(400, 21606, f"The 'From' phone number provided ({sender}) is not a valid message-capable number.")
        if not body:
            raise Refused(400, 21602, "Message body is required.")
        if len(body) > _LONGEST:
            raise Refused(400, 21617, f"The concatenated message body exceeds the {_LONGEST} character limit")
        if callback and not urlsplit(callback).netloc:
            raise Refused(400, 21609, f"Invalid StatusCallback url: {callback}")
        if self.behaviour.once("sms", to, RATE_LIMITED_ONCE):
            raise Refused(429, 20429, "Too Many Requests")
        return self.network.keep(Message(_new_sid(), "sms", to, body, callback_url=callback, sender=sender))

    async def _report(self, message: Message, state: str, error: int | None) -> None:
        if not message.callback_url:
            return
        parameters = self._common(message.id) | {
            "To": message.phone,
            "From": message.sender,
            "MessageStatus": state,
            "SmsStatus": state,
        }
        if error:
            parameters["ErrorCode"] = str(error)
        await self.callbacks.post_sms(message.callback_url, parameters)

    def _common(self, sid: str) -> dict[str, str]:
        return {"MessageSid": sid, "SmsSid": sid, "AccountSid": self.settings.sms_account_sid, "ApiVersion": _VERSION}

    def _resource(self, message: Message) -> dict[str, Any]:
        account = self.settings.sms_account_sid
        uri = f"/{_VERSION}/Accounts/{account}/Messages/{message.id}"
        created = format_datetime(message.at)
        return {
            "account_sid": account,
            "api_version": _VERSION,
            "body": message.text,
            "date_created": created,
            "date_sent": None if message.state == "queued" else created,
            "date_updated": created,
            "direction": "inbound" if message.by_parent else "outbound-api",
            "error_code": message.error,
            "error_message": None,
            "from": message.phone if message.by_parent else message.sender,
            "messaging_service_sid": None,
            "num_media": "0",
            "num_segments": str(segments(message.text)),
            "price": None,
            "price_unit": "USD",
            "sid": message.id,
            "status": message.state,
            "subresource_uris": {"media": f"{uri}/Media.json"},
            "to": self.settings.sms_sender if message.by_parent else message.phone,
            "uri": f"{uri}.json",
        }


def lose_answer(request: web.Request) -> web.StreamResponse:
    """Closes the connection instead of answering: the other side can't know whether its request was done."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=502)


def check_access(settings: Settings, behaviour: Behaviour, request: web.Request) -> None:
    """Of all that is below an account. Raises Refused."""
    if behaviour.outage:
        raise Refused(503, 20503, "Service Unavailable")
    pair = f"{settings.sms_account_sid}:{settings.sms_auth_token}"
    wanted = "Basic " + base64.b64encode(pair.encode()).decode()
    if not secrets.compare_digest(request.headers.get("Authorization", "").encode(), wanted.encode()):
        raise Refused(401, 20003, "Authenticate")
    if request.match_info["account"] != settings.sms_account_sid:
        raise Refused(404, 20404, f"The requested resource {request.path} was not found")


def refusal_of(refused: Refused) -> web.Response:
    more = f"https://www.twilio.com/docs/errors/{refused.code}"
    body = {"code": refused.code, "message": refused.message, "more_info": more, "status": refused.status}
    return web.json_response(body, status=refused.status)


def _new_sid() -> str:
    return "SM" + secrets.token_hex(16)
