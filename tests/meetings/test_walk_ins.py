"""The desk on the day itself, and reminders before it."""

from datetime import timedelta
from typing import Any

from pymongo.database import Database

from schoolbus import clock
from schoolbus.contracts.meetings import MeetingReminder
from tests.meetings.story import Meetings, at_once, slug
from tests.support.people import guardian, head, office, teacher
from tests.support.waiting import eventually

TWO = [{"teacher_id": id, "place": f"{id}'s room"} for id in ("t1", "t2")]


def comes(
    meetings: Meetings, day: dict[str, Any], by: Any, family: tuple[str, str], teacher_id: str = "t1", **more: Any
) -> Any:
    body = {"teacher_id": teacher_id, "student_id": family[1], "guardian_id": family[0]}
    return meetings.call("POST", f"meeting-days/{day['meeting_day_id']}/walk-ins", by, json=body, **more)


def test_the_soonest_time_for_who_is_here(meetings: Meetings) -> None:
    crowd = meetings.crowd("desk", 8)
    day = meetings.opens(teachers=TWO, change_until_hours=300)
    path = f"meeting-days/{day['meeting_day_id']}/desk"
    slots = meetings.slots(day, teacher_id="t1")
    shown = meetings.call("GET", path, office(), params={"student_id": crowd[0][1]}).json()
    assert [(each["teacher_id"], each["next_free"]["slot_id"], each["free_slots"]) for each in shown["teachers"]] == [
        ("t1", slots[0]["slot_id"], 6),
        ("t2", meetings.slots(day, teacher_id="t2")[0]["slot_id"], 6),
    ]
    first = comes(meetings, day, office(), crowd[0], headers={"Idempotency-Key": "walked-in-1"})
    again = comes(meetings, day, office(), crowd[0], headers={"Idempotency-Key": "walked-in-1"})
    assert (first.status_code, first.json()["slot_id"]) == (201, slots[0]["slot_id"])
    assert again.json() == first.json()
    assert slug(comes(meetings, day, office(), crowd[0])) == "already-booked"
    both = comes(meetings, day, office(), crowd[0], "t2").json()
    assert both["starts_at"] == slots[1]["starts_at"], "not while they are with the other teacher"
    for stranger in (guardian(crowd[1][0]), teacher("t2")):
        assert comes(meetings, day, stranger, crowd[1]).status_code == 403
    assert comes(meetings, day, teacher("t1"), crowd[1]).status_code == 201
    answers = at_once(*(lambda family=family: comes(meetings, day, head(), family) for family in crowd[2:8]))  # type: ignore[misc]
    assert sorted(answer.status_code for answer in answers) == [201] * 4 + [409] * 2, [answer.text for answer in answers]
    lost = next(answer for answer in answers if answer.status_code == 409)
    assert slug(lost) in ("no-time-left", "slot-taken")
    assert {free["teacher_id"] for free in lost.json()["free_slots"]} == {"t2"}
    assert meetings.call("GET", path, guardian("g1"), params={"student_id": "s1"}).status_code == 403


def test_sent_twice_at_once_it_is_one_booking(meetings: Meetings) -> None:
    [family] = meetings.crowd("twice", 1)
    day = meetings.opens()
    answers = at_once(*[lambda: comes(meetings, day, office(), family, headers={"Idempotency-Key": "walked-in-2"})] * 4)
    assert {answer.status_code for answer in answers} == {201}, [answer.text for answer in answers]
    assert len({answer.json()["booking_id"] for answer in answers}) == 1


def test_no_time_is_offered_while_the_teacher_is_elsewhere(meetings: Meetings, kept: Database[Any]) -> None:
    """In a call, or a meeting of another day: here, one that a booking of this day is made to."""
    [family] = meetings.crowd("elsewhere", 1)
    day = meetings.opens()
    slots = meetings.slots(day)
    for slot, (guardian_id, student_id) in zip(slots[:2], (("g1", "s1"), ("g3", "s3")), strict=True):
        booking_id = meetings.books(slot, guardian_id, student_id).json()["booking_id"]
        other = {"slot_id": f"other-{booking_id}", "meeting_day_id": f"other-{day['meeting_day_id']}"}
        kept["bookings"].update_one({"_id": booking_id}, {"$set": other})
    free = [slot["slot_id"] for slot in slots[2:]]
    shown = meetings.slots(day, guardian(family[0]), free="true", teacher_id="t1")
    assert [slot["slot_id"] for slot in shown] == free
    asked = {"student_id": family[1], "teacher_id": "t1"}
    path = f"meeting-days/{day['meeting_day_id']}"
    sets = meetings.call("GET", f"{path}/proposals", guardian(family[0]), params=asked).json()["items"]
    assert {slot["slot_id"] for each in sets for slot in each["slots"]} <= set(free)
    busy = meetings.books(slots[0], *family)
    assert slug(busy) == "teacher-busy"
    assert [slot["slot_id"] for slot in busy.json()["free_slots"]] == free
    assert comes(meetings, day, office(), family).json()["slot_id"] == free[0]


def test_the_desk_sees_who_runs_late(meetings: Meetings) -> None:
    path = f"meeting-days/{meetings.opens(teachers=TWO)['meeting_day_id']}"
    assert meetings.call("PUT", f"{path}/teachers/t2/delay", teacher("t2"), json={"minutes": 15}).status_code == 200
    shown = meetings.call("GET", f"{path}/desk", office(), params={"student_id": "s1"}).json()["teachers"]
    assert {each["teacher_id"]: each["minutes_late"] for each in shown} == {"t1": 0, "t2": 15}


def test_each_reminder_once(meetings: Meetings, kept: Database[Any]) -> None:
    day = meetings.opens()
    slots = meetings.slots(day)
    booking, late = meetings.books(slots[0]).json(), meetings.books(slots[1], "g3", "s3").json()
    assert kept["bookings"].find_one({"_id": booking["booking_id"]})["remind_at"] is not None
    due = {"$set": {"remind_at": clock.now() - timedelta(seconds=1)}}
    kept["bookings"].update_one({"_id": booking["booking_id"]}, due)
    [event] = eventually(lambda: told(meetings, booking))
    assert (event.data["edition"], event.data["place"]) == (0, "Room 4")
    moved = meetings.moves(booking, slots[3]).json()
    kept["bookings"].update_one({"_id": booking["booking_id"]}, due)
    eventually(lambda: len(told(meetings, booking)) == 2)
    assert told(meetings, booking)[-1].data["edition"] == moved["edition"]
    meetings.cancels(late)
    assert kept["bookings"].find_one({"_id": late["booking_id"]})["remind_at"] is None
    assert told(meetings, late) == []


def told(meetings: Meetings, booking: dict[str, Any]) -> list[Any]:
    return [event for event in meetings.service.heard(MeetingReminder) if event.subject == booking["booking_id"]]
