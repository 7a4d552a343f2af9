"""The calendar file of a booking: RFC 5545, METHOD:PUBLISH (RFC 5546 section 3.2.1), for any calendar program."""

import re
from datetime import datetime

from icalendar import Calendar, Event

from services.meetings.timetable import Period

PRODUCT = "-//Rabta//Meetings//EN"
CONTENT_TYPE = "text/calendar; charset=utf-8; method=PUBLISH"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def invitation(booking_id: str, period: Period, *, child: str, teacher: str, title: str, place: str, at: datetime) -> str:
    """The file's text, lines folded and ended by CRLF. `child` is the first name alone; `at` is when the booking was made, UTC.

    UID and SEQUENCE belong to the booking: a calendar that gets the file twice keeps one entry.
    """
    event = Event()
    event.add("uid", f"{booking_id}@meetings.rabta.pk")
    event.add("sequence", 0)
    event.add("dtstamp", at)
    event.add("dtstart", period.starts_at)
    event.add("dtend", period.ends_at)
    event.add("summary", _line(f"{child}: {title}, {teacher}" if teacher else f"{child}: {title}"))
    event.add("location", _line(place))
    event.add("status", "CONFIRMED")
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return str(calendar.to_ical(), "utf-8")


def _line(text: str) -> str:
    """Without control characters, which RFC 5545 (section 3.1) forbids in a value and a roster may bring."""
    return " ".join(_CONTROL.sub(" ", text).split())
