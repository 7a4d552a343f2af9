"""WhatsApp by Meta's Cloud API. A message that the business begins is an approved template with parameters.

https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages; templates: ../templates.py.
"""

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

from services.notifications.carriers import Carrier, NotTaken, Refused, Unsure
from services.notifications.carriers.http import pool, post
from services.notifications.settings import Sending

TOO_FAST = {4, 80007, 130429, 131048, 131056}  # error codes of rate limits, which come with status 400 too


class WhatsApp(Carrier):
    """It can't be asked what became of a message."""

    name = "whatsapp.meta"

    def __init__(self, settings: Sending) -> None:
        self.http = pool()
        self.headers = {"Authorization": f"Bearer {settings.whatsapp_access_token}", "Content-Type": "application/json"}
        self.url = f"{settings.whatsapp_api_url}/v21.0/{settings.whatsapp_phone_number_id}/messages"

    def send(self, message: Mapping[str, Any], attempt_id: str) -> str:
        refused = partial(_refused, message["address"])
        body = json.dumps(template_message(message, attempt_id)).encode()
        answer = post(self.http, self.url, refused, body, self.headers)
        try:
            return str(answer["messages"][0]["id"])
        except (KeyError, IndexError, TypeError) as error:
            raise Unsure("no_id_in_answer") from error


def template_message(message: Mapping[str, Any], attempt_id: str) -> dict[str, Any]:
    """The request's body. The receipt brings the attempt's id back in `biz_opaque_callback_data`."""
    parameters = [{"type": "text", "text": text} for text in message["parameters"]]
    return {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": message["address"].removeprefix("+"),
        "type": "template",
        "template": {
            "name": message["template"],
            "language": {"code": message["language"]},
            "components": [{"type": "body", "parameters": parameters}],
        },
        "biz_opaque_callback_data": attempt_id,
    }


def _refused(address: str, status: int, answer: Mapping[str, Any]) -> Exception:
    error = answer.get("error")
    if not isinstance(error, Mapping):
        return Refused(f"http_{status}", "", address)
    if error.get("code") in TOO_FAST:
        return NotTaken(f"code_{error['code']}", busy=True)
    return Refused(error.get("code", status), str(error.get("message", "")), address.removeprefix("+"))
