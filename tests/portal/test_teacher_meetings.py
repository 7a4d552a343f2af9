"""A teacher's meeting day: what each tap asks of the API."""

from typing import Any

import pytest

from gateway.portal.teacher.meeting_day import next_family
from schoolbus.clock import today
from tests.portal.support import Browser, Stage
from tests.portal.teaching import BRANCH, gone_on

DAY, AT_DAY = f"{BRANCH}/meeting-days/d1", "/meeting-day/b1/d1"
BOOKING, AT_MEETING = f"{BRANCH}/bookings/k1", f"{AT_DAY}/meetings/k1"
MEETING = {
    "state": "booked",
    "booking_id": "k1",
    "student_id": "s1",
    "student_name": "Ahsan Jatoi",
    "student_name_ur": "احسن جتوئی",
    "guardian_id": "g1",
    "guardian_name": "Nasreen Bibi",
    "meeting_day_id": "d1",
    "teacher_id": "t1",
    "way": "visit",
    "place": "Room 4",
    "starts_at": "2026-12-06T12:00:00+00:00",
    "ends_at": "2026-12-06T12:10:00+00:00",
    "arrived_at": None,
    "expected_at": None,
    "needs": {"companion": "Her brother", "interpreter": "ps", "wheelchair": True, "known": ["evening"]},
    "prepared": {
        "prompts": [{"prompt_id": "p", "en": "Reading", "ur": "پڑھائی"}],
        "own_prompt": None,
        "questions": "How is <she>?",
    },
    "brief": None,
    "commitments": [],
    "notes": None,
    "call_wish": None,
}


@pytest.fixture
def day(stage: Stage, teacher: Browser) -> Browser:
    """With one family on the list."""
    stage.says(
        "meetings", f"{DAY}/list", {"title": "Parents' evening", "teacher_id": "t1", "minutes_late": 0, "meetings": [MEETING]}
    )
    return teacher


def test_today_begins_with_the_list(stage: Stage, day: Browser) -> None:
    open_day = {
        "meeting_day_id": "d1",
        "title": "Parents' evening",
        "state": "open",
        "held_on": today().isoformat(),
        "until": today().isoformat(),
    }
    dates = [{"on": today().isoformat(), "starts": "17:00", "ends": "19:00"}]
    teachers = [{"teacher_id": "t1", "place": "Room 4"}]
    stage.says(
        "meetings", f"{BRANCH}/meeting-days", {"items": [{**open_day, "dates": dates, "teachers": teachers}], "next": None}
    )
    page = day.get("/meeting-day").text
    assert "Next: Ahsan Jatoi" in page
    assert "wants an interpreter" in page
    assert "The list" in day.get("/meeting-day?all=yes").text


def test_a_meeting_shows_what_the_family_wants(day: Browser) -> None:
    page = day.get(AT_MEETING).text
    for said in ("Reading", "How is &lt;she&gt;?", "brings Her brother", "Nasreen Bibi"):
        assert said in page


def test_a_meeting_that_is_gone_says_so(day: Browser) -> None:
    answer = day.get(f"{AT_DAY}/meetings/k2")
    assert (answer.status_code, "not in your list" in answer.text) == (404, True)


@pytest.mark.parametrize(
    ("step", "path", "body"),
    [
        ("arrived", "arrival", b""),
        ("attended", "attendance", {"state": "attended"}),
        ("missed", "attendance", {"state": "missed"}),
    ],
)
def test_who_is_here_and_who_came(stage: Stage, day: Browser, step: str, path: str, body: Any) -> None:
    stage.says("meetings", f"{BOOKING}/{path}", MEETING)
    day.get(AT_DAY)
    assert day.post(f"{AT_MEETING}/{step}").status_code == 303
    assert stage.sent(f"{BOOKING}/{path}") == body


def test_too_early_says_when(stage: Stage, day: Browser) -> None:
    early = {
        "type": "https://rabta.pk/problems/not-begun",
        "title": "The meeting has not begun",
        "detail": "It is at five.",
        "status": 409,
    }
    stage.says("meetings", f"{BOOKING}/attendance", early, 409)
    day.get(AT_DAY)
    answer = day.post(f"{AT_MEETING}/attended")
    assert (answer.status_code, "The meeting has not begun" in answer.text) == (409, True)


def test_running_late_tells_families(stage: Stage, day: Browser) -> None:
    stage.says("meetings", f"{DAY}/teachers/t1/delay", {"teacher_id": "t1", "minutes": 10, "families_told": 2})
    day.get(AT_DAY)
    assert "2 families are told." in day.follow(day.post(f"{AT_DAY}/delay", {"minutes": "10"})).text
    assert stage.sent(f"{DAY}/teachers/t1/delay") == {"minutes": 10}


def test_notes_and_what_was_agreed(stage: Stage, day: Browser) -> None:
    stage.says("meetings", f"{BOOKING}/notes", {})
    stage.says("meetings", BOOKING, MEETING)
    stage.says("meetings", f"{BRANCH}/commitments", {})
    day.get(AT_MEETING)
    day.post(f"{AT_MEETING}/notes", {"shared": "Reads well.", "private": "", "edition": "0"})
    assert stage.sent(f"{BOOKING}/notes") == {"shared": "Reads well.", "private": "", "edition": 0}
    day.post(f"{AT_MEETING}/commitments", {"text": "Reads daily", "due_on": "2026-12-20", "owners": "guardian"})
    made = stage.sent(f"{BRANCH}/commitments")
    assert (made["guardian_id"], made["owners"], made["booking_id"]) == ("g1", ["guardian"], "k1")


def test_a_family_without_a_time(stage: Stage, day: Browser) -> None:
    family = {
        "guardians": [{"person_id": "g1", "given_name": "Nasreen", "family_name": "Bibi", "may_receive_reports": True}],
        "siblings": [],
    }
    stage.says("roster", f"{BRANCH}/people/s1/family", family)
    free = {"teacher_id": "t1", "next_free": None, "booking_id": None, "meets_at": None}
    stage.says("meetings", f"{DAY}/desk", {"teachers": [free]})
    stage.says("meetings", f"{DAY}/walk-ins", MEETING, 201)
    assert "Whose family is here?" in day.get(f"{AT_DAY}/walk-in").text
    assert "No time is free any more" in day.get(f"{AT_DAY}/walk-in?student_id=s1").text
    assert day.post(f"{AT_DAY}/walk-in", {"student_id": "s1", "guardian_id": "g1"}).status_code == 303
    assert stage.sent(f"{DAY}/walk-ins") == {"teacher_id": "t1", "student_id": "s1", "guardian_id": "g1"}


def test_hours_of_the_week_and_days_away(stage: Stage, day: Browser) -> None:
    path = f"{BRANCH}/availability/t1"
    away = {"on": "2026-12-01", "until_on": None, "hours": []}
    stage.says("meetings", path, {"teacher_id": "t1", "patterns": [], "exceptions": [away]})
    desk = {"days": [0, 1], "from": "08:00", "to": "14:00", "answer_within_hours": 6, "own": False}
    stage.says("notifications", f"{BRANCH}/desk/mine", desk)
    day.get("/meeting-day/b1/availability")
    day.post("/meeting-day/b1/availability", {"starts0": "16:00", "ends0": "18:00", "drop": "0", "away_on": "2026-12-24"})
    assert stage.sent(path) == {
        "patterns": [{"starts": "16:00", "ends": "18:00", "weekdays": [0], "from_on": today().isoformat()}],
        "exceptions": [{"on": "2026-12-24", "until_on": None, "hours": []}],
    }


def test_who_is_here_comes_before_who_is_next() -> None:
    past = {**MEETING, "booking_id": "past", "ends_at": "2000-01-01T00:00:00+00:00"}
    coming = {**MEETING, "booking_id": "coming", "ends_at": "2999-01-01T00:00:00+00:00"}
    here = {**coming, "booking_id": "here", "arrived_at": "2026-12-06T12:00:00+00:00"}
    for waiting, expected in (([past, coming, here], "here"), ([past, coming], "coming"), ([past], "past"), ([], None)):
        found = next_family(waiting)
        assert (found and found["booking_id"]) == expected


def test_a_step_that_is_none_says_nothing_of_the_meeting(stage: Stage, day: Browser) -> None:
    day.get(AT_DAY)
    assert day.post(f"{AT_MEETING}/dissolved").status_code == 404
    assert not stage.changes()


def test_what_was_agreed_is_settled_where_it_stands(stage: Stage, day: Browser) -> None:
    promise = {"commitment_id": "p1", "teacher_id": "t1", "student_name": "Ahsan", "text": "Reads", "due_on": "2026-12-20"}
    stage.says("meetings", f"{BRANCH}/commitments", {"items": [{**promise, "state": "open"}], "next": None})
    stage.says("meetings", f"{BRANCH}/commitments/p1/outcome", {})
    assert 'action="/meeting-day/b1/commitments/p1?all=yes"' in day.get("/meeting-day?all=yes").text
    answer = day.post("/meeting-day/b1/commitments/p1?all=yes", {"state": "done", "back": "//elsewhere.example"})
    assert answer.headers["Location"] == "/meeting-day?all=yes"
    answer = day.post(f"{AT_MEETING}/commitments/p1", {"state": "done"})
    assert answer.headers["Location"] == AT_MEETING
    refused = {"type": "x", "title": "It is settled", "status": 409}
    stage.says("meetings", f"{BRANCH}/commitments/p1/outcome", refused, 409)
    page = day.post("/meeting-day/b1/commitments/p1?all=yes", {"state": "done"}).text
    assert "It is settled" in page
    assert "My meetings to come" in page
    assert "Nasreen Bibi" in day.post(f"{AT_MEETING}/commitments/p1", {"state": "done"}).text


def test_more_meetings_than_a_page_have_a_next_one(stage: Stage, day: Browser) -> None:
    stage.says("meetings", f"{BRANCH}/bookings", {"items": [MEETING], "next": "n2"})
    page = day.get("/meeting-day").text
    assert 'href="/meeting-day?after=b1%3Dn2"' in page
    day.get("/meeting-day?after=b1%3Dn2")
    assert "after=n2" in stage.of(f"{BRANCH}/bookings")[-1].path


def test_a_call_wants_a_time(stage: Stage, day: Browser) -> None:
    wish = {"state": "wished", "times": [], "words": None}
    listed = {"title": "Evening", "teacher_id": "t1", "minutes_late": 0, "meetings": [{**MEETING, "call_wish": wish}]}
    stage.says("meetings", f"{DAY}/list", listed)
    day.get(AT_MEETING)
    answer = day.post(f"{AT_MEETING}/call", {"starts_at": "soon"})
    assert answer.status_code == 422
    assert 'id="starts_at-error">Choose a day and a time.' in answer.text
    assert not stage.changes()


def test_of_two_who_write_notes_the_second_sees_both(stage: Stage, day: Browser) -> None:
    notes = {"shared": "Theirs.", "private": "", "edition": 2}
    listed = {"title": "Evening", "teacher_id": "t1", "minutes_late": 0, "meetings": [{**MEETING, "notes": notes}]}
    stage.says("meetings", f"{DAY}/list", listed)
    stage.says("meetings", f"{BOOKING}/notes", gone_on(2), 409)
    day.get(AT_MEETING)
    page = day.post(f"{AT_MEETING}/notes", {"shared": "Mine.", "private": "", "edition": "1"}).text
    assert "Theirs." in page
    assert ">Mine.</textarea>" in page
    assert 'name="edition" value="2"' in page
