"""Web Push: a knock at a person's devices. The message itself is in the app, whose word it is that it was read.

A knock that comes twice is one: the push service replaces one that waits (Topic), and the device shows the newest of a tag.
"""

import base64
import json
import uuid
from collections.abc import Mapping, Sequence
from email.utils import parseaddr
from typing import Any, Protocol

from services.notifications.carriers import Carrier, NotTaken, Refused
from services.notifications.pushing import sealing
from services.notifications.settings import Sending
from services.notifications.webhooks import posting
from services.notifications.webhooks.posting import Answer
from services.notifications.wording.languages import LANGUAGES

TTL = 86_400  # seconds for which a push service keeps it for a device that is off
LONGEST = 1000  # characters of the body: all of it must fit 4 kB
NOT_THIS_KEY = (400, 401, 403)
GONE, PRIVATE = (404, 410), "private_address"
FEED = "feed"  # no device is left: it is in the app, and nobody knocked


class Devices(Protocol):
    def of(self, person_id: str) -> Sequence[Mapping[str, Any]]: ...
    def forget(self, device_id: str, because: str) -> None: ...


class Push(Carrier):
    name = "push.web"

    def __init__(self, settings: Sending, devices: Devices) -> None:
        self.pems = sealing.keys_of(settings.vapid_private_key)
        self.contact = f"mailto:{parseaddr(settings.mail_from)[1]}"
        self.allow_private = settings.webhook_allow_private
        self.devices = devices

    def send(self, message: Mapping[str, Any], attempt_id: str) -> str:
        """Taken when one device's service takes it."""
        if not self.pems:
            return FEED
        answers = [self._knock(device, message) for device in self.devices.of(message["person_id"])]
        if any(answer.good for answer in answers):
            return attempt_id
        left = [answer for answer in answers if answer.status not in GONE and answer.outcome != PRIVATE]
        if not left:
            return FEED
        later = [answer for answer in left if answer.status is None or answer.status == 429 or answer.status >= 500]
        if later:
            raise NotTaken(later[0].outcome, busy=later[0].status == 429)
        raise Refused(left[0].outcome, "")

    def find(self, message: Mapping[str, Any], attempt: Mapping[str, Any]) -> list[str]:
        """To knock again does no harm."""
        return []

    def _knock(self, device: Mapping[str, Any], message: Mapping[str, Any]) -> Answer:
        """A subscription is bound to the key that it was made with, and its push service refuses any other (RFC 8292, 4.2)."""
        for pem in self.pems:
            answer = self._post(pem, device, message)
            if answer.status not in NOT_THIS_KEY:
                break
        if answer.status in GONE or answer.outcome == PRIVATE:
            self.devices.forget(device["_id"], answer.outcome)
        return answer

    def _post(self, pem: str, device: Mapping[str, Any], message: Mapping[str, Any]) -> Answer:
        headers = {
            "Content-Type": "application/octet-stream",
            "Content-Encoding": "aes128gcm",
            "TTL": str(TTL),
            "Urgency": urgency(message),
            "Topic": base64.urlsafe_b64encode(uuid.UUID(message["_id"]).bytes).decode().rstrip("="),
            "Authorization": sealing.authorization(pem, device["endpoint"], self.contact),
        }
        body = sealing.sealed(json.dumps(teaser(message), ensure_ascii=False).encode(), device["keys"])
        return posting.post(device["endpoint"], body, headers, allow_private=self.allow_private)


def teaser(message: Mapping[str, Any]) -> dict[str, Any]:
    """What the device shows: the fields of the Notifications API."""
    language = message["language"]
    return {
        "title": message["subject"],
        "body": message["body"][:LONGEST],
        "lang": language,
        "dir": "rtl" if LANGUAGES[language].right_to_left else "ltr",
        "tag": message["_id"],
        "url": message["link"],
    }


def urgency(message: Mapping[str, Any]) -> str:
    """RFC 8030, section 5.3."""
    if message["urgency"] <= 1:
        return "high"
    return "low" if message["lane"] == "bulk" else "normal"
