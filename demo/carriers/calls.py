"""Calls, as Twilio's Programmable Voice speaks: https://www.twilio.com/docs/voice/api/call-resource

The simulated phone rings, somebody answers, and what <Play> names is fetched: a call whose sound can't be fetched fails.
"""

import re
import secrets
from typing import Any
from xml.etree import ElementTree

import aiohttp
from aiohttp import web

from demo.carriers.behaviour import ANSWER_LOST_ONCE, FAILS, NEVER_DELIVERS, RATE_LIMITED_ONCE, Behaviour
from demo.carriers.callbacks import Callbacks
from demo.carriers.delivery import Delivery
from demo.carriers.network import Attachment, Message, Network
from demo.carriers.settings import Settings
from demo.carriers.sms import E164, check_access, lose_answer, refusal_of
from demo.carriers.sms_list import Refused

_VERSION = "2010-04-01"
PLAYED = re.compile(r"audio/(mpeg|wav|wave|x-wav|aiff|x-aifc|x-aiff|x-gsm|gsm|ulaw)")  # what Twilio's <Play> takes
ANSWERED = (("initiated", None), ("in-progress", None), ("completed", None))
STEPS = {NEVER_DELIVERS: (("initiated", None), ("no-answer", None)), FAILS: (("initiated", None), ("busy", None))}


class Calls:
    def __init__(
        self, settings: Settings, network: Network, behaviour: Behaviour, delivery: Delivery, callbacks: Callbacks
    ) -> None:
        self.settings, self.network, self.behaviour = settings, network, behaviour
        self.delivery, self.callbacks = delivery, callbacks
        self.routes = [web.post(f"/{_VERSION}/Accounts/{{account}}/Calls.json", self.create)]

    async def create(self, request: web.Request) -> web.StreamResponse:
        try:
            check_access(self.settings, self.behaviour, request)
            call = await self._take({name: str(value) for name, value in (await request.post()).items()})
        except Refused as refused:
            return refusal_of(refused)
        steps = STEPS.get(self.behaviour.of(call.phone), ANSWERED)
        if steps == ANSWERED and not call.attachments:
            steps = (("initiated", None), ("failed", None))
        self.delivery.begin(call, steps, self._report)
        if self.behaviour.once("voice", call.phone, ANSWER_LOST_ONCE):
            return lose_answer(request)
        answer = {"sid": call.id, "status": "queued", "to": call.phone, "from": call.sender, "direction": "outbound-api"}
        return web.json_response(answer, status=201)

    async def _take(self, form: dict[str, str]) -> Message:
        to, sender = form.get("To", ""), form.get("From", "")
        if not E164.fullmatch(to):
            raise Refused(400, 21211, f"The 'To' number {to} is not a valid phone number.")
        if not E164.fullmatch(sender):
            raise Refused(400, 21210, f"The 'From' number {sender} is not a verified number.")
        if self.behaviour.once("voice", to, RATE_LIMITED_ONCE):
            raise Refused(429, 20429, "Too Many Requests")
        addresses = _played(form.get("Twiml", ""))
        sounds = await self._sounds(dict.fromkeys(addresses))
        call = Message("CA" + secrets.token_hex(16), "voice", to, f"[call] {len(addresses)} × played", sender=sender)
        call.callback_url, call.attachments = form.get("StatusCallback", ""), sounds
        return self.network.keep(call)

    async def _sounds(self, addresses: Any) -> list[Attachment]:
        found = []
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as http:
            for number, address in enumerate(addresses, start=1):
                try:
                    async with http.get(address) as answer:
                        content, kind = await answer.read(), answer.content_type
                        if answer.status == 200 and PLAYED.fullmatch(kind):
                            found.append(Attachment(f"call-{number}.wav", kind, content))
                except (aiohttp.ClientError, TimeoutError):
                    continue
        return found

    async def _report(self, call: Message, state: str, error: int | None) -> None:
        if call.callback_url:
            form = {"CallSid": call.id, "AccountSid": self.settings.sms_account_sid, "CallStatus": state, "To": call.phone}
            await self.callbacks.post_sms(call.callback_url, form | {"From": call.sender})


def _played(twiml: str) -> list[str]:
    try:
        root = ElementTree.fromstring(twiml)
    except ElementTree.ParseError as error:
        raise Refused(400, 12100, "Document parse failure") from error
    return [play.text or "" for play in root.iter("Play")]
