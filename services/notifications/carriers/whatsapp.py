"""WhatsApp by Meta's Cloud API. A message that the business begins is an approved template with parameters; within 24 hours
of somebody's own message free text may follow.

https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages; templates: ../templates.py.
"""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any, Protocol

from services.notifications.carriers import Carrier, NotTaken, Refused, Unsure
from services.notifications.carriers.http import pool, post
from services.notifications.messages import sms_text
from services.notifications.settings import Sending

LONGEST = 4096  # characters of a text
# Error codes of rate limits, which come with status 400 too, and the seconds to wait. 131056: to one number too often
TOO_FAST = {4: 0.0, 80007: 0.0, 130429: 0.0, 131048: 600.0, 131056: 6.0}
OURS = {3, 10, 131005, 131031, 131042, 131045, 133010}  # our account is at fault: another carrier may take it
BY_TEMPLATE = ("131047", "131051")  # free text not any more, or not of this kind


class Window(Protocol):
    """Whether somebody wrote from a number in the last 24 hours."""

    def is_open(self, address: str) -> bool: ...


Note = Callable[[Mapping[str, Any]], str | None]  # the address of a message's audio note, where there is one


class WhatsApp(Carrier):
    """It can't be asked what became of a message."""

    name = "whatsapp.meta"

    def __init__(self, settings: Sending, window: Window, note: Note) -> None:
        self.http = pool()
        self.window, self.note = window, note
        self.headers = {"Authorization": f"Bearer {settings.whatsapp_access_token}", "Content-Type": "application/json"}
        self.url = f"{settings.whatsapp_api_url}/v21.0/{settings.whatsapp_phone_number_id}/messages"

    def send(self, message: Mapping[str, Any], attempt_id: str) -> str:
        if message.get("template_only") or not self.window.is_open(message["address"]):
            return self._by_template(message, attempt_id)
        try:
            taken = self._post(message, text_message(message, attempt_id))
        except Refused as refusal:
            if refusal.code in BY_TEMPLATE:  # the window closed a moment ago
                return self._by_template(message, attempt_id)
            raise
        if message.get("aloud"):
            self._say_aloud(message)
        return taken

    def _say_aloud(self, message: Mapping[str, Any]) -> None:
        """The same as a voice note behind the text, which is the message: whether it comes is no matter of the ledger."""
        if note := self.note(message):
            with suppress(Refused, NotTaken, Unsure):
                self._post(message, {**_to(message), "type": "audio", "audio": {"link": note}})

    def _by_template(self, message: Mapping[str, Any], attempt_id: str) -> str:
        if not message.get("template"):
            raise Refused("no_template", "there is no template for it, and the window is closed")
        return self._post(message, template_message(message, attempt_id))

    def _post(self, message: Mapping[str, Any], body: Mapping[str, Any]) -> str:
        refused = partial(_refused, message["address"])
        answer = post(self.http, self.url, refused, json.dumps(body).encode(), self.headers)
        try:
            return str(answer["messages"][0]["id"])
        except (KeyError, IndexError, TypeError) as error:
            raise Unsure("no_id_in_answer") from error


def text_message(message: Mapping[str, Any], attempt_id: str) -> dict[str, Any]:
    """Free text: what was written, without a template's greeting and farewell."""
    text = sms_text(message["body"], message["link"])[:LONGEST]
    return {**_to(message, attempt_id), "type": "text", "text": {"preview_url": False, "body": text}}


def template_message(message: Mapping[str, Any], attempt_id: str) -> dict[str, Any]:
    """What was approved, with its places filled."""
    parameters = [{"type": "text", "text": text} for text in message["parameters"]]
    return {
        **_to(message, attempt_id),
        "type": "template",
        "template": {
            "name": message["template"],
            "language": {"code": message.get("template_language") or message["language"]},
            "components": [{"type": "body", "parameters": parameters}],
        },
    }


def _to(message: Mapping[str, Any], attempt_id: str | None = None) -> dict[str, Any]:
    """The receipt brings the attempt's id back in `biz_opaque_callback_data`."""
    return {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": message["address"].removeprefix("+"),
        **({"biz_opaque_callback_data": attempt_id} if attempt_id else {}),
    }


def _refused(address: str, status: int, answer: Mapping[str, Any]) -> Exception:
    error = answer.get("error")
    if not isinstance(error, Mapping):
        return Refused(f"http_{status}", "", address)
    code = error.get("code", status)
    if code in TOO_FAST:
        return NotTaken(f"code_{code}", TOO_FAST[code], busy=True)
    return Refused(code, str(error.get("message", "")), address.removeprefix("+"), carriers_own=code in OURS)
