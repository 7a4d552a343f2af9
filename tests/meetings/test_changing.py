"""Bookings are moved and cancelled, by families and by staff, and made on families' behalf."""

from typing import Any

from icalendar import Calendar

from schoolbus.contracts.meetings import MeetingCancelled, MeetingMoved, SlotBooked
from tests.meetings.story import Meetings, at_once, slug
from tests.support.people import guardian, head, office, teacher
from tests.support.waiting import eventually

TWO = [{"teacher_id": id, "place": f"{id}'s room"} for id in ("t1", "t2")]


def said(meetings: Meetings, kind: Any, booking: dict[str, Any]) -> list[Any]:
    return [event for event in meetings.service.heard(kind) if event.subject == booking["booking_id"]]


def entry(text: str) -> tuple[str, Any]:
    calendar = Calendar.from_ical(text)
    return str(calendar["METHOD"]), calendar.walk("VEVENT")[0]


def test_a_moved_meeting_is_the_same_entry_at_another_time(meetings: Meetings) -> None:
    slots = meetings.slots(meetings.opens())
    booking = meetings.books(slots[0]).json()
    answers = [meetings.moves(booking, slots[3]) for _ in range(2)]
    assert [(answer.status_code, answer.json()["edition"]) for answer in answers] == [(200, 1)] * 2, "sent again, it is done"
    assert answers[0].json()["starts_at"] == slots[3]["starts_at"]
    [event] = eventually(lambda: said(meetings, MeetingMoved, booking))
    assert (event.data["edition"], event.data["slot_id"], event.data["place"]) == (1, slots[3]["slot_id"], "Room 4")
    method, moved = entry(event.data["calendar"])
    assert (method, moved["SEQUENCE"], moved["UID"]) == ("PUBLISH", 1, f"{booking['booking_id']}@meetings.rabta.pk")
    assert [slot["free"] for slot in meetings.slots(booking)][:4] == [True] * 3 + [False]


def test_a_cancelled_meeting_leaves_calendars_and_its_time_is_free(meetings: Meetings) -> None:
    slot = meetings.slots(meetings.opens())[0]
    booking = meetings.books(slot).json()
    answers = at_once(*[lambda: meetings.cancels(booking)] * 4)
    assert {(answer.status_code, answer.json()["state"]) for answer in answers} == {(200, "cancelled")}
    [event] = eventually(lambda: said(meetings, MeetingCancelled, booking))
    method, gone = entry(event.data["calendar"])
    assert (method, gone["SEQUENCE"], gone["STATUS"]) == ("CANCEL", 1, "CANCELLED")
    file = meetings.call("GET", f"bookings/{booking['booking_id']}/calendar", guardian("g1"))
    assert file.headers["Content-Type"] == "text/calendar; charset=utf-8; method=CANCEL"
    again = meetings.books(slot).json()
    assert (again["state"], again["edition"]) == ("booked", 0)
    assert again["booking_id"] != booking["booking_id"], "another booking"
    assert (slug(meetings.moves(booking, slot)), meetings.cancels(booking).json()["edition"]) == ("not-booked", 1)


def test_a_time_that_others_hold_is_not_moved_to(meetings: Meetings) -> None:
    day = meetings.opens(teachers=TWO)
    first, second = (meetings.slots(day, teacher_id=id) for id in ("t1", "t2"))
    meetings.books(first[2], "g3", "s3")
    booking = meetings.books(first[0]).json()
    taken = meetings.moves(booking, first[2])
    assert (taken.status_code, slug(taken)) == (409, "slot-taken")
    assert first[1]["slot_id"] in {slot["slot_id"] for slot in taken.json()["free_slots"]}
    meetings.books(second[4], "g1", "s2")
    assert slug(meetings.moves(booking, first[4])) == "time-clash"
    other = meetings.moves(booking, second[1])
    assert (other.status_code, list(other.json()["errors"])) == (422, ["slot_id"])
    assert meetings.moves(booking, first[5]).status_code == 200


def test_two_who_move_to_one_time(meetings: Meetings) -> None:
    slots = meetings.slots(meetings.opens())
    bookings = [meetings.books(slots[0]).json(), meetings.books(slots[1], "g3", "s3").json()]
    answers = at_once(*(lambda each=each: meetings.moves(each, slots[4]) for each in bookings))  # type: ignore[misc]
    assert sorted(answer.status_code for answer in answers) == [200, 409]


def test_who_changes_a_booking(meetings: Meetings) -> None:
    slots = meetings.slots(meetings.opens())
    booking = meetings.books(slots[0]).json()
    for stranger in (guardian("g3"), teacher("t2"), guardian("g1", "b2")):
        assert meetings.moves(booking, slots[1], stranger).status_code in (403, 404)
        assert meetings.cancels(booking, stranger).status_code in (403, 404)
    for place, caller in enumerate((guardian("g1"), guardian("g2"), teacher("t1"), office(), head()), start=1):
        assert meetings.moves(booking, slots[place], caller).status_code == 200, caller


def test_staff_book_on_behalf(meetings: Meetings) -> None:
    day = meetings.opens(teachers=TWO)
    first, second = (meetings.slots(day, teacher_id=id) for id in ("t1", "t2"))
    assert list(meetings.books(first[0], by=office()).json()["errors"]) == ["guardian_id"], "on whose behalf?"
    assert meetings.books(first[0], by=office(), on_behalf_of="g3").status_code == 422, "no guardian of this child"
    made = meetings.books(first[0], by=office(), on_behalf_of="g1")
    assert (made.status_code, made.json()["guardian_id"]) == (201, "g1")
    [event] = eventually(lambda: said(meetings, SlotBooked, made.json()))
    assert event.data["guardian_id"] == "g1"
    assert meetings.books(first[1], student_id="s2", by=teacher("t1"), on_behalf_of="g1").status_code == 201
    assert slug(meetings.books(second[3], by=teacher("t1"), on_behalf_of="g1")) == "not-your-slot"
    assert slug(meetings.books(first[5], by=guardian("g3"), on_behalf_of="g1")) == "not-your-booking"


def test_a_request_with_a_key_books_once(meetings: Meetings) -> None:
    slots = meetings.slots(meetings.opens())
    answers = at_once(*[lambda: meetings.books(slots[0], key="click-on-book-1")] * 6)
    assert [answer.status_code for answer in answers] == [201] * 6, [answer.text for answer in answers]
    assert len({answer.json()["booking_id"] for answer in answers}) == 1
    other = meetings.books(slots[0], "g3", "s3", key="click-on-book-1")
    assert slug(other) == "slot-taken", "a key is its caller's own"
    meetings.cancels(answers[0].json())
    late = meetings.books(slots[0], key="click-on-book-1").json()
    assert (late["booking_id"], late["state"]) == (answers[0].json()["booking_id"], "cancelled"), "it was done, and undone"


def test_the_ways_to_meet_are_equal_choices(meetings: Meetings) -> None:
    ways = {"place": "Room 4", "telephone": "The teacher calls you", "video": "https://meet.example/t1"}
    slots = meetings.slots(meetings.opens(teachers=[{"teacher_id": "t1", **ways}]))
    assert [way["way"] for way in slots[0]["ways"]] == ["visit", "telephone", "video"]
    booking = meetings.books(slots[0], way="telephone").json()
    assert (booking["way"], booking["place"]) == ("telephone", "The teacher calls you")
    moved = meetings.moves(booking, slots[0], way="video").json()
    assert (moved["way"], moved["place"], moved["edition"]) == ("video", "https://meet.example/t1", 1)
    room = meetings.slots(meetings.opens())[0]
    assert list(meetings.books(room, way="video").json()["errors"]) == ["way"]
