"""SMS over HTTP, as Twilio's Messages resource has it. https://www.twilio.com/docs/messaging/api/message-resource

It knows no token by which a message that is sent again could be told from a second one, but it can be asked for the messages
to a
number. Of the second carrier the settings are those that begin with SMS2.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode, urljoin

from urllib3 import make_headers

from services.notifications.carriers import CannotTell, Carrier, Refused, Unsure
from services.notifications.carriers.http import get, pool, post
from services.notifications.messages import sms_text
from services.notifications.settings import Sending

RECEIPTS = "/v1/carriers/sms/receipts/"
VERSION = "2010-04-01"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
OUR_CLOCKS = timedelta(minutes=1)  # apart from theirs, at most
PAGES = 5  # of a number's messages, 100 each: nobody gets so many in the minutes that are asked about
# Refusals for reasons of the account or of the sender. https://www.twilio.com/docs/api/errors
CARRIERS_OWN = {"20005", "20404", "21212", "21408", "21603", "21606", "21612", "21660"}


class Sms(Carrier):
    def __init__(self, name: str, api_url: str, account: str, token: str, sender: str, public_url: str) -> None:
        self.name = name
        self.sender, self.public_url = sender, public_url
        self.url = f"{api_url}/{VERSION}/Accounts/{account}/Messages.json"
        self.headers = make_headers(basic_auth=f"{account}:{token}")
        self.http = pool()

    def send(self, message: Mapping[str, Any], attempt_id: str) -> str:
        form = {
            "To": message["address"],
            "From": self.sender,
            "Body": sms_text(message["body"], message["link"]),
            "StatusCallback": f"{self.public_url}{RECEIPTS}{attempt_id}",
        }
        refused = partial(_refused, message["address"])
        answer = post(self.http, self.url, refused, urlencode(form).encode(), {**self.headers, **FORM})
        if not isinstance(answer.get("sid"), str):
            raise Unsure("no_sid_in_answer")
        return str(answer["sid"])

    def find(self, message: Mapping[str, Any], attempt: Mapping[str, Any]) -> list[str]:
        """By its body, and when it came: the school may have said the same to this number before."""
        body = sms_text(message["body"], message["link"])
        sent = self._sent_to(message["address"], attempt["began_at"] - OUR_CLOCKS)
        return [str(each["sid"]) for each in sent if each.get("body") == body and isinstance(each.get("sid"), str)]

    def _sent_to(self, address: str, since: datetime) -> Iterator[Mapping[str, Any]]:
        """The newest first, none older than `since`. Not asked by DateSent: what still waits at the carrier has none."""
        url = f"{self.url}?{urlencode({'To': address, 'PageSize': 100})}"
        for _ in range(PAGES):
            page = get(self.http, url, self.headers)
            messages = page.get("messages")
            if not isinstance(messages, list):
                raise CannotTell
            yield from (each for each in messages if (_created(each) or since) >= since)
            oldest = _created(messages[-1]) if messages else None
            following = page.get("next_page_uri")
            if not isinstance(following, str) or oldest is None or oldest < since:
                return
            url = urljoin(self.url, following)
        raise CannotTell


def first(settings: Sending) -> Sms:
    return Sms(
        "sms.twilio",
        settings.sms_api_url,
        settings.sms_account_sid,
        settings.sms_auth_token,
        settings.sms_sender,
        settings.public_url,
    )


def second(settings: Sending) -> Sms | None:
    if not settings.sms2_api_url:
        return None
    account, token = settings.sms2_account_sid, settings.sms2_auth_token
    return Sms("sms.second", settings.sms2_api_url, account, token, settings.sms2_sender, settings.public_url)


def _created(message: Mapping[str, Any]) -> datetime | None:
    try:
        told = parsedate_to_datetime(str(message.get("date_created")))
    except (ValueError, OverflowError):
        return None
    return told if told.tzinfo else told.replace(tzinfo=UTC)


def _refused(address: str, status: int, answer: Mapping[str, Any]) -> Exception:
    code = str(answer.get("code", status))
    return Refused(code, str(answer.get("message", "")), address, carriers_own=code in CARRIERS_OWN or status == 403)
