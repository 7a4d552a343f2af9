"""Guardians book, one at a time and all at once."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from icalendar import Calendar
from pymongo.database import Database

from schoolbus import clock
from schoolbus.contracts.meetings import MeetingDayOpened, SlotBooked
from tests.meetings.story import Meetings, draft, slug
from tests.support.people import guardian, head, office, operator, person, teacher
from tests.support.roster import enrolled, people, related, small_branch, someone
from tests.support.waiting import eventually


def booked(meetings: Meetings, slot: dict) -> list[SlotBooked]:
    return [event for event in meetings.service.heard(SlotBooked) if event.data["slot_id"] == slot["slot_id"]]


def calendar(meetings: Meetings, booking_id: str, caller, branch_id: str = "b1"):
    return meetings.call("GET", f"bookings/{booking_id}/calendar", caller, branch_id)


def test_a_booking_is_seen_by_those_whom_it_concerns(meetings: Meetings) -> None:
    day = meetings.opens()
    slot = meetings.slots(day)[2]
    answer = meetings.books(slot)
    assert answer.status_code == 201
    booking = answer.json()
    assert (booking["student_name"], booking["student_name_ur"]) == ("Ayesha Khan", "عائشہ خان")
    assert (booking["guardian_name"], booking["teacher_name"], booking["title"]) == ("G1 Khan", "T1 Khan", "Autumn meetings")
    assert (booking["starts_at"], booking["ends_at"], booking["place"]) == (slot["starts_at"], slot["ends_at"], "Room 4")
    for caller, shown in ((guardian("g1"), booking), (teacher("t1"), booking | {"meeting_needs": []})):
        assert shown in meetings.call("GET", "bookings", caller, params={"since": day["held_on"]}).json()["items"]
    for caller in (guardian("g2"), teacher("t2"), guardian("g1", "b2")):
        branch_id = caller.branches[0]
        assert (
            booking not in meetings.call("GET", "bookings", caller, branch_id, params={"since": day["held_on"]}).json()["items"]
        )


def test_who_holds_a_slot_is_for_the_office_and_that_teacher(meetings: Meetings) -> None:
    day = meetings.opens()
    slot = meetings.slots(day)[0]
    booking = meetings.books(slot).json()
    shown = {name: booking[name] for name in ("booking_id", "student_id", "student_name", "guardian_id", "guardian_name")}
    shown["state"] = "booked"
    assert meetings.slots(day, guardian("g1"))[0] == {**slot, "free": False, "booking": shown}
    for caller in (head(), office(), teacher("t1"), operator()):
        assert meetings.slots(day, caller)[0] == {**slot, "free": False, "booking": {**shown, "meeting_needs": []}}
    for other in (guardian("g2"), teacher("t2")):
        assert meetings.slots(day, other)[0] == {**slot, "free": False, "booking": None}
    assert len(meetings.slots(day, guardian("g2"), free="true")) == 5


def test_the_event_carries_what_notifications_need(meetings: Meetings) -> None:
    day = meetings.opens()
    slot = meetings.slots(day)[1]
    booking = meetings.books(slot, "g3", "s3").json()
    [event] = eventually(lambda: booked(meetings, slot))
    assert event.branch_id == "b1"
    data = event.data
    assert (data["booking_id"], data["slot_id"], data["meeting_day_id"]) == (
        booking["booking_id"],
        slot["slot_id"],
        day["meeting_day_id"],
    )
    assert (data["student_id"], data["guardian_id"], data["teacher_id"], data["place"]) == ("s3", "g3", "t1", "Room 4")
    assert (data["starts_at"].isoformat(), data["ends_at"].isoformat()) == (slot["starts_at"], slot["ends_at"])
    answer = calendar(meetings, booking["booking_id"], guardian("g3"))
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8; method=PUBLISH"
    assert answer.text == data["calendar"]
    [entry] = Calendar.from_ical(answer.text).walk("VEVENT")
    assert entry["SUMMARY"] == "Sana: Autumn meetings, T1 Khan"
    assert "Malik" not in answer.text, "the child's first name alone"
    assert entry["DTSTART"].dt == datetime.fromisoformat(slot["starts_at"])


def test_a_booking_is_found_where_its_message_leads(meetings: Meetings) -> None:
    booking = meetings.books(meetings.slots(meetings.opens())[0]).json()
    path = f"bookings/{booking['booking_id']}"
    for caller in (guardian("g1"), guardian("g2")):
        assert meetings.call("GET", path, caller).json() == booking
    for caller in (teacher("t1"), head(), office(), operator()):
        assert meetings.call("GET", path, caller).json() == booking | {"meeting_needs": []}
    for caller in (guardian("g3"), teacher("t2")):
        assert meetings.call("GET", path, caller).status_code == 404
    assert meetings.call("GET", path, guardian("g1", "b2"), "b2").status_code == 404, "another branch's"


def test_a_teacher_who_came_by_a_code_is_a_guardian_alone(meetings: Meetings) -> None:
    day = meetings.opens()
    booking = meetings.books(meetings.slots(day)[0]).json()
    by_code = replace(guardian("t1"), how="code")
    asked = {"since": day["held_on"]}
    assert booking["booking_id"] not in str(meetings.call("GET", "bookings", by_code, params=asked).json())
    assert meetings.call("GET", f"bookings/{booking['booking_id']}", by_code).status_code == 404
    assert calendar(meetings, booking["booking_id"], by_code).status_code == 404


def test_the_calendar_file_is_not_for_others(meetings: Meetings) -> None:
    meetings.knows(people("b1", someone("g8", "guardian")), related("b1", ("g8", "s1"), may_book=False))
    booking_id = meetings.books(meetings.slots(meetings.opens())[0]).json()["booking_id"]
    for caller in (guardian("g1"), guardian("g2"), teacher("t1"), head(), office()):
        assert calendar(meetings, booking_id, caller).status_code == 200
    for caller in (guardian("g3"), guardian("g8"), teacher("t2")):
        assert calendar(meetings, booking_id, caller).status_code == 404
    assert calendar(meetings, booking_id, guardian("g1", "b2"), "b2").status_code == 404, "another branch's"
    assert calendar(meetings, "unknown", head()).status_code == 404


def test_sent_again_it_is_the_same_booking(meetings: Meetings) -> None:
    slot = meetings.slots(meetings.opens())[0]
    answers = meetings.race(*[(slot, "g1", "s1")] * 8)
    answers.append(meetings.books(slot))
    assert [answer.status_code for answer in answers] == [201] * 9, [answer.text for answer in answers]
    assert len({answer.text for answer in answers}) == 1
    assert len(eventually(lambda: booked(meetings, slot))) == 1


def test_twenty_guardians_race_for_a_slot(meetings: Meetings) -> None:
    crowd = [(f"racer-{number}", f"child-{number}") for number in range(20)]
    meetings.knows(
        people("b1", *(someone(parent, "guardian") for parent, _ in crowd), *(someone(child, "student") for _, child in crowd)),
        enrolled("b1", "c1", students=tuple(child for _, child in crowd)),
        related("b1", *crowd),
    )
    day = meetings.opens(teachers=[{"teacher_id": id, "place": f"{id}'s room"} for id in ("t1", "t2")])
    slots = meetings.slots(day, teacher_id="t1")
    answers = meetings.race(*((slots[2], parent, child) for parent, child in crowd))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 19
    [winner] = [answer.json() for answer in answers if answer.status_code == 201]
    for lost in (answer for answer in answers if answer.status_code == 409):
        assert slug(lost) == "slot-taken"
        assert lost.json()["title"] == "That time has just gone"
        assert lost.json()["detail"] == "6 times are free beside it"
        free = lost.json()["free_slots"]
        assert [slot["slot_id"] for slot in free[:5]] == [slots[place]["slot_id"] for place in (0, 1, 3, 4, 5)]
        assert free[5]["teacher_id"] == "t2"
        assert winner["guardian_id"] not in lost.text
        assert winner["student_id"] not in lost.text
    events = eventually(lambda: booked(meetings, slots[2]))
    assert [event.data["guardian_id"] for event in events] == [winner["guardian_id"]]


def test_one_meeting_of_a_child_with_a_teacher(meetings: Meetings) -> None:
    slots = meetings.slots(meetings.opens())
    assert meetings.books(slots[0], "g1", "s1").status_code == 201
    for parent in ("g1", "g2"):
        again = meetings.books(slots[3], parent, "s1")
        assert (again.status_code, slug(again)) == (409, "already-booked")
        assert again.json()["held_slot"]["slot_id"] == slots[0]["slot_id"]
        assert "g1" not in again.json()
    assert slug(meetings.books(slots[0], "g2", "s1")) == "already-booked", "by the other guardian"
    assert meetings.books(slots[3], "g1", "s2").status_code == 201, "the sister's"
    answers = meetings.race(*((slot, "g3", "s3") for slot in (slots[1], slots[2], slots[4], slots[5])))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert {slug(answer) for answer in answers if answer.status_code == 409} == {"already-booked"}


def test_nobody_is_in_two_meetings_at_once(meetings: Meetings) -> None:
    day = meetings.opens(teachers=[{"teacher_id": id, "place": f"{id}'s room"} for id in ("t1", "t2")])
    with_t1, with_t2 = (meetings.slots(day, teacher_id=id) for id in ("t1", "t2"))
    answers = meetings.race((with_t1[0], "g1", "s1"), (with_t2[0], "g1", "s2"), (with_t2[0], "g2", "s1"))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409], "each two share a guardian, a child or a slot"
    clash = meetings.race((with_t1[4], "g3", "s3"), (with_t2[4], "g3", "s3"))
    assert sorted(answer.status_code for answer in clash) == [201, 409]
    [lost] = [answer for answer in clash if answer.status_code == 409]
    assert slug(lost) == "time-clash"
    assert lost.json()["held_slot"]["starts_at"] == with_t1[4]["starts_at"]


def test_a_family_with_children_in_two_branches(meetings: Meetings) -> None:
    wanted = draft()
    first = meetings.slots(meetings.opens(**wanted))
    later = {**wanted, "starts": "16:05", "teachers": [{"teacher_id": "t2", "place": "Room 2"}]}
    second = meetings.slots(meetings.opens("b2", **later), branch_id="b2")
    answers = meetings.race((first[0], "g1", "s1", "b1"), (second[0], "g1", "s2", "b2"))
    assert sorted(answer.status_code for answer in answers) == [201, 409], "they overlap by five minutes"
    [lost] = [answer for answer in answers if answer.status_code == 409]
    assert (slug(lost), set(lost.json()["held_slot"])) == ("time-clash", {"starts_at", "ends_at"})
    assert meetings.books(second[3], "g1", "s1", "b2").status_code == 201
    taken = meetings.books(first[3], "g1", "s2", "b1")
    assert (taken.status_code, slug(taken)) == (409, "time-clash")


def test_a_teacher_of_two_days_is_in_one_meeting_at_a_time(meetings: Meetings, kept: Database) -> None:
    """As two days that were opened in the same moment in two branches would be: here one is moved to where the other is."""
    wanted = draft()
    first = meetings.slots(meetings.opens(**wanted))
    other = draft()
    second = meetings.slots(meetings.opens("b2", **other), branch_id="b2")
    apart = datetime.fromisoformat(other["held_on"]) - datetime.fromisoformat(wanted["held_on"])
    for slot in second:
        times = {name: datetime.fromisoformat(slot[name]) - apart for name in ("starts_at", "ends_at")}
        kept["slots"].update_one({"_id": slot["slot_id"]}, {"$set": times})
    answers = meetings.race((first[0], "g1", "s1", "b1"), (second[0], "g3", "s3", "b2"))
    assert sorted(answer.status_code for answer in answers) == [201, 409], [answer.text for answer in answers]
    [lost] = [answer for answer in answers if answer.status_code == 409]
    assert (slug(lost), lost.json()["title"]) == ("teacher-busy", "The teacher has another meeting then")
    offered = [slot["slot_id"] for slot in lost.json()["free_slots"]]
    assert offered == [slot["slot_id"] for slot in (second if answers[0].ok else first)[1:]]


def test_before_booking_opens_and_after_the_meeting(meetings: Meetings) -> None:
    opens_at = (clock.now() + timedelta(days=1)).replace(microsecond=0)
    slot = meetings.slots(meetings.opens(booking_opens_at=opens_at.isoformat()))[0]
    early = meetings.books(slot)
    assert (early.status_code, slug(early)) == (409, "booking-not-open")
    assert early.json()["opens_at"] == opens_at.isoformat()
    today = meetings.opens(held_on=clock.today().isoformat(), starts="00:00", ends="23:59", slot_minutes=1)
    began = meetings.slots(today)[0]
    late = meetings.books(began)
    assert (late.status_code, slug(late)) == (409, "time-passed")
    assert not began["free"]
    assert began not in meetings.slots(today, free="true")


def test_only_for_ones_own_child(meetings: Meetings) -> None:
    meetings.knows(
        related("b1", ("g4", "s2"), may_book=False),
        people("b1", someone("s9", "student", active=False)),
        related("b1", ("g1", "s9")),
    )
    slot = meetings.slots(meetings.opens())[0]
    for stranger in ("s3", "s9", "t1", "nobody"):
        assert meetings.books(slot, "g1", stranger).status_code == 404
    refused = meetings.books(slot, "g4", "s2")
    assert (refused.status_code, slug(refused)) == (403, "may-not-book")
    path = f"slots/{slot['slot_id']}/booking"
    assert meetings.call("POST", path, person("g1", "b1", "pta_officer"), json={"student_id": "s1"}).status_code == 403
    assert meetings.call("POST", path, None, json={"student_id": "s1"}).status_code == 401
    assert meetings.slots(meetings.opens())[0]["free"]


def test_a_slot_of_another_branch_is_not_here(meetings: Meetings) -> None:
    slot = meetings.slots(meetings.opens("b2"), branch_id="b2")[0]
    assert meetings.books(slot, "g1", "s1", "b1").status_code == 404
    assert (
        meetings.call("POST", f"slots/{slot['slot_id']}/booking", guardian("g1"), "b2", json={"student_id": "s1"}).status_code
        == 403
    )
    assert meetings.books({"slot_id": "unknown"}).status_code == 404
    assert meetings.slots({"meeting_day_id": slot["meeting_day_id"]}, branch_id="b2")[0]["free"]


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{", 400), (b"[]", 422), (b"{}", 422), (b'{"student_id": {"$ne": 1}}', 422), (b'{"student_id": ""}', 422)],
)
def test_a_wrong_request_books_nothing(meetings: Meetings, body: bytes, status: int) -> None:
    day = meetings.opens()
    slot = meetings.slots(day)[0]
    assert meetings.call("POST", f"slots/{slot['slot_id']}/booking", guardian("g1"), data=body).status_code == status
    assert meetings.slots(day)[0]["free"]


@pytest.mark.parametrize("since", ["yesterday", "0001-01-01", "9999-12-31"])
def test_a_wrong_day_to_list_from(meetings: Meetings, since: str) -> None:
    assert meetings.call("GET", "bookings", guardian("g1"), params={"since": since}).status_code == 422


def test_a_branch_that_does_not_subscribe_causes_nothing(meetings: Meetings) -> None:
    meetings.knows(*small_branch("b5", services=("reports",)))
    assert meetings.call("GET", "meeting-days", head(branch_id="b5"), "b5").json()["items"] == []
    known = meetings.opens()
    eventually(
        lambda: [event for event in meetings.service.heard(MeetingDayOpened) if event.subject == known["meeting_day_id"]]
    )
    assert "b5" not in {event.branch_id for event in meetings.service.heard()}


def test_what_a_merged_record_booked_is_the_guardians(meetings: Meetings) -> None:
    """As soon as the child is theirs to book for: who is no guardian of a child sees nothing of it."""
    slot = meetings.slots(meetings.opens())[0]
    booking_id = meetings.books(slot, "g3", "s3").json()["booking_id"]
    path = f"bookings/{booking_id}"
    assert meetings.call("GET", path, guardian("g4")).status_code == 404
    meetings.knows(people("b1", someone("g3", "guardian", version=2, active=False, counts_as="g4")))
    try:
        day = {"meeting_day_id": slot["meeting_day_id"]}
        assert meetings.call("GET", path, guardian("g4")).status_code == 404
        assert meetings.slots(day, guardian("g4"))[0]["booking"] is None
        meetings.knows(related("b1", ("g4", "s3")))
        assert meetings.call("GET", path, guardian("g4")).status_code == 200
        assert meetings.slots(day, guardian("g4"))[0]["booking"]["booking_id"] == booking_id
    finally:
        meetings.knows(related("b1", ("g4", "s3"), version=2, active=False))
        meetings.knows(people("b1", someone("g3", "guardian", version=3, email="g3@example.pk", channels=["email"])))
