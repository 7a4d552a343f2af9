"""The waiting list: a time that is free again is offered to the next, for a while, and then to the one after."""

from datetime import datetime, timedelta
from typing import Any

from pymongo.database import Database

from schoolbus import clock
from schoolbus.contracts.meetings import SlotBooked, SlotOffered
from tests.meetings.story import Meetings, at_once, slug
from tests.support.people import guardian, head, office, teacher
from tests.support.waiting import eventually


def full(meetings: Meetings, name: str, **more: Any) -> tuple[dict[str, Any], list[dict[str, Any]], list[tuple[str, str]]]:
    """A day of six times, all booked by six families; and the bookings with four more who wait, in this order."""
    crowd = meetings.crowd(name, 10)
    day = meetings.opens(**more)
    slots = meetings.slots(day)
    bookings = [meetings.books(slot, *family).json() for slot, family in zip(slots, crowd[:6], strict=True)]
    return day, bookings, crowd[6:]


def place(meetings: Meetings, joined: dict[str, Any], guardian_id: str) -> dict[str, Any]:
    return dict(meetings.call("GET", f"waiting/{joined['waiting_id']}", guardian(guardian_id)).json())


def offered(meetings: Meetings, joined: dict[str, Any], guardian_id: str) -> dict[str, Any]:
    """Their place with the offer. Whoever frees a time offers it at once; what could not be at that moment a timer does."""

    def found() -> dict[str, Any] | None:
        there = place(meetings, joined, guardian_id)
        return there if there["state"] == "offered" else None

    return dict(eventually(found))


def accepts(meetings: Meetings, booking_id: str, guardian_id: str) -> Any:
    return meetings.call("POST", f"bookings/{booking_id}/acceptance", guardian(guardian_id))


def refuses(meetings: Meetings, booking_id: str, guardian_id: str) -> Any:
    return meetings.call("POST", f"bookings/{booking_id}/refusal", guardian(guardian_id))


def runs_out(kept: Database[Any], booking_id: str) -> None:
    kept["bookings"].update_one({"_id": booking_id}, {"$set": {"held_until": clock.now() - timedelta(seconds=1)}})


def test_the_next_is_offered_what_is_free_again(meetings: Meetings) -> None:
    day, bookings, waiting = full(meetings, "next")
    joined = [meetings.waits(day, *family).json() for family in waiting]
    assert [(each["state"], each["place_in_list"]) for each in joined] == [("waiting", number) for number in (1, 2, 3, 4)]
    assert meetings.waits(day, *waiting[1]).json()["waiting_id"] == joined[1]["waiting_id"], "joined once"
    meetings.cancels(bookings[2])
    (first, child), (second, _) = waiting[:2]
    offer = offered(meetings, joined[0], first)
    assert datetime.fromisoformat(offer["offered_until"]) <= datetime.fromisoformat(bookings[2]["starts_at"])
    [event] = eventually(lambda: told(meetings, SlotOffered, offer["booking_id"]))
    assert (event.data["guardian_id"], event.data["student_id"], event.data["edition"]) == (first, child, 0)
    assert not meetings.slots(day, guardian(second))[2]["free"], "others don't see it"
    assert slug(meetings.books(meetings.slots(day)[2], *waiting[1])) == "slot-taken"
    for stranger in (guardian(second), teacher("t2")):
        assert accepts(meetings, offer["booking_id"], stranger.person_id).status_code == 404
    answers = at_once(*[lambda: accepts(meetings, offer["booking_id"], first)] * 4)
    assert {(answer.status_code, answer.json()["state"], answer.json()["edition"]) for answer in answers} == {
        (200, "booked", 1)
    }
    [booked] = eventually(lambda: told(meetings, SlotBooked, offer["booking_id"]))
    assert booked.data["edition"] == 1, "what was said of the offer is over"
    assert place(meetings, joined[0], first)["state"] == "booked"
    assert place(meetings, joined[1], second)["place_in_list"] == 1


def told(meetings: Meetings, kind: Any, booking_id: str) -> list[Any]:
    return [event for event in meetings.service.heard(kind) if event.subject == booking_id]


def test_it_moves_on_after_a_no_and_after_silence(meetings: Meetings, kept: Database[Any]) -> None:
    day, bookings, waiting = full(meetings, "moves")
    joined = [meetings.waits(day, *family).json() for family in waiting[:3]]
    names = [guardian_id for guardian_id, _ in waiting]
    meetings.cancels(bookings[0])
    offer = offered(meetings, joined[0], names[0])["booking_id"]
    assert refuses(meetings, offer, names[0]).status_code == 204
    assert refuses(meetings, offer, names[0]).status_code == 204
    assert slug(accepts(meetings, offer, names[0])) == "offer-over"
    assert place(meetings, joined[0], names[0])["place_in_list"] == 1, "who says no waits on in their place"
    second = offered(meetings, joined[1], names[1])
    runs_out(kept, second["booking_id"])
    third = offered(meetings, joined[2], names[2])
    assert third["booking_id"] != second["booking_id"]
    silent = place(meetings, joined[1], names[1])
    assert (silent["state"], silent["place_in_list"]) == ("waiting", 3), "to the end of the list"
    runs_out(kept, third["booking_id"])
    again = offered(meetings, joined[1], names[1])
    runs_out(kept, again["booking_id"])
    eventually(lambda: place(meetings, joined[1], names[1])["state"] == "left")


def test_a_late_yes_to_an_offer_is_none_past_the_deadline(meetings: Meetings) -> None:
    """Whoever is next has not been asked yet."""
    soon = (clock.today() + timedelta(days=13)).isoformat()  # other tests' times of this teacher are no clash
    day, bookings, waiting = full(meetings, "late", held_on=soon, starts="05:00", ends="06:00")
    joined = meetings.waits(day, *waiting[0]).json()
    meetings.cancels(bookings[0])
    offer = offered(meetings, joined, waiting[0][0])["booking_id"]
    assert meetings.changes("PATCH", day, change_until_hours=336).status_code == 200
    assert slug(accepts(meetings, offer, waiting[0][0])) == "deadline-passed"
    by_office = meetings.call("POST", f"bookings/{offer}/acceptance", office())
    assert (by_office.status_code, by_office.json()["state"]) == (200, "booked")


def test_only_times_that_fit(meetings: Meetings) -> None:
    day, bookings, waiting = full(meetings, "fits")
    late = meetings.waits(day, *waiting[0], times=[{"from": "16:30", "to": "17:00"}]).json()
    early = meetings.waits(day, *waiting[1], times=[{"from": "16:00", "to": "16:20"}]).json()
    meetings.cancels(bookings[1])
    assert place(meetings, late, waiting[0][0])["state"] == "waiting"
    offered(meetings, early, waiting[1][0])
    moved = meetings.moves(bookings[5], meetings.slots(day)[1], head())
    assert slug(moved) == "slot-taken", "it is offered"
    meetings.cancels(bookings[4])
    offered(meetings, late, waiting[0][0])
    wrong = meetings.waits(day, *waiting[2], times=[{"from": "17:00", "to": "16:00"}])
    assert wrong.status_code == 422


def test_who_could_book_a_time_that_fits_need_not_wait(meetings: Meetings, kept: Database[Any]) -> None:
    day, bookings, waiting = full(meetings, "beside")
    joined = meetings.waits(day, *waiting[0], times=[{"from": "16:00", "to": "16:10"}]).json()
    meetings.cancels(bookings[3])
    refused = meetings.waits(day, *waiting[1])
    assert (refused.status_code, slug(refused)) == (409, "times-are-free")
    assert [free["slot_id"] for free in refused.json()["free_slots"]] == [bookings[3]["slot_id"]]
    assert kept["bookings"].count_documents({"guardian_id": waiting[1][0]}) == 0, "nothing is kept from others"
    assert meetings.waits(day, *waiting[1], times=[{"from": "16:00", "to": "16:30"}]).json()["place_in_list"] == 2
    assert meetings.waits(day, *waiting[0]).json()["waiting_id"] == joined["waiting_id"], "who is in it is in it"
    assert meetings.books({"slot_id": bookings[3]["slot_id"]}, *waiting[2]).status_code == 201
    assert meetings.waits(day, *waiting[3]).json()["state"] == "waiting"


def test_who_has_no_turn_left_may_wait(meetings: Meetings) -> None:
    crowd = meetings.crowd("no-turn", 2)
    day = meetings.opens(most_per_teacher=1)
    booking = meetings.books(meetings.slots(day)[0], *crowd[0]).json()
    joined = meetings.waits(day, *crowd[1]).json()
    assert joined["state"] == "waiting", "times are free, but the teacher has all their meetings"
    meetings.cancels(booking)
    assert place(meetings, joined, crowd[1][0])["state"] == "offered"


def test_nobody_waits_before_they_may_book(meetings: Meetings, kept: Database[Any]) -> None:
    opens_at = clock.now() + timedelta(days=1)
    day = meetings.opens(booking_opens_at=opens_at.isoformat())
    assert slug(meetings.waits(day, "g1", "s1")) == "booking-not-open"
    assert kept["waiting"].count_documents({"meeting_day_id": day["meeting_day_id"]}) == 0


def test_who_is_not_invited_waits_where_the_office_puts_them_down(meetings: Meetings) -> None:
    day = meetings.opens(slot_minutes=60, invited={"student_ids": ["s1"]})
    booking = meetings.books(meetings.slots(day)[0]).json()
    refused = meetings.waits(day, "g3", "s3")
    assert (refused.status_code, slug(refused)) == (403, "not-invited")
    joined = meetings.waits(day, "g3", "s3", by=office())
    assert joined.json()["state"] == "waiting", joined.text
    meetings.cancels(booking)
    offer = place(meetings, joined.json(), "g3")
    assert offer["state"] == "offered"
    assert accepts(meetings, offer["booking_id"], "g3").json()["state"] == "booked"


def test_who_is_booked_or_leaves_waits_no_more(meetings: Meetings, kept: Database[Any]) -> None:
    day, bookings, waiting = full(meetings, "leaves")
    first, second = (meetings.waits(day, *family).json() for family in waiting[:2])
    path = f"waiting/{second['waiting_id']}"
    assert meetings.call("DELETE", path, guardian("g3")).status_code == 404
    assert meetings.call("DELETE", path, guardian(waiting[1][0])).status_code == 204
    assert meetings.call("DELETE", path, guardian(waiting[1][0])).status_code == 204
    meetings.cancels(bookings[0])
    meetings.cancels(bookings[1])
    offer = place(meetings, first, waiting[0][0])
    assert slug(meetings.waits(day, *waiting[0], teacher_id="t1")) in ("already-offered",)
    assert meetings.call("DELETE", f"waiting/{first['waiting_id']}", guardian(waiting[0][0])).status_code == 204
    assert slug(accepts(meetings, offer["booking_id"], waiting[0][0])) == "offer-over"
    assert meetings.books(meetings.slots(day)[0], *waiting[0]).status_code == 201
    assert slug(meetings.waits(day, *waiting[0])) == "already-booked"
    left = list(kept["waiting"].find({"meeting_day_id": day["meeting_day_id"], "live": False}))
    assert len(left) == 2
    assert all(each["forgotten_at"] > each["left_at"] for each in left), "not for ever"
    assert any(index.get("expireAfterSeconds") == 0 for index in kept["waiting"].index_information().values())


def test_a_time_that_is_lost_between_two_lines_is_found_again(meetings: Meetings, kept: Database[Any]) -> None:
    """As if the process that cancelled had died before it offered the time."""
    day, bookings, waiting = full(meetings, "lost")
    joined = meetings.waits(day, *waiting[0]).json()
    gone = {"live": False, "state": "cancelled", "minutes": []}
    kept["bookings"].update_one({"_id": bookings[4]["booking_id"]}, {"$set": gone})
    offered(meetings, joined, waiting[0][0])


def test_one_offer_at_a_time_whatever_races(meetings: Meetings, kept: Database[Any]) -> None:
    day, bookings, waiting = full(meetings, "race")
    for family in waiting:
        meetings.waits(day, *family)
    at_once(*(lambda each=each: meetings.cancels(each) for each in bookings))  # type: ignore[misc]
    where = {"meeting_day_id": day["meeting_day_id"], "live": True, "state": "offered"}
    held = eventually(lambda: found if len(found := list(kept["bookings"].find(where))) >= 4 else None)
    assert len(held) == 4
    assert {each["guardian_id"] for each in held} == {guardian_id for guardian_id, _ in waiting}
    assert len({each["slot_id"] for each in held}) == 4


def test_who_sees_the_list(meetings: Meetings) -> None:
    day, _, waiting = full(meetings, "sees")
    for family in waiting[:2]:
        meetings.waits(day, *family)
    path = f"meeting-days/{day['meeting_day_id']}/waiting"

    def seen(caller: Any) -> list[str]:
        return [each["guardian_id"] for each in meetings.call("GET", path, caller).json()["items"]]

    assert seen(office()) == seen(teacher("t1")) == [waiting[0][0], waiting[1][0]]
    assert seen(guardian(waiting[1][0])) == [waiting[1][0]]
    assert seen(teacher("t2")) == []
