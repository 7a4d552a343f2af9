"""A person's calendar at a secret address, read as calendar programs read it: by another implementation than ours."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
import requests
import vobject

from schoolbus.caller import Caller
from tests.meetings.activities.story import Class
from tests.meetings.story import Meetings
from tests.support.people import guardian, head, teacher
from tests.support.roster import people, someone


def address(meetings: Meetings, caller: Caller) -> str:
    made = meetings.service.call("POST", "/v1/my-calendar", caller)
    assert made.status_code == 201, made.text
    return "/v1/calendar-feeds/" + made.json()["address"].rsplit("/", 1)[1]


def fetched(meetings: Meetings, path: str) -> requests.Response:
    return meetings.service.call("GET", path, None)


def entries(meetings: Meetings, path: str) -> dict[str, Any]:
    answer = fetched(meetings, path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/calendar; charset=utf-8; method=PUBLISH")
    return {str(event.uid.value): event for event in vobject.readOne(answer.text).contents.get("vevent", [])}


def uid(booking: dict[str, Any]) -> str:
    return f"{booking['booking_id']}@meetings.rabta.pk"


def test_a_calendar_follows_what_is_booked_moved_and_cancelled(meetings: Meetings) -> None:
    path = address(meetings, guardian("g1"))
    slots = meetings.slots(meetings.opens())
    booking = meetings.books(slots[0]).json()
    entry = entries(meetings, path)[uid(booking)]
    assert entry.dtstart.value == datetime.fromisoformat(slots[0]["starts_at"])
    assert (entry.summary.value, entry.location.value) == ("Ayesha: Autumn meetings, T1 Khan", "Room 4")
    meetings.moves(booking, slots[3])
    moved = entries(meetings, path)[uid(booking)]
    assert (moved.sequence.value, moved.dtend.value) == ("1", datetime.fromisoformat(slots[3]["ends_at"]))
    meetings.cancels(booking)
    gone = entries(meetings, path)[uid(booking)]
    assert (gone.sequence.value, gone.status.value) == ("2", "CANCELLED")


def test_activities_and_shifts_stand_in_it_too(meetings: Meetings) -> None:
    school = Class(meetings)
    path, of_leader = address(meetings, school.guardian()), address(meetings, school.led_by())
    activity = school.publishes(school.led_by())
    assert entries(meetings, path) == {}
    school.signs_up(activity)
    first = {"held_on": "2064-05-01", "starts": "08:00", "ends": "10:00", "place": "Gate", "places": 2}
    wanted = {"title": "Book fair", "shifts": [first], "audience": {"class_ids": [school.id]}}
    task = school.call("POST", "volunteering", json=wanted).json()
    shift_id = task["shifts"][0]["shift_id"]
    assert school.call(
        "PUT", f"volunteering/{task['volunteer_task_id']}/shifts/{shift_id}/helper", school.guardian(), json={}
    ).ok
    shown = entries(meetings, path)
    assert sorted(each.summary.value for each in shown.values()) == ["Book fair", "Reading at home"]
    assert [each.summary.value for each in entries(meetings, of_leader).values()] == ["Reading at home"]
    assert school.call("POST", f"activities/{activity['activity_id']}/cancellation", school.led_by(), json={}).ok
    [off] = entries(meetings, of_leader).values()
    assert off.status.value == "CANCELLED"


def test_every_file_of_a_message_is_read_by_another_program(meetings: Meetings) -> None:
    title = ("ملاقات؛ خزاں, \\ 2026; " * 4).strip()
    booking = meetings.books(meetings.slots(meetings.opens(title=title))[0]).json()
    file = meetings.call("GET", f"bookings/{booking['booking_id']}/calendar", guardian("g1"))
    calendar = vobject.readOne(file.text)
    assert (calendar.method.value, calendar.vevent.uid.value) == ("PUBLISH", uid(booking))
    assert calendar.vevent.summary.value == f"Ayesha: {title}, T1 Khan"


def test_of_all_branches_and_only_ones_own(meetings: Meetings) -> None:
    here = meetings.books(meetings.slots(meetings.opens())[0], "g3", "s3").json()
    day = meetings.opens("b2")
    there = meetings.books(meetings.slots(day, branch_id="b2")[0], "g3", "s3", "b2").json()
    assert {uid(here), uid(there)} <= entries(meetings, address(meetings, guardian("g3"))).keys()
    assert not {uid(here), uid(there)} & entries(meetings, address(meetings, guardian("g2"))).keys()
    assert {uid(here), uid(there)} <= entries(meetings, address(meetings, teacher("t1"))).keys()
    by_code = replace(guardian("t1"), how="code")
    assert entries(meetings, address(meetings, by_code)) == {}, "a phone that others may hold: nothing of the teacher's"


def test_a_new_address_and_none(meetings: Meetings) -> None:
    caller = guardian("g2")
    meetings.service.call("DELETE", "/v1/my-calendar", caller)
    assert meetings.service.call("GET", "/v1/my-calendar", caller).status_code == 404
    first = address(meetings, caller)
    assert meetings.service.call("GET", "/v1/my-calendar", caller).json()["read_at"] is None
    assert fetched(meetings, first).ok
    shown = meetings.service.call("GET", "/v1/my-calendar", caller).json()
    assert shown["read_at"]
    assert "address" not in shown
    second = address(meetings, caller)
    assert (fetched(meetings, first).status_code, fetched(meetings, second).status_code) == (404, 200)
    for _ in range(2):
        assert meetings.service.call("DELETE", "/v1/my-calendar", caller).status_code == 204
    assert fetched(meetings, second).status_code == 404


def test_the_same_request_again_gives_the_same_address(meetings: Meetings) -> None:
    def asked(key: str) -> str:
        made = meetings.service.call("POST", "/v1/my-calendar", guardian("g2"), headers={"Idempotency-Key": key})
        return str(made.json()["address"])

    first = asked("a-reloaded-page")
    assert asked("a-reloaded-page") == first
    assert fetched(meetings, "/v1/calendar-feeds/" + first.rsplit("/", 1)[1]).ok
    assert asked("pressed-once-more") != first
    assert asked("a-reloaded-page") != first, "it was void already"


@pytest.mark.parametrize("secret", ["x", "x.ics", "%00", "a" * 3000])
def test_an_address_that_is_none(meetings: Meetings, secret: str) -> None:
    assert fetched(meetings, f"/v1/calendar-feeds/{secret}").status_code == 404


def test_who_has_left_has_no_calendar(meetings: Meetings) -> None:
    meetings.knows(people("b1", someone("g7", "guardian")))
    path = address(meetings, guardian("g7"))
    assert fetched(meetings, path).ok
    meetings.knows(people("b1", someone("g7", "guardian", version=2, active=False)))
    assert fetched(meetings, path).status_code == 404
    assert address(meetings, head())
