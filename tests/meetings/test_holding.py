"""A family keeps a set of times for a moment, books it, gives it back, or lets it run out."""

from datetime import timedelta
from typing import Any

from pymongo.database import Database

from schoolbus import clock
from schoolbus.contracts.meetings import SlotBooked
from tests.meetings.story import Meetings, at_once, slug
from tests.support.people import guardian, office, teacher
from tests.support.waiting import eventually

TWO = [{"teacher_id": id, "place": f"{id}'s room"} for id in ("t1", "t2")]


def runs_out(kept: Database[Any], hold: dict[str, Any]) -> None:
    """As two minutes later; the timer comes by in a few seconds."""
    kept["bookings"].update_many({"hold_id": hold["hold_id"]}, {"$set": {"held_until": clock.now() - timedelta(seconds=1)}})


def free(meetings: Meetings, day: dict[str, Any], *slots: dict[str, Any]) -> list[bool]:
    shown = {slot["slot_id"]: slot["free"] for slot in meetings.slots(day, guardian("g3"))}
    return [shown[slot["slot_id"]] for slot in slots]


def test_siblings_with_different_teachers_back_to_back(meetings: Meetings) -> None:
    day = meetings.opens(teachers=TWO)
    wanted = {"student_id": "s1,s2,s1", "teacher_id": "t1,t1,t2"}
    path = f"meeting-days/{day['meeting_day_id']}"
    proposed = meetings.call("GET", f"{path}/proposals", guardian("g1"), params=wanted).json()["items"]
    assert proposed[0]["waiting_minutes"] == 0
    chosen = proposed[0]["slots"]
    hold = meetings.holds(day, *((slot, slot["student_id"]) for slot in chosen), key="click-on-hold-1")
    assert hold.status_code == 201, hold.text
    assert [each["state"] for each in hold.json()["bookings"]] == ["held"] * 3
    assert free(meetings, day, *chosen) == [False] * 3, "others see them taken"
    again = meetings.holds(day, *((slot, slot["student_id"]) for slot in chosen), key="click-on-hold-1")
    assert again.json() == hold.json()
    answers = at_once(*[lambda: meetings.confirms(hold.json())] * 4)
    assert [answer.status_code for answer in answers] == [201] * 4, [answer.text for answer in answers]
    booked = answers[0].json()["bookings"]
    assert [each["state"] for each in booked] == ["booked"] * 3
    assert all(answer.json()["bookings"] == booked for answer in answers)
    told = eventually(lambda: said(meetings, booked, 3))
    assert len(told) == 3, "each once"
    none = meetings.call("GET", f"{path}/proposals", guardian("g1"), params={"student_id": "s1", "teacher_id": "nobody"})
    assert list(none.json()["errors"]) == ["teacher_id"]


def said(meetings: Meetings, booked: list[dict[str, Any]], count: int) -> list[Any]:
    ids = {each["booking_id"] for each in booked}
    found = [event for event in meetings.service.heard(SlotBooked) if event.subject in ids]
    return found if len(found) >= count else []


def test_all_or_none(meetings: Meetings) -> None:
    day = meetings.opens(teachers=TWO)
    first, second = (meetings.slots(day, teacher_id=id) for id in ("t1", "t2"))
    meetings.books(second[1], "g3", "s3")
    refused = meetings.holds(day, (first[0], "s1"), (second[1], "s2"))
    assert (refused.status_code, slug(refused)) == (409, "slot-taken")
    assert refused.json()["free_slots"]
    assert free(meetings, day, first[0]) == [True]
    assert slug(meetings.holds(day, (first[2], "s1"), (second[2], "s2"))) == "time-clash", "the guardian is one"
    assert slug(meetings.holds(day, (first[2], "s1"), (first[3], "s1"))) == "already-held", "one meeting of a child"
    assert meetings.holds(day, (first[2], "s1"), (first[2], "s2")).status_code == 422
    assert meetings.holds(day, (first[2], "s3")).status_code == 404, "another family's child"


def test_another_choice_gives_back_what_was_held_before(meetings: Meetings) -> None:
    day = meetings.opens(teachers=TWO)
    slots = meetings.slots(day, teacher_id="t1")
    first = meetings.holds(day, (slots[0], "s1"), (slots[1], "s2")).json()
    second = meetings.holds(day, (slots[1], "s1"), (slots[2], "s2"))
    assert second.status_code == 201, second.text
    assert free(meetings, day, *slots[:3]) == [True, False, False]
    gone = meetings.call("GET", f"holds/{first['hold_id']}", guardian("g1")).json()
    assert {each["state"] for each in gone["bookings"]} == {"released"}
    kept = meetings.holds(day, (slots[3], "s1"), (slots[0], "s3"))
    assert kept.status_code == 404
    assert free(meetings, day, *slots[:4]) == [True, False, False, True], "what can't be had takes nothing away"


def test_given_back_it_is_free(meetings: Meetings) -> None:
    day = meetings.opens()
    slot = meetings.slots(day)[0]
    hold = meetings.holds(day, (slot, "s1")).json()
    path = f"holds/{hold['hold_id']}"
    for stranger in (guardian("g3"), guardian("g2"), teacher("t2")):
        assert meetings.call("DELETE", path, stranger).status_code == 404
        assert meetings.confirms(hold, stranger.person_id).status_code == 404
    assert meetings.call("DELETE", path, guardian("g1")).status_code == 204
    assert meetings.call("DELETE", path, guardian("g1")).status_code == 204
    assert free(meetings, day, slot) == [True]
    assert meetings.books(slot, "g3", "s3").status_code == 201
    late = meetings.confirms(hold)
    assert (late.status_code, slug(late)) == (409, "hold-ran-out")
    assert [each["slot_id"] for each in late.json()["gone"]] == [slot["slot_id"]]
    assert late.json()["free_slots"]


def test_what_ran_out_is_taken_by_whoever_comes(meetings: Meetings, kept: Database[Any]) -> None:
    day = meetings.opens()
    slots = meetings.slots(day)
    hold = meetings.holds(day, (slots[0], "s1"), (slots[1], "s2")).json()
    assert slug(meetings.books(slots[0], "g3", "s3")) == "slot-taken"
    runs_out(kept, hold)
    assert free(meetings, day, slots[0]) == [True]
    assert meetings.books(slots[0], "g3", "s3").status_code == 201, "nobody waits for a timer"
    late = meetings.confirms(hold)
    assert slug(late) == "hold-ran-out"
    assert [[each["slot_id"] for each in late.json()[which]] for which in ("gone", "still_free")] == [
        [slots[0]["slot_id"]],
        [slots[1]["slot_id"]],
    ]


def test_a_late_yes_is_a_yes_where_nobody_was_faster(meetings: Meetings, kept: Database[Any]) -> None:
    day = meetings.opens(most_per_household=1)
    slot = meetings.slots(day)[0]
    hold = meetings.holds(day, (slot, "s1")).json()
    runs_out(kept, hold)
    released = {"hold_id": hold["hold_id"], "state": "released"}
    eventually(lambda: kept["bookings"].count_documents(released) == 1)
    late = meetings.confirms(hold)
    assert (late.status_code, late.json()["bookings"][0]["state"]) == (201, "booked")
    assert free(meetings, day, slot) == [False]
    assert kept["bookings"].find_one({"hold_id": hold["hold_id"]})["household_turns"]


def ran_out(meetings: Meetings, kept: Database[Any], hold: dict[str, Any]) -> None:
    """And the timer has come by."""
    runs_out(kept, hold)
    released = {"hold_id": hold["hold_id"], "state": "released"}
    eventually(lambda: kept["bookings"].count_documents(released) == len(hold["bookings"]))


def test_a_late_yes_is_a_no_where_the_time_is_withdrawn(meetings: Meetings, kept: Database[Any]) -> None:
    day = meetings.opens(teachers=TWO)
    first, second = (meetings.slots(day, teacher_id=id) for id in ("t1", "t2"))
    hold = meetings.holds(day, (first[0], "s1"), (second[1], "s1")).json()
    assert meetings.changes("POST", day, "/absences", teacher_id="t1").status_code == 200
    ran_out(meetings, kept, hold)
    late = meetings.confirms(hold)
    assert (late.status_code, slug(late)) == (409, "hold-ran-out")
    assert [[each["slot_id"] for each in late.json()[which]] for which in ("gone", "still_free")] == [
        [first[0]["slot_id"]],
        [second[1]["slot_id"]],
    ]
    assert kept["bookings"].count_documents({"hold_id": hold["hold_id"], "live": True}) == 0


def test_a_late_yes_is_where_the_teacher_is_by_now(meetings: Meetings, kept: Database[Any]) -> None:
    day = meetings.opens()
    hold = meetings.holds(day, (meetings.slots(day)[0], "s1")).json()
    ran_out(meetings, kept, hold)
    changed = meetings.changes("PUT", day, "/teachers/t1/ways", video="https://meet.example/t1")
    assert changed.status_code == 200, changed.text
    [booked] = meetings.confirms(hold).json()["bookings"]
    assert (booked["state"], booked["way"], booked["place"]) == ("booked", "video", "https://meet.example/t1")


def test_a_late_yes_leaves_time_to_walk(meetings: Meetings, kept: Database[Any]) -> None:
    day = meetings.opens(teachers=TWO, travel_minutes=10)
    first, second = (meetings.slots(day, teacher_id=id) for id in ("t1", "t2"))
    hold = meetings.holds(day, (first[0], "s1")).json()
    ran_out(meetings, kept, hold)
    assert meetings.books(second[1], "g1", "s2").status_code == 201
    assert slug(meetings.confirms(hold)) == "too-close"


def test_past_the_deadline_the_office_alone_says_yes(meetings: Meetings, kept: Database[Any]) -> None:
    in_three_days = (clock.today() + timedelta(days=3)).isoformat()
    day = meetings.opens(held_on=in_three_days, starts="06:00", ends="07:00")
    first, second = meetings.slots(day)[:2]
    late, later = (meetings.holds(day, (slot, "s1")).json() for slot in (first, second))
    ran_out(meetings, kept, later)
    assert meetings.changes("PATCH", day, change_until_hours=96).status_code == 200
    for hold in (late, later):
        assert slug(meetings.confirms(hold)) == "deadline-passed"
    assert free(meetings, day, first, second) == [True, True]
    confirmed = meetings.call("POST", f"holds/{later['hold_id']}/booking", office())
    assert (confirmed.status_code, confirmed.json()["bookings"][0]["state"]) == (201, "booked")
    assert meetings.confirms(later).status_code == 201, "what is booked is booked"


def test_a_timer_frees_what_ran_out(meetings: Meetings, kept: Database[Any]) -> None:
    day = meetings.opens()
    hold = meetings.holds(day, (meetings.slots(day)[0], "s1")).json()
    runs_out(kept, hold)
    eventually(lambda: kept["bookings"].count_documents({"hold_id": hold["hold_id"], "live": True}) == 0)


def test_what_is_held_is_booked_as_a_whole_or_given_back(meetings: Meetings) -> None:
    day = meetings.opens()
    slots = meetings.slots(day)
    hold = meetings.holds(day, (slots[0], "s1")).json()
    assert slug(meetings.books(slots[3])) == "already-held"
    booking = {"booking_id": hold["bookings"][0]["booking_id"], "guardian_id": "g1"}
    assert slug(meetings.cancels(booking)) == "not-booked"
    file = meetings.call("GET", f"bookings/{booking['booking_id']}/calendar", guardian("g1"))
    assert file.status_code == 404, "no entry for what may never be"
    mine = meetings.call("GET", "bookings", guardian("g1"), params={"since": day["held_on"]}).json()["items"]
    assert booking["booking_id"] not in str(mine)
    by_office = meetings.holds(day, (slots[4], "s3"), guardian_id="g3", by=office())
    assert by_office.status_code == 201
    assert meetings.call("POST", f"holds/{by_office.json()['hold_id']}/booking", office()).status_code == 201


def test_many_families_want_sets_that_meet(meetings: Meetings, kept: Database[Any]) -> None:
    """Each wants two neighbouring times: whoever has one has the other too."""
    crowd = meetings.crowd("holder", 16)
    day = meetings.opens(teachers=TWO)
    first, second = (meetings.slots(day, teacher_id=id) for id in ("t1", "t2"))

    def holds(place: int) -> Any:
        guardian_id, child = crowd[place]
        start = place % 5
        return lambda: meetings.holds(day, (first[start], child), (second[start + 1], child), guardian_id=guardian_id)

    answers = at_once(*(holds(place) for place in range(16)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert all(answer.json()["free_slots"] for answer in answers if answer.status_code == 409)
    held = list(kept["bookings"].find({"meeting_day_id": day["meeting_day_id"], "live": True}))
    winners = [answer for answer in answers if answer.status_code == 201]
    assert len(held) == 2 * len(winners) == 10, "all five pairs, whole"
    assert len({each["slot_id"] for each in held}) == len(held)
