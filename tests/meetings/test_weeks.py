"""A meeting week, its preview, and when teachers have time, through HTTP and the real database."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from schoolbus import clock
from schoolbus.clock import BRANCH_ZONE
from tests.meetings.story import Meetings, at_once, draft, slug
from tests.support.people import guardian, head, office, teacher
from tests.support.roster import branch, classes, closed_on, enrolled, people, related, someone

EVENINGS = {"weekdays": [0, 1, 2, 3, 4, 5, 6], "starts": "16:30", "ends": "20:00", "from_on": "2026-01-05"}


@pytest.fixture(scope="module")
def school(meetings: Meetings) -> str:
    """Grade 5 with t21 and t22, grade 6 with t22; two brothers in 5 and 6, and their friends. Closed on 4 December 2091."""
    grade_6 = classes("b7", "c6")
    grade_6.data["items"][0]["grade"] = "06"
    meetings.knows(
        branch("b7"),
        people("b7", someone("h1", "head"), *(someone(id, "teacher") for id in ("t21", "t22", "t23"))),
        people("b7", *(someone(id, "student") for id in ("s51", "s52", "s61", "s62"))),
        people("b7", *(someone(id, "guardian") for id in ("g51", "g52", "g62"))),
        classes("b7", "c5"),
        grade_6,
        enrolled("b7", "c5", students=("s51", "s52"), teachers=("t21", "t22")),
        enrolled("b7", "c6", students=("s61", "s62"), teachers=("t22",)),
        related("b7", ("g51", "s51"), ("g51", "s61"), ("g52", "s52"), ("g62", "s62")),
        closed_on("b7", "Eid", "2091-12-04"),
    )
    return "b7"


def rooms(*teacher_ids: str, **more: Any) -> list[dict[str, Any]]:
    return [{"teacher_id": id, "place": f"{id}'s room", **more} for id in teacher_ids]


def wall(slots: list[dict[str, Any]]) -> list[str]:
    return [f"{datetime.fromisoformat(slot['starts_at']).astimezone(BRANCH_ZONE):%a %H:%M}" for slot in slots]


def test_a_week_without_its_holiday_and_sunday_and_with_a_short_friday(meetings: Meetings, school: str) -> None:
    week = {"held_on": "2091-12-03", "until": "2091-12-10", "slot_minutes": 60, "starts": "16:00", "ends": "18:00"}
    friday = {"weekday": 4, "starts": "15:00", "ends": "16:00"}  # 4 and 7 December 2091 are Tuesday and Friday
    day = meetings.opens(school, **week, other_hours=[friday], teachers=rooms("t21"))
    assert [held["on"][-2:] for held in day["dates"]] == ["03", "05", "06", "07", "08", "10"]
    assert (day["held_on"], day["until"], day["slot_count"]) == ("2091-12-03", "2091-12-10", 11)
    assert wall(meetings.slots(day, branch_id=school)) == [
        *("Mon 16:00", "Mon 17:00", "Wed 16:00", "Wed 17:00", "Thu 16:00", "Thu 17:00", "Fri 15:00"),
        *("Sat 16:00", "Sat 17:00", "Mon 16:00", "Mon 17:00"),
    ]


def test_an_evening_over_midnight_at_the_year_s_end(meetings: Meetings, school: str) -> None:
    night = {"held_on": "2091-12-31", "starts": "23:00", "ends": "00:30", "slot_minutes": 30}
    slots = meetings.slots(meetings.opens(school, **night, teachers=rooms("t21")), branch_id=school)
    assert [slot["starts_at"] for slot in slots] == [f"2091-12-31T{moment}:00+00:00" for moment in ("18:00", "18:30", "19:00")]
    assert wall(slots)[-1] == "Tue 00:00"


def test_teachers_have_lengths_breaks_and_hours_of_their_own(meetings: Meetings, school: str) -> None:
    own = [
        {"teacher_id": "t21", "place": "1", "slot_minutes": 20, "break_minutes": 10},
        {"teacher_id": "t22", "telephone": "The teacher calls you", "breaks": [{"starts": "16:20", "ends": "16:40"}]},
        {"teacher_id": "t23", "video": "https://meet.example/t23", "hours": {"starts": "16:45", "ends": "19:00"}},
    ]
    day = meetings.opens(school, teachers=own)
    assert [each["slot_minutes"] for each in day["teachers"]] == [20, 10, 10]
    found = {id: wall(meetings.slots(day, branch_id=school, teacher_id=id)) for id in ("t21", "t22", "t23")}
    assert [moment[4:] for moment in found["t21"]] == ["16:00", "16:30"]
    assert [moment[4:] for moment in found["t22"]] == ["16:00", "16:10", "16:40", "16:50"]
    assert [moment[4:] for moment in found["t23"]] == ["16:45"]


def test_a_preview_says_what_would_come_of_it(meetings: Meetings, school: str) -> None:
    week = {"held_on": "2091-12-03", "until": "2091-12-05", "starts": "10:00", "ends": "11:00"}
    wanted = draft(**week, teachers=rooms("t21", "t22"), booking_opens_at="2091-12-01T00:00:00Z")
    seen = meetings.previews(school, **wanted)
    assert (seen["slots"], seen["students"], seen["families"], seen["early_families"]) == (24, 4, 3, 1)
    assert seen["left_out"] == [{"on": "2091-12-04", "holiday": "Eid"}]
    shown = [(each["teacher_id"], each["name"], each["slots"], each["students"]) for each in seen["teachers"]]
    assert shown == [("t21", "T21 Khan", 12, 2), ("t22", "T22 Khan", 12, 4)]
    assert (seen["errors"], seen["stands_against"]) == ({}, [])
    day = meetings.opens(school, **wanted)
    again = meetings.previews(school, **{**wanted, "teachers": rooms("t21", place="T22's  room")})
    assert {each["slug"] for each in again["stands_against"]} == {"teacher-has-a-day", "room-taken"}
    assert f"“{day['title']}”" in again["stands_against"][0]["detail"]
    only_6 = meetings.previews(school, **{**wanted, "invited": {"grades": ["6"]}, "teachers": rooms("t23", "nobody")})
    assert (only_6["students"], only_6["families"], only_6["early_families"]) == (2, 2, 0)
    assert only_6["errors"] == {"teachers": {"1": {"teacher_id": ["nobody is no teacher of this branch."]}}}


def test_two_days_at_once_with_the_same_room(meetings: Meetings, school: str) -> None:
    wanted = draft()
    drafts = [{**wanted, "teachers": rooms(id, place=place)} for id, place in (("t21", "Lab"), ("t22", "lab "), ("t23", "LAB"))]
    answers = at_once(
        *(lambda each=each: meetings.call("POST", "meeting-days", head(branch_id=school), school, json=each) for each in drafts)  # type: ignore[misc]
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409], [answer.text for answer in answers]
    assert {slug(answer) for answer in answers if not answer.ok} == {"room-taken"}
    one_after_the_other = [
        {"teacher_id": id, "place": "Hall 9", "hours": {"starts": starts, "ends": ends}}
        for id, starts, ends in (("t21", "16:00", "16:30"), ("t22", "16:30", "17:00"))
    ]
    assert meetings.opens(school, teachers=one_after_the_other)["slot_count"] == 6


def test_a_request_with_a_key_opens_one_day(meetings: Meetings, school: str) -> None:
    wanted = draft(teachers=rooms("t21"))

    def opening(**more: Any) -> Any:
        body, headers = {**wanted, **more}, {"Idempotency-Key": "click-on-open-1"}
        return meetings.call("POST", "meeting-days", head(branch_id=school), school, json=body, headers=headers)

    answers = at_once(*[opening] * 4)
    assert {answer.status_code for answer in answers} == {201}, [answer.text for answer in answers]
    assert len({answer.json()["meeting_day_id"] for answer in answers}) == 1
    assert slug(opening(title="Winter meetings")) == "key-used-before"


# When teachers have time


def availability(meetings: Meetings, method: str, teacher_id: str, caller: Any, branch_id: str = "b7", **body: Any) -> Any:
    more = {"json": body} if method == "PUT" else {}
    return meetings.call(method, f"availability/{teacher_id}", caller, branch_id, **more)


def test_a_teacher_keeps_when_they_have_time(meetings: Meetings, school: str) -> None:
    mine = teacher("t23", school)
    wanted = draft(teachers=rooms("t23"))
    held_on = date.fromisoformat(wanted["held_on"])
    leave = {"on": (held_on + timedelta(days=1)).isoformat(), "until_on": (held_on + timedelta(days=3)).isoformat()}
    kept = availability(meetings, "PUT", "t23", mine, patterns=[EVENINGS], exceptions=[leave])
    assert kept.status_code == 200, kept.text
    assert kept.json()["patterns"] == [{**EVENINGS, "every_weeks": 1, "until_on": None}]
    assert availability(meetings, "GET", "t23", office(branch_id=school)).json() == kept.json()
    listed = meetings.call("GET", "availability", office(branch_id=school), school).json()["items"]
    assert [each["teacher_id"] for each in listed] == ["t23"]
    assert [moment[4:] for moment in wall(meetings.slots(meetings.opens(school, **wanted), branch_id=school))] == [
        *("16:30", "16:40", "16:50")
    ]
    refused = meetings.call("POST", "meeting-days", head(branch_id=school), school, json={**wanted, "held_on": leave["on"]})
    assert refused.json()["errors"] == {"teachers": {"0": {"teacher_id": ["t23 has no time in these hours."]}}}
    assert availability(meetings, "DELETE", "t23", office(branch_id=school)).status_code == 204
    assert availability(meetings, "GET", "t23", mine).json()["patterns"] == []
    assert len(meetings.slots(meetings.opens(school, **{**wanted, "held_on": leave["on"]}), branch_id=school)) == 6


def test_whose_time_it_is(meetings: Meetings, school: str) -> None:
    assert availability(meetings, "PUT", "t21", teacher("t22", school)).status_code == 404
    assert availability(meetings, "PUT", "t21", guardian("g51", school)).status_code == 403
    assert availability(meetings, "PUT", "g51", office(branch_id=school)).status_code == 404, "no teacher"
    assert meetings.call("GET", "availability", teacher("t21", school), school).status_code == 403
    answers = at_once(*[lambda: availability(meetings, "PUT", "t21", office(branch_id=school), patterns=[EVENINGS])] * 4)
    assert {answer.status_code for answer in answers} == {200}
    availability(meetings, "DELETE", "t21", office(branch_id=school))


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"patterns": [{**EVENINGS, "weekdays": []}]}, "patterns"),
        ({"patterns": [{**EVENINGS, "ends": "16:30"}]}, "patterns"),
        ({"patterns": [{**EVENINGS, "every_weeks": 0}]}, "patterns"),
        ({"exceptions": [{"on": "2026-13-01"}]}, "exceptions"),
        ({"exceptions": [{"on": "2026-12-01", "hours": [{"starts": "16:00"}]}]}, "exceptions"),
    ],
)
def test_what_is_no_time(meetings: Meetings, school: str, wrong: dict[str, Any], where: str) -> None:
    answer = availability(meetings, "PUT", "t21", teacher("t21", school), **wrong)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, [where])


def test_a_preview_of_what_is_over(meetings: Meetings, school: str) -> None:
    yesterday = clock.today() - timedelta(days=1)
    over = meetings.previews(school, held_on=yesterday.isoformat(), starts="00:00", ends="00:10", teachers=rooms("t21"))
    assert over["errors"] == {"held_on": ["This day is over."]}
