"""A call that plays the message, as Twilio's Calls resource has it. https://www.twilio.com/docs/voice/api/call-resource

What it plays is the audio note, as WAV, which the carrier fetches from us; twice, because the first words are often missed.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode
from xml.sax.saxutils import escape

from urllib3 import make_headers

from services.notifications.carriers import Carrier, Refused, Unsure
from services.notifications.carriers.http import pool, post
from services.notifications.carriers.sms import CARRIERS_OWN, FORM, VERSION
from services.notifications.settings import Sending
from services.notifications.speaking.speakers import CannotSpeak

RECEIPTS = "/v1/carriers/voice/receipts/"
RINGS = 30  # seconds
EVENTS = ("initiated", "answered", "completed")

Note = Callable[[Mapping[str, Any]], str]  # the address of a message's audio note. Raises CannotSpeak


class Calls(Carrier):
    """It can't be asked what became of a call: two to one number look alike."""

    name = "voice.twilio"

    def __init__(self, settings: Sending, note: Note) -> None:
        self.settings, self.note = settings, note
        api_url = settings.voice_api_url or settings.sms_api_url
        self.url = f"{api_url}/{VERSION}/Accounts/{settings.sms_account_sid}/Calls.json"
        self.headers = {**make_headers(basic_auth=f"{settings.sms_account_sid}:{settings.sms_auth_token}"), **FORM}
        self.http = pool()

    def send(self, message: Mapping[str, Any], attempt_id: str) -> str:
        if not self.settings.voice_number:
            raise Refused("no_carrier", "there is nobody here to call")
        try:
            note = self.note(message)
        except CannotSpeak as reason:
            raise Refused("not_spoken", str(reason)) from reason
        form = [
            ("To", message["address"]),
            ("From", self.settings.voice_number),
            ("Twiml", twiml(note)),
            ("Timeout", str(RINGS)),
            ("StatusCallback", f"{self.settings.public_url}{RECEIPTS}{attempt_id}"),
            *(("StatusCallbackEvent", event) for event in EVENTS),
        ]
        refused = partial(_refused, message["address"])
        answer = post(self.http, self.url, refused, urlencode(form).encode(), self.headers)
        if not isinstance(answer.get("sid"), str):
            raise Unsure("no_sid_in_answer")
        return str(answer["sid"])


def twiml(note: str) -> str:
    played = f"<Play>{escape(note)}</Play>"
    return f'<?xml version="1.0" encoding="UTF-8"?><Response><Pause length="1"/>{played}<Pause length="1"/>{played}</Response>'


def _refused(address: str, status: int, answer: Mapping[str, Any]) -> Exception:
    code = str(answer.get("code", status))
    return Refused(code, str(answer.get("message", "")), address, carriers_own=code in CARRIERS_OWN or status == 403)
