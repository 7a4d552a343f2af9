"""A teacher runs late: whom it concerns hears it, and nobody hears it twice."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pymongo.database import Database

from schoolbus.contracts.meetings import MeetingDelayed
from services.meetings.theday.delays import LEAST, delayed, to_tell, worth_telling
from tests.meetings.story import Meetings, at_once
from tests.meetings.theday import TEACHER, TWO, asks, begins, list_of
from tests.support.people import guardian, office, teacher
from tests.support.waiting import eventually

MINUTES = st.integers(0, 240)


@given(st.lists(MINUTES, max_size=40))
def test_what_a_family_was_told_is_never_far_from_the_truth(course: list[int]) -> None:
    told, messages = 0, 0
    for minutes in course:
        if worth_telling(told, minutes):
            told, messages = minutes, messages + 1
        assert abs(told - minutes) < LEAST
        assert minutes or not told, "who was told of a delay hears that it is over"
        assert not worth_telling(told, minutes), "said again, it is said already"
    assert messages <= len(course)


@given(st.integers(0, 239), st.integers(1, 4))
def test_less_than_five_minutes_more_are_no_news(told: int, more: int) -> None:
    assert not worth_telling(told, told + more)
    assert worth_telling(told, told + LEAST)


@given(st.dictionaries(st.sampled_from("abcdef"), MINUTES), MINUTES)
def test_each_family_by_what_it_was_told(told: dict[str, int], minutes: int) -> None:
    bookings = [{"_id": id} for id in "abcdef"]
    telling = {booking["_id"] for booking in to_tell(told, minutes, bookings)}
    assert telling == {id for id in "abcdef" if worth_telling(told.get(id, 0), minutes)}


def test_when_it_will_begin() -> None:
    names = dict.fromkeys(("_id", "branch_id", "meeting_day_id", "student_id", "guardian_id", "teacher_id"), "x")
    starts_at = datetime(2026, 12, 31, 18, 55, tzinfo=UTC)  # close to midnight in Karachi, and to the end of the year
    event = delayed({**names, "edition": 0, "starts_at": starts_at}, 15)
    assert event.data["expected_at"] == starts_at + timedelta(minutes=15)


def test_the_next_families_hear_it_once(meetings: Meetings, kept: Database[Any]) -> None:
    day = meetings.opens(teachers=TWO)
    first, second = (meetings.slots(day, teacher_id=id) for id in ("t1", "t2"))
    over, next_one, here = (meetings.books(first[place], *whose).json() for place, whose in enumerate(FAMILIES))
    other = meetings.books(second[4], "g3", "s3").json()
    for booking, minutes in ((over, -20), (next_one, 60), (here, 75), (other, 90)):
        begins(kept, booking, -timedelta(minutes=minutes))
    asks(meetings, "POST", here, "arrival", office())
    answers = at_once(*[lambda: _late(meetings, day, 10)] * 4)
    assert [answer.status_code for answer in answers] == [200] * 4, [answer.text for answer in answers]
    assert sum(answer.json()["families_told"] for answer in answers) == 1
    assert _late(meetings, day, 13).json()["families_told"] == 0
    assert _late(meetings, day, 15, office()).json()["families_told"] == 1
    shown = {each["booking_id"]: each for each in list_of(meetings, day)["meetings"]}[next_one["booking_id"]]
    assert datetime.fromisoformat(shown["expected_at"]) - datetime.fromisoformat(shown["starts_at"]) == timedelta(minutes=15)
    assert _late(meetings, day, 0).json()["families_told"] == 1
    assert _late(meetings, day, 0).json()["families_told"] == 0
    told = eventually(lambda: _told(meetings, day, 3))
    assert [(event.subject, event.data["minutes"]) for event in told] == [(next_one["booking_id"], n) for n in (10, 15, 0)]


FAMILIES = (("g1", "s1"), ("g3", "s3"), ("g1", "s2"))


def test_who_says_so(meetings: Meetings) -> None:
    day = meetings.opens(teachers=TWO)
    for stranger in (teacher("t2"), guardian("g1"), teacher("t1", "b2")):
        assert _late(meetings, day, 10, stranger).status_code in (403, 404)
    path = f"meeting-days/{day['meeting_day_id']}/teachers/t9/delay"
    assert meetings.call("PUT", path, office(), json={"minutes": 5}).status_code == 404
    assert _late(meetings, day, -1).status_code == 422


def _late(meetings: Meetings, day: dict[str, Any], minutes: int, by: Any = TEACHER) -> Any:
    path = f"meeting-days/{day['meeting_day_id']}/teachers/t1/delay"
    return meetings.call("PUT", path, by, json={"minutes": minutes})


def _told(meetings: Meetings, day: dict[str, Any], count: int) -> list[Any] | None:
    found = [event for event in meetings.service.heard(MeetingDelayed) if event.data["meeting_day_id"] == day["meeting_day_id"]]
    return sorted(found, key=lambda event: event.time) if len(found) >= count else None
