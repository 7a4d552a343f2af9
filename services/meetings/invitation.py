"""Calendar files: RFC 5545, METHOD:PUBLISH and METHOD:CANCEL (RFC 5546, 3.2.1 and 3.2.5), for any calendar program.

UID and SEQUENCE belong to the thing: a calendar that gets a file twice keeps one entry, one with a higher SEQUENCE updates it.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from icalendar import Calendar, Event

from services.meetings.timetable import Period

PRODUCT = "-//Rabta//Meetings//EN"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def entry(
    id: str, edition: int, period: Period, *, summary: str, place: str, at: datetime, cancelled: bool = False, url: str = ""
) -> Event:
    """One entry. `edition`: its SEQUENCE; `at`: when that edition was made, UTC."""
    event = Event()
    event.add("uid", f"{id}@meetings.rabta.pk")
    event.add("sequence", edition)
    event.add("dtstamp", at)
    event.add("dtstart", period.starts_at)
    event.add("dtend", period.ends_at)
    event.add("summary", _line(summary))
    event.add("location", _line(place))
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    if url:
        event.add("url", url)
    return event


def file_of(entries: Iterable[Event], *, cancelled: bool = False, name: str = "") -> str:
    """The file's text, lines folded and ended by CRLF. `cancelled`: all of it. `name`: what a feed is called."""
    events = list(entries)
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", _method(len(events), cancelled=cancelled))
    if name:
        calendar.add("x-wr-calname", _line(name))
    for event in events:
        calendar.add_component(event)
    return str(calendar.to_ical(), "utf-8")


def bound(entries: Sequence[str], *, cancelled: bool = False) -> str:
    """As `file_of`, of entries that are text already: where each is in several files."""
    head, end, tail = file_of([]).rpartition("END:VCALENDAR")
    head = head.replace("METHOD:PUBLISH", f"METHOD:{_method(len(entries), cancelled=cancelled)}")
    return "".join((head, *entries, end, tail))


def _method(entries: int, *, cancelled: bool) -> str:
    """METHOD:CANCEL is for one UID alone (RFC 5546, 3.2.5); of several the entries are published, each with its SEQUENCE and
    STATUS:CANCELLED (3.2.1): that too takes them out of a calendar."""
    return "CANCEL" if cancelled and entries == 1 else "PUBLISH"


def text_of(event: Event) -> str:
    """Of one entry, for `bound`."""
    return str(event.to_ical(), "utf-8")


def published(id: str, edition: int, period: Period, *, summary: str, place: str, at: datetime) -> str:
    """The file of one thing as it is now."""
    return file_of([entry(id, edition, period, summary=summary, place=place, at=at)])


def called_off(id: str, edition: int, period: Period, *, summary: str, place: str, at: datetime) -> str:
    """The file that takes it out of calendars; `edition` is higher than before."""
    return file_of([entry(id, edition, period, summary=summary, place=place, at=at, cancelled=True)], cancelled=True)


def content_type(text: str) -> str:
    """Of a file: RFC 5545, section 8.1, wants its method named."""
    method = "CANCEL" if "\r\nMETHOD:CANCEL\r\n" in text else "PUBLISH"
    return f"text/calendar; charset=utf-8; method={method}"


def of_meeting(child: str, title: str, teacher: str) -> str:
    """What a meeting is called in a calendar. `child` is the first name alone."""
    return f"{child}: {title}, {teacher}" if teacher else f"{child}: {title}"


def _line(text: str) -> str:
    """Without control characters, which RFC 5545 (section 3.1) forbids in a value and a roster may bring."""
    return " ".join(_CONTROL.sub(" ", text).split())
