"""The calendar file, read back by the library."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from services.meetings.invitation import bound, entry, file_of, of_meeting, published, text_of
from services.meetings.timetable import Period

STARTS = datetime(2026, 12, 1, 11, 0, tzinfo=UTC)
PERIOD = Period(STARTS, STARTS + timedelta(minutes=10))
BOOKED_AT = datetime(2026, 11, 20, 8, 0, 7, tzinfo=UTC)


def made(**more):
    named = {"child": "Ayesha", "teacher": "Sana Malik", "title": "Autumn meetings", "place": "Room 4", **more}
    place = named.pop("place")
    return published("booking-1", 0, PERIOD, summary=of_meeting(**named), place=place, at=BOOKED_AT)


def read(text):
    calendar = Calendar.from_ical(text)
    [event] = calendar.walk("VEVENT")
    return calendar, event


def test_what_a_calendar_program_reads():
    calendar, event = read(made())
    assert (calendar["METHOD"], calendar["VERSION"], calendar["PRODID"]) == ("PUBLISH", "2.0", "-//Rabta//Meetings//EN")
    assert (event["UID"], event["SEQUENCE"]) == ("booking-1@meetings.rabta.pk", 0)
    assert (event["DTSTART"].dt, event["DTEND"].dt, event["DTSTAMP"].dt) == (*PERIOD, BOOKED_AT)
    assert (event["SUMMARY"], event["LOCATION"]) == ("Ayesha: Autumn meetings, Sana Malik", "Room 4")


def test_the_same_booking_is_the_same_text():
    assert made() == made()


def test_lines_are_folded_and_end_as_the_standard_wants():
    text = made(title="ملاقات " * 20)
    assert text.endswith("END:VCALENDAR\r\n")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "\n" not in text.replace("\r\n", "")
    assert "ملاقات ملاقات" in read(text)[1]["SUMMARY"]


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_text_adds_a_property(child, place):
    calendar, event = read(made(child=child, place=place))
    assert set(event) == {"UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "LOCATION", "STATUS"}
    assert set(calendar) == {"PRODID", "VERSION", "METHOD"}


def test_several_that_are_cancelled_are_published_as_cancelled():
    """METHOD:CANCEL bears one UID (RFC 5546, 3.2.5)."""
    off = [entry(f"session-{n}", 3, PERIOD, summary="", place="", at=BOOKED_AT, cancelled=True) for n in range(2)]
    files = {
        len(some): {file_of(some, cancelled=True), bound([text_of(each) for each in some], cancelled=True)}
        for some in (off, off[:1])
    }
    for number, texts in files.items():
        [text] = texts
        calendar = Calendar.from_ical(text)
        assert calendar["METHOD"] == ("CANCEL" if number == 1 else "PUBLISH")
        assert [(event["STATUS"], event["SEQUENCE"]) for event in calendar.walk("VEVENT")] == [("CANCELLED", 3)] * number
