"""What of a meeting day is for the staff alone, and what for the family that has a meeting."""

from typing import Any

import pytest

from schoolbus.caller import Caller
from tests.meetings.story import Meetings, slug
from tests.support.people import guardian, head, office, operator, teacher

LINK, NUMBER = "https://meet.example/t1", "Teacher calls 0300"
WAYS = {"place": "Room 4", "telephone": NUMBER, "video": LINK}
STAFF = (teacher("t1"), teacher("t2"), office(), head(), operator())


def opened(meetings: Meetings, **more: Any) -> dict[str, Any]:
    teachers = [{"teacher_id": "t1", **WAYS}, {"teacher_id": "t2", "video": "https://meet.example/t2"}]
    return meetings.opens(teachers=teachers, **more)


def shows_links(text: str) -> bool:
    return "meet.example" in text or NUMBER in text


def test_who_is_invited_and_who_is_away_is_for_the_staff(meetings: Meetings) -> None:
    day = opened(meetings, invited={"student_ids": ["s1", "s2"]})
    meetings.changes("POST", day, "/absences", teacher_id="t2")
    for caller in (guardian("g1"), guardian("g3"), *STAFF):
        one = meetings.call("GET", f"meeting-days/{day['meeting_day_id']}", caller).json()
        page = meetings.call("GET", "meeting-days", caller, params={"limit": 500}).json()["items"]
        [of_page] = [each for each in page if each["meeting_day_id"] == day["meeting_day_id"]]
        assert one == of_page
        assert {"invited", "absences"} & set(one) == ({"invited", "absences"} if caller in STAFF else set())
        assert shows_links(str(one)) == (caller in STAFF)
        assert [way["way"] for way in one["teachers"][0]["ways"]] == ["visit", "telephone", "video"]
        assert one["teachers"][0]["place"] == "Room 4"


@pytest.mark.parametrize("query", [{}, {"teacher_id": "t1"}, {"free": "true"}, {"teacher_id": "t1", "free": "true"}])
def test_where_a_call_leads_is_not_for_every_family(meetings: Meetings, query: dict[str, str]) -> None:
    day = opened(meetings)
    callers: list[Caller] = [office(), guardian("g2"), teacher("t2"), guardian("g2")]  # whoever asked before
    for caller in callers:
        shown = meetings.slots(day, caller, **query)
        assert shows_links(str(shown)) == (caller != guardian("g2"))
        of_t1 = next(slot for slot in shown if slot["teacher_id"] == "t1")
        assert (of_t1["place"], of_t1["ways"][0]) == ("Room 4", {"way": "visit", "place": "Room 4"})


def test_it_is_told_with_the_booking(meetings: Meetings) -> None:
    day = opened(meetings)
    first, second = meetings.slots(day, teacher_id="t1")[:2]
    body = {"slots": [{"slot_id": first["slot_id"], "student_id": "s1", "way": "video"}], "guardian_id": None}
    hold = meetings.call("POST", f"meeting-days/{day['meeting_day_id']}/holds", guardian("g1"), json=body).json()
    assert not shows_links(str(hold)), "nobody walks in by holding a time"
    [booking] = meetings.confirms(hold).json()["bookings"]
    assert (booking["way"], booking["place"]) == ("video", LINK)
    assert not shows_links(meetings.call("GET", f"bookings/{booking['booking_id']}/alternatives", guardian("g1")).text)
    lost = meetings.books(first, "g3", "s3")
    assert (slug(lost), shows_links(lost.text)) == ("slot-taken", False)
    asked = {"student_id": "s3", "teacher_id": "t1", "way": "video"}
    proposed = meetings.call("GET", f"meeting-days/{day['meeting_day_id']}/proposals", guardian("g3"), params=asked)
    assert (proposed.status_code, shows_links(proposed.text)) == (200, False)
    assert meetings.books(second, "g3", "s3", way="telephone").json()["place"] == NUMBER
