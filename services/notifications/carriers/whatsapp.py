"""WhatsApp by Meta's Cloud API. A message that the business begins is an approved template with parameters.

https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages; templates: ../templates.py.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

import requests

from services.notifications.carriers import NotTaken, Refused, Unsure
from services.notifications.carriers.http import post
from services.notifications.pace import Pace
from services.notifications.settings import Sending

TOO_FAST = {4, 80007, 130429, 131048, 131056}  # error codes of rate limits, which come with status 400 too


class WhatsApp:
    def __init__(self, settings: Sending, pace: Pace) -> None:
        self.pace = pace
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Bearer {settings.whatsapp_access_token}"
        self.url = f"{settings.whatsapp_api_url}/v21.0/{settings.whatsapp_phone_number_id}/messages"

    def send(self, message: Mapping[str, Any]) -> str:
        self.pace.wait()
        refused = partial(_refused, message["address"])
        answer = post(self.session, self.url, refused, json=template_message(message))
        try:
            return str(answer["messages"][0]["id"])
        except (KeyError, IndexError, TypeError) as error:
            raise Unsure("no_id_in_answer") from error


def template_message(message: Mapping[str, Any]) -> dict[str, Any]:
    """The request's body. The receipt brings our id back in `biz_opaque_callback_data`."""
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
        "biz_opaque_callback_data": message["_id"],
    }


def _refused(address: str, status: int, answer: Mapping[str, Any]) -> Exception:
    error = answer.get("error")
    if not isinstance(error, Mapping):
        return Refused(f"http_{status}", "", address)
    if error.get("code") in TOO_FAST:
        return NotTaken(f"code_{error['code']}")
    return Refused(error.get("code", status), str(error.get("message", "")), address.removeprefix("+"))
