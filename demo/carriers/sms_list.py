"""Which messages somebody wants to read, as Twilio's Messages list resource is asked.

https://www.twilio.com/docs/messaging/api/message-resource#read-multiple-message-resources
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from email.utils import parsedate_to_datetime
from itertools import islice
from typing import Any, Self
from urllib.parse import urlencode

_MOST = 1000  # on a page


class Refused(Exception):
    def __init__(self, status: int, code: int, message: str) -> None:
        self.status, self.code, self.message = status, code, message


@dataclass(frozen=True)
class Wanted:
    """`sent_on`, `sent_from` and `sent_until` are days in UTC, the last two included."""

    to: str
    sender: str
    sent_on: date | None
    sent_from: date | None
    sent_until: date | None
    size: int
    number: int  # of the page, from 0

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Self:
        return cls(
            to=query.get("To", "").replace(" ", "+"),
            sender=query.get("From", "").replace(" ", "+"),
            sent_on=_day(query, "DateSent"),
            sent_from=_day(query, "DateSent>"),
            sent_until=_day(query, "DateSent<"),
            size=min(max(_number(query, "PageSize", 50), 1), _MOST),
            number=_number(query, "Page", 0),
        )

    def fits(self, resource: Mapping[str, Any]) -> bool:
        if (self.to and resource["to"] != self.to) or (self.sender and resource["from"] != self.sender):
            return False
        if not (self.sent_on or self.sent_from or self.sent_until):
            return True
        if not resource["date_sent"]:  # it still waits
            return False
        day = parsedate_to_datetime(resource["date_sent"]).date()
        return (
            day == (self.sent_on or day)
            and (self.sent_from is None or day >= self.sent_from)
            and (self.sent_until is None or day <= self.sent_until)
        )

    def page(self, path: str, found: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
        start = self.number * self.size
        these = list(islice(found, start, start + self.size + 1))
        messages = these[: self.size]
        return {
            "messages": messages,
            "page": self.number,
            "page_size": self.size,
            "start": start,
            "end": start + max(len(messages) - 1, 0),
            "uri": self._uri(path, self.number),
            "first_page_uri": self._uri(path, 0),
            "previous_page_uri": self._uri(path, self.number - 1) if self.number else None,
            "next_page_uri": self._uri(path, self.number + 1) if len(these) > self.size else None,
        }

    def _uri(self, path: str, number: int) -> str:
        days = {"DateSent": self.sent_on, "DateSent>": self.sent_from, "DateSent<": self.sent_until}
        filters = {"To": self.to, "From": self.sender, **{name: str(day) for name, day in days.items() if day}}
        asked = {name: value for name, value in filters.items() if value}
        return f"{path}?{urlencode({**asked, 'PageSize': self.size, 'Page': number})}"


def _day(query: Mapping[str, str], name: str) -> date | None:
    text = query.get(name, "")[:10]
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Refused(400, 20001, f"{name}: not a date") from error


def _number(query: Mapping[str, str], name: str, default: int) -> int:
    text = query.get(name, str(default))
    if not text.isdigit() or len(text) > 9:
        raise Refused(400, 20001, f"{name}: not a number")
    return int(text)
