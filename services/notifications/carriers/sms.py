"""SMS over HTTP, as Twilio's Messages resource has it. https://www.twilio.com/docs/messaging/api/message-resource

It knows no token by which a message that is sent again could be told from a second one.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

import requests

from services.notifications.carriers import Refused, Unsure
from services.notifications.carriers.http import post
from services.notifications.messages import sms_text
from services.notifications.pace import Pace
from services.notifications.settings import Sending

RECEIPTS = "/v1/carriers/sms/receipts/"


class Sms:
    def __init__(self, settings: Sending, pace: Pace) -> None:
        self.settings = settings
        self.pace = pace
        self.session = requests.Session()
        self.url = f"{settings.sms_api_url}/2010-04-01/Accounts/{settings.sms_account_sid}/Messages.json"

    def send(self, message: Mapping[str, Any]) -> str:
        self.pace.wait()
        form = {
            "To": message["address"],
            "From": self.settings.sms_sender,
            "Body": sms_text(message["body"], message["link"]),
            "StatusCallback": f"{self.settings.public_url}{RECEIPTS}{message['_id']}",
        }
        answer = post(
            self.session,
            self.url,
            partial(_refused, message["address"]),
            data=form,
            auth=(self.settings.sms_account_sid, self.settings.sms_auth_token),
        )
        if not isinstance(answer.get("sid"), str):
            raise Unsure("no_sid_in_answer")
        return str(answer["sid"])


def _refused(address: str, status: int, answer: Mapping[str, Any]) -> Exception:
    return Refused(answer.get("code", status), str(answer.get("message", "")), address)
