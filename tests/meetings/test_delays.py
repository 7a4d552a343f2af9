"""A teacher runs late: whom it concerns hears it, and nobody hears it twice."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from bson.codec_options import CodecOptions
from hypothesis import given
from hypothesis import strategies as st
from pymongo.database import Database

from schoolbus import clock
from schoolbus.contracts.theday import MeetingDelayed
from schoolbus.scope import branch
from services.meetings.days.dates import date_of
from services.meetings.store import Store
from services.meetings.theday.delays import AROUND, LEAST, delayed, to_tell, today, worth_telling
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


NIGHT = {"on": "2026-02-26", "starts": "21:00", "ends": "00:30"}
NEXT = {"on": "2026-02-27", "starts": "21:00", "ends": "00:30"}


@pytest.mark.parametrize(
    ("at", "of"),
    [
        ("2026-02-26T20:30", 26),  # they say it before it begins
        ("2026-02-26T23:55", 26),
        ("2026-02-27T00:02", 26),
        ("2026-02-27T01:10", 26),  # it takes longer
        ("2026-02-27T12:00", 27),
        ("2026-02-27T21:00", 27),
        ("2026-02-28T00:02", 27),
        ("2026-02-28T12:00", 28),
    ],
)
def test_a_delay_is_of_the_night_on_which_it_was_said(at: str, of: int) -> None:
    moment = datetime.fromisoformat(at).replace(tzinfo=clock.BRANCH_ZONE).astimezone(UTC)
    assert date_of({"dates": [NIGHT, NEXT]}, moment, AROUND).day == of


def test_at_midnight_nothing_is_forgotten(kept: Database[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(kept.client.get_database(kept.name, codec_options=CodecOptions(tz_aware=True)))
    day, scope = {"_id": "ramadan", "dates": [NIGHT, NEXT]}, branch("b1")

    def shown(at: str) -> dict[str, Any]:
        moment = datetime.fromisoformat(at).replace(tzinfo=clock.BRANCH_ZONE).astimezone(UTC)
        monkeypatch.setattr(clock, "now", lambda: moment)
        monkeypatch.setattr(clock, "today", lambda: moment.astimezone(clock.BRANCH_ZONE).date())
        return today(store, scope, day, "t1")

    store.delays.add({**shown("2026-02-26T23:55"), "minutes": 20, "edition": 1})
    assert shown("2026-02-27T00:02")["minutes"] == 20
    assert shown("2026-02-27T21:05")["minutes"] == 0, "another night begins anew"


def test_a_list_of_a_night_goes_on_after_midnight(meetings: Meetings) -> None:
    day = meetings.opens(starts="23:30", ends="00:30", teachers=TWO)
    slots = meetings.slots(day, teacher_id="t1")
    booked = [meetings.books(slots[0]).json(), meetings.books(slots[-1], "g3", "s3").json()]
    on = date.fromisoformat(day["held_on"])
    lists = [list_of(meetings, day, on=(on + timedelta(days=each)).isoformat())["meetings"] for each in (-1, 0, 1)]
    assert [[each["booking_id"] for each in one] for one in lists] == [[], [each["booking_id"] for each in booked], []]


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
