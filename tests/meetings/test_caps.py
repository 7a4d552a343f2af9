"""As many meetings as a day allows, deadlines, the way from room to room, and who may book early: whatever races."""

from datetime import timedelta
from typing import Any

from pymongo.database import Database

from schoolbus import clock
from tests.meetings.story import Meetings, slug
from tests.support.people import guardian, head, office, teacher
from tests.support.roster import people, related, someone

TWO = [{"teacher_id": id, "place": f"{id}'s room"} for id in ("t1", "t2")]


def test_one_meeting_for_each_household(meetings: Meetings) -> None:
    """g1 has s1 and s2, g2 has s1: all are one household, also where g1 and g2 live apart."""
    day = meetings.opens(teachers=TWO, most_per_household=1)
    first, second = (meetings.slots(day, teacher_id=id) for id in ("t1", "t2"))
    answers = meetings.race((first[0], "g1", "s1"), (second[1], "g1", "s2"), (second[2], "g2", "s1"), (first[3], "g1", "s2"))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409], [answer.text for answer in answers]
    slugs = {slug(answer) for answer in answers if answer.status_code == 409}
    assert slugs <= {"household-has-its-own", "already-booked"}
    [won] = [answer.json() for answer in answers if answer.status_code == 201]
    refused = meetings.books(second[4], "g1", "s2" if won["student_id"] == "s1" else "s1")
    assert slug(refused) == "household-has-its-own"
    assert [each["slot_id"] for each in refused.json()["held_slots"]] == [won["slot_id"]]
    assert meetings.books(second[4], "g3", "s3").status_code == 201, "another household"
    meetings.cancels(won)
    assert meetings.books(second[5], "g2", "s1").status_code == 201


def test_as_many_as_a_teacher_takes(meetings: Meetings) -> None:
    crowd = meetings.crowd("cap", 16)
    day = meetings.opens(teachers=TWO, most_per_teacher=3)
    slots = meetings.slots(day, teacher_id="t1")
    answers = meetings.race(*((slots[place % 6], parent, child) for place, (parent, child) in enumerate(crowd)))
    assert sorted(answer.status_code for answer in answers) == [201] * 3 + [409] * 13, [answer.text for answer in answers]
    lost = [answer for answer in answers if answer.status_code == 409]
    assert {slug(answer) for answer in lost} <= {"teacher-is-full", "slot-taken"}
    assert all(answer.json()["free_slots"] for answer in lost)
    late = meetings.books(meetings.slots(day, teacher_id="t1", free="true")[0], "g3", "s3")
    assert slug(late) == "teacher-is-full"
    assert {free["teacher_id"] for free in late.json()["free_slots"]} == {"t2"}


def test_until_the_deadline_by_oneself_and_then_by_the_office(meetings: Meetings) -> None:
    held_on = clock.today() + timedelta(days=2)
    day = meetings.opens(held_on=held_on.isoformat(), change_until_hours=24)
    slots = meetings.slots(day)
    booking = meetings.books(slots[0]).json()
    assert meetings.moves(booking, slots[1]).status_code == 200
    near = meetings.opens(held_on=(clock.today() + timedelta(days=1)).isoformat(), change_until_hours=48)
    close = meetings.slots(near)
    refused = meetings.books(close[0])
    assert (refused.status_code, slug(refused)) == (409, "deadline-passed")
    by_office = meetings.books(close[0], by=office(), on_behalf_of="g1").json()
    assert [slug(meetings.moves(by_office, close[1])), slug(meetings.cancels(by_office))] == ["deadline-passed"] * 2
    assert meetings.moves(by_office, close[2], teacher("t1")).status_code == 200
    assert meetings.cancels(by_office, head()).status_code == 200


def test_time_to_walk_from_room_to_room(meetings: Meetings) -> None:
    ways = {"telephone": "The teacher calls you"}
    day = meetings.opens(teachers=[TWO[0], {**TWO[1], **ways}], travel_minutes=10)
    first, second = (meetings.slots(day, teacher_id=id) for id in ("t1", "t2"))
    booking = meetings.books(first[1], "g1", "s1").json()
    refused = meetings.books(second[2], "g1", "s2")
    assert (refused.status_code, slug(refused)) == (409, "too-close")
    assert slug(meetings.books(second[0], "g1", "s2")) == "too-close"
    assert meetings.books(first[2], "g1", "s2").status_code == 201, "the same room"
    assert meetings.books(second[3], "g1", "s1", way="telephone").status_code == 201, "nobody walks to a telephone"
    assert slug(meetings.moves(booking, first[3])) == "time-clash"


def test_families_with_several_children_and_marked_ones_first(meetings: Meetings, kept: Database[Any]) -> None:
    [(alone, only_child), (marked, marked_child)] = meetings.crowd("early", 2)
    opens_at, earlier = clock.now() + timedelta(days=2), clock.now() - timedelta(hours=1)
    day = meetings.opens(booking_opens_at=opens_at.isoformat(), early_opens_at=earlier.isoformat())
    slots = meetings.slots(day)
    mark = {"_id": day["meeting_day_id"], "branch_id": "b1", "meeting_day_id": day["meeting_day_id"], "teacher_id": "t1"}
    kept["priorities"].insert_one({**mark, "student_id": marked_child})
    assert meetings.books(slots[0], "g1", "s1").status_code == 201, "two children are invited"
    assert meetings.books(slots[1], marked, marked_child).status_code == 201
    assert slug(meetings.books(slots[2], alone, only_child)) == "booking-not-open"


def test_needs_are_for_the_staff_and_choose_the_way(meetings: Meetings) -> None:
    needs = {"hours": None, "literacy": "reads", "shared_phone": False, "meeting_needs": ["call", "interpreter"]}
    meetings.knows(
        people("b1", someone("g22", "guardian", preferences=needs), someone("s22", "student")), related("b1", ("g22", "s22"))
    )
    ways = {"place": "Room 4", "telephone": "The teacher calls you"}
    day = meetings.opens(teachers=[{"teacher_id": "t1", **ways}], invited={"student_ids": ["s22", "s1", "s2", "s3"]})
    booking = meetings.books(meetings.slots(day)[0], "g22", "s22").json()
    assert booking["way"] == "telephone", "who asked to be called is called"
    assert "meeting_needs" not in booking
    path = f"bookings/{booking['booking_id']}"
    assert meetings.call("GET", path, teacher("t1")).json()["meeting_needs"] == ["call", "interpreter"]
    assert meetings.slots(day, teacher("t1"))[0]["booking"]["meeting_needs"] == ["call", "interpreter"]
    assert "meeting_needs" not in meetings.slots(day, guardian("g22"))[0]["booking"]
