"""A day is changed, cancelled, a teacher is away: families and teachers hear, once, and nothing is left that is not so."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from icalendar import Calendar
from pymongo.database import Database

from schoolbus.contracts.meetings import (
    DayMeetingsCancelled,
    MeetingCalledOff,
    MeetingCancelled,
    MeetingDayCancelled,
    MeetingDayOpened,
    MeetingMoved,
)
from tests.meetings.story import Meetings, at_once, draft, slug
from tests.support.people import guardian, head, office, teacher
from tests.support.roster import branch, closed_on, enrolled, people, related, someone
from tests.support.waiting import eventually

TWO = [{"teacher_id": id, "place": f"{id}'s room"} for id in ("t1", "t2")]


def said(meetings: Meetings, kind: Any, day: dict[str, Any]) -> list[Any]:
    return [event for event in meetings.service.heard(kind) if event.data["meeting_day_id"] == day["meeting_day_id"]]


def entries(text: str) -> tuple[str, list[Any]]:
    calendar = Calendar.from_ical(text)
    return str(calendar["METHOD"]), calendar.walk("VEVENT")


def live(kept: Database[Any], day: dict[str, Any]) -> int:
    """Independently of the service."""
    return kept["bookings"].count_documents({"meeting_day_id": day["meeting_day_id"], "live": True})


def look_again(kept: Database[Any], day: dict[str, Any]) -> None:
    """As if the time had come at which a timer looks at the day."""
    kept["meeting_days"].update_one({"_id": day["meeting_day_id"]}, {"$set": {"settle_at": datetime(2026, 1, 1)}})


# Cancelling a day


def test_everybody_hears_of_a_cancelled_day_once(meetings: Meetings, kept: Database[Any]) -> None:
    day = meetings.opens(teachers=TWO)
    first, second = (meetings.slots(day, teacher_id=id) for id in ("t1", "t2"))
    booked = [meetings.books(first[0]), meetings.books(second[1]), meetings.books(first[2], "g1", "s2")]
    booked.append(meetings.books(first[3], "g3", "s3"))
    assert [answer.status_code for answer in booked] == [201] * 4
    answers = at_once(*[lambda: meetings.changes("POST", day, "/cancellation", reason="Heavy rain")] * 3)
    assert {(answer.status_code, answer.json()["state"], answer.json()["reason"]) for answer in answers} == {
        (200, "cancelled", "Heavy rain")
    }
    assert live(kept, day) == 0
    assert meetings.slots(day) == []
    told = eventually(lambda: said(meetings, MeetingDayCancelled, day))
    people = Counter(person_id for event in told for person_id in event.data["person_ids"])
    assert people == Counter(("g1", "g2", "g3", "t1", "t2")), "g2 may book, and had not yet"
    [event] = told
    assert (event.data["edition"], event.data["title"]) == (1, "Autumn meetings")
    assert {id: len(entries(text)[1]) for id, text in event.data["calendars"].items()} == {"g1": 3, "g3": 1, "t1": 3, "t2": 1}
    method, theirs = entries(event.data["calendars"]["g1"])
    assert (method, {str(entry["STATUS"]) for entry in theirs}, {entry["SEQUENCE"] for entry in theirs}) == (
        "PUBLISH",
        {"CANCELLED"},
        {1},
    )
    assert entries(event.data["calendars"]["g3"])[0] == "CANCEL"
    [ended] = said(meetings, DayMeetingsCancelled, day)
    assert {item["booking_id"] for item in ended.data["items"]} == {answer.json()["booking_id"] for answer in booked}
    assert said(meetings, MeetingCancelled, day) == [], "not once more for each booking"
    file = meetings.call("GET", f"meeting-days/{day['meeting_day_id']}/calendar", guardian("g1"))
    assert file.text == event.data["calendars"]["g1"]
    alone = meetings.call("GET", f"bookings/{booked[0].json()['booking_id']}/calendar", guardian("g1"))
    assert alone.headers["Content-Type"] == "text/calendar; charset=utf-8; method=CANCEL"
    look_again(kept, day)
    eventually(lambda: kept["meeting_days"].find_one({"_id": day["meeting_day_id"]})["settle_at"] > datetime(2026, 2, 1))
    assert len(said(meetings, MeetingDayCancelled, day)) == 1


def test_a_cancelled_day_is_over(meetings: Meetings) -> None:
    wanted = draft()
    day = meetings.opens(**wanted)
    slot = meetings.slots(day)[0]
    assert meetings.changes("POST", day, "/cancellation").json()["reason"] is None
    assert meetings.books(slot).status_code in (404, 409)
    for method, path, body in (
        ("PATCH", "", {"title": "Anew"}),
        ("POST", "/teachers", TWO[1]),
        ("POST", "/dates", {"on": "2094-01-01"}),
        ("POST", "/absences", {"teacher_id": "t1"}),
    ):
        assert slug(meetings.changes(method, day, path, **body)) == "day-cancelled"
    again = meetings.opens(**wanted)
    assert len(meetings.slots(again)) == 6, "teacher, room and time are free for another day"


def test_a_day_opened_by_mistake_is_told_to_nobody(meetings: Meetings) -> None:
    day = meetings.opens(booking_opens_at="2027-01-15T04:00:00Z", held_on="2027-02-01")
    assert meetings.changes("POST", day, "/cancellation").status_code == 200
    other = meetings.opens()
    eventually(lambda: said(meetings, MeetingDayOpened, other))
    assert said(meetings, MeetingDayOpened, day) == said(meetings, MeetingDayCancelled, day) == []


def test_who_dies_in_the_middle_is_taken_up(meetings: Meetings, kept: Database[Any]) -> None:
    """As a process leaves it that ends right after the day's own transaction."""
    day = meetings.opens()
    booking = meetings.books(meetings.slots(day)[0]).json()
    kept["meeting_days"].update_one({"_id": day["meeting_day_id"]}, {"$set": {"state": "cancelled"}})
    look_again(kept, day)
    [event] = eventually(lambda: said(meetings, MeetingDayCancelled, day))
    assert "g1" in event.data["person_ids"]
    assert live(kept, day) == 0
    path = f"bookings/{booking['booking_id']}"
    assert meetings.call("GET", path, guardian("g1")).json()["state"] == "cancelled"


def test_who_booked_in_that_very_moment_hears_apart(meetings: Meetings, kept: Database[Any]) -> None:
    day = meetings.opens()
    booking = meetings.books(meetings.slots(day)[0]).json()
    late = kept["bookings"].find_one({"_id": booking["booking_id"]})
    meetings.cancels(booking)
    meetings.changes("POST", day, "/cancellation")
    kept["bookings"].insert_one({**late, "_id": "late", "edition": 0})
    look_again(kept, day)
    events = eventually(lambda: [each for each in said(meetings, MeetingCancelled, day) if each.subject == "late"])
    assert len(events) == 1
    assert live(kept, day) == 0


def crowd(meetings: Meetings, branch_id: str, count: int) -> list[tuple[str, str]]:
    """A class of so many children, each with a guardian; its teacher t8."""
    pairs = [(f"{branch_id}-g{number}", f"{branch_id}-s{number}") for number in range(count)]
    meetings.knows(
        branch(branch_id),
        people(branch_id, someone("t8", "teacher"), someone("h1", "head")),
        people(branch_id, *(someone(each, "guardian") for each, _ in pairs), *(someone(each, "student") for _, each in pairs)),
        enrolled(branch_id, "c8", students=tuple(child for _, child in pairs), teachers=("t8",)),
        related(branch_id, *pairs),
    )
    return pairs


def test_cancelling_against_booking(meetings: Meetings, kept: Database[Any]) -> None:
    """Whatever the order: nothing live is left, who booked hears of the end, and nobody hears twice."""
    pairs = crowd(meetings, "b8", 12)
    day = meetings.opens("b8", teachers=[{"teacher_id": "t8", "place": "Hall"}], slot_minutes=5)
    slots = meetings.slots(day, branch_id="b8")

    def booking(place: int) -> Callable[[], Any]:
        return lambda: meetings.books(slots[place], *pairs[place], "b8")

    def cancelling() -> Any:
        return meetings.changes("POST", day, "/cancellation", "b8")

    answers = at_once(*map(booking, range(6)), cancelling, *map(booking, range(6, 12)))
    assert {answer.status_code for answer in answers} <= {200, 201, 404, 409}, [answer.text for answer in answers]
    look_again(kept, day)
    eventually(lambda: live(kept, day) == 0)
    booked = {answer.json()["booking_id"] for answer in answers if answer.status_code == 201}
    eventually(lambda: len(_ended(meetings, day)) == len(booked))
    assert _ended(meetings, day) == Counter(booked), "each booking ends once"
    told = eventually(
        lambda: Counter(id for event in said(meetings, MeetingDayCancelled, day) for id in event.data["person_ids"])
    )
    assert told == Counter([*(parent for parent, _ in pairs), "t8"])


def _ended(meetings: Meetings, day: dict[str, Any]) -> Counter[str]:
    together = (item["booking_id"] for event in said(meetings, DayMeetingsCancelled, day) for item in event.data["items"])
    return Counter([*together, *(event.subject for event in said(meetings, MeetingCancelled, day))])


def test_what_was_held_and_who_waits_ends_with_the_day(meetings: Meetings, kept: Database[Any]) -> None:
    day = meetings.opens(slot_minutes=30)
    first, second = meetings.slots(day)
    hold = meetings.holds(day, (first, "s1")).json()
    assert meetings.books(second, "g3", "s3").status_code == 201
    waits = meetings.waits(day, "g1", "s2")
    assert waits.status_code == 201, waits.text
    assert meetings.changes("POST", day, "/cancellation").status_code == 200
    assert live(kept, day) == 0
    late = meetings.confirms(hold)
    assert (late.status_code, slug(late)) == (409, "day-cancelled")
    assert slug(meetings.waits(day, "g1", "s1")) in ("day-cancelled", "invalid")
    assert kept["waiting"].count_documents({"meeting_day_id": day["meeting_day_id"], "live": True}) == 0
    [event] = eventually(lambda: said(meetings, MeetingDayCancelled, day))
    assert set(event.data["calendars"]) == {"g3", "t1"}, "nothing was booked of what was held"


# A teacher is away


def test_a_teacher_who_cannot_come(meetings: Meetings, kept: Database[Any]) -> None:
    day = meetings.opens(teachers=TWO)
    slots = meetings.slots(day, teacher_id="t1")
    early, late = meetings.books(slots[0]).json(), meetings.books(slots[4], "g3", "s3").json()
    asked = {"teacher_id": "t1", "starts_at": slots[3]["starts_at"], "ends_at": slots[4]["ends_at"]}
    absent = meetings.changes("POST", day, "/absences", **asked)
    assert absent.json() == {**asked, "slots_withdrawn": 2, "meetings_called_off": 1}
    assert [slot["slot_id"] for slot in meetings.slots(day, teacher_id="t1")] == [
        slots[place]["slot_id"] for place in (0, 1, 2, 5)
    ]
    [event] = eventually(lambda: said(meetings, MeetingCalledOff, day))
    assert (event.data["booking_id"], event.data["edition"], event.data["guardian_id"]) == (late["booking_id"], 1, "g3")
    method, [gone] = entries(event.data["calendar"])
    assert (method, gone["SEQUENCE"], gone["STATUS"]) == ("CANCEL", 1, "CANCELLED")
    assert meetings.call("GET", f"bookings/{early['booking_id']}", guardian("g1")).json() == early
    path = f"bookings/{late['booking_id']}"
    seen = meetings.call("GET", path, guardian("g3")).json()
    assert (seen["state"], seen["called_off"]) == ("cancelled", "teacher_away")
    offered = meetings.call("GET", f"{path}/alternatives", guardian("g3")).json()["free_slots"]
    assert [slot["slot_id"] for slot in offered[:3]] == [slots[place]["slot_id"] for place in (1, 2, 5)], (
        "the same teacher's first"
    )
    assert {slot["teacher_id"] for slot in offered[3:]} == {"t2"}
    assert meetings.call("GET", f"{path}/alternatives", guardian("g1")).status_code == 404
    again = meetings.changes("POST", day, "/absences", **asked).json()
    assert (again["slots_withdrawn"], again["meetings_called_off"]) == (0, 0)
    look_again(kept, day)
    eventually(lambda: kept["meeting_days"].find_one({"_id": day["meeting_day_id"]})["settle_at"] is None)
    assert len(said(meetings, MeetingCalledOff, day)) == 1
    assert meetings.books(meetings.slots(day, teacher_id="t1")[3], "g3", "s3").status_code == 201, "another time"
    shown = meetings.call("GET", f"meeting-days/{day['meeting_day_id']}", office()).json()
    assert (shown["slot_count"], shown["absences"]) == (10, [asked])


def test_away_all_day_the_room_is_free(meetings: Meetings) -> None:
    wanted = draft(teachers=TWO)
    day = meetings.opens(**wanted)
    there = {**wanted, "teachers": [{"teacher_id": "t3", "place": "T1's room"}]}
    meetings.knows(people("b1", someone("t3", "teacher")))
    assert slug(meetings.call("POST", "meeting-days", head(), json=there)) == "room-taken"
    assert meetings.changes("POST", day, "/absences", teacher_id="t1").json()["slots_withdrawn"] == 6
    assert meetings.slots(day, teacher_id="t1") == []
    assert meetings.call("POST", "meeting-days", head(), json=there).status_code == 201
    assert meetings.changes("POST", day, "/absences", teacher_id="t9").status_code == 404
    backwards = {"starts_at": "2090-01-02T00:00:00Z", "ends_at": "2090-01-01T00:00:00Z"}
    assert meetings.changes("POST", day, "/absences", teacher_id="t1", **backwards).status_code == 422


def test_an_hour_falls_out_for_everybody(meetings: Meetings) -> None:
    day = meetings.opens(teachers=TWO)
    slots = meetings.slots(day)
    asked = {"starts_at": slots[0]["starts_at"], "ends_at": slots[4]["starts_at"]}
    booked = meetings.books(slots[0]).json()
    assert meetings.changes("POST", day, "/absences", **asked).json() == {
        **{"teacher_id": None, "slots_withdrawn": 4, "meetings_called_off": 1},
        **asked,
    }
    assert meetings.slots(day) == slots[4:]
    [event] = eventually(lambda: said(meetings, MeetingCalledOff, day))
    assert event.data["booking_id"] == booked["booking_id"]


def test_a_date_that_becomes_a_holiday_is_shown(meetings: Meetings) -> None:
    meetings.knows(branch("b10"), people("b10", someone("t1", "teacher")))
    day = meetings.opens("b10", held_on="2093-03-10")
    assert day["closed_dates"] == []
    meetings.knows(closed_on("b10", "Eid", "2093-03-10"))
    path = f"meeting-days/{day['meeting_day_id']}"
    shown = meetings.call("GET", path, head(branch_id="b10"), "b10").json()
    assert (shown["state"], shown["closed_dates"]) == ("open", [{"on": "2093-03-10", "holiday": "Eid"}])


def test_away_against_booking(meetings: Meetings, kept: Database[Any]) -> None:
    pairs = crowd(meetings, "b9", 10)
    day = meetings.opens("b9", teachers=[{"teacher_id": "t8", "place": "Hall"}], slot_minutes=5)
    slots = meetings.slots(day, branch_id="b9")
    bookings = [lambda place=place: meetings.books(slots[place], *pairs[place], "b9") for place in range(10)]  # type: ignore[misc]
    answers = at_once(*bookings[:5], lambda: meetings.changes("POST", day, "/absences", "b9", teacher_id="t8"), *bookings[5:])
    assert {answer.status_code for answer in answers} <= {200, 201, 404, 409}, [answer.text for answer in answers]
    look_again(kept, day)
    eventually(lambda: live(kept, day) == 0)
    booked = {answer.json()["booking_id"] for answer in answers if answer.status_code == 201}
    eventually(lambda: len(said(meetings, MeetingCalledOff, day)) == len(booked))
    assert {event.data["booking_id"] for event in said(meetings, MeetingCalledOff, day)} == booked


# An open day is changed


def test_another_room_is_told_once(meetings: Meetings, kept: Database[Any]) -> None:
    wanted = draft(teachers=[{"teacher_id": "t1", "place": "Room 1", "video": "https://meet.example/t1"}, TWO[1]])
    day = meetings.opens(**wanted)
    slots = meetings.slots(day, teacher_id="t1")
    visit = meetings.books(slots[0]).json()
    video = meetings.books(slots[1], "g3", "s3", way="video").json()
    change = {"place": "Library", "video": "https://meet.example/t1"}
    answers = at_once(*[lambda: meetings.changes("PUT", day, "/teachers/t1/ways", **change)] * 3)
    assert {answer.status_code for answer in answers} == {200}, [answer.text for answer in answers]
    [moved] = eventually(lambda: said(meetings, MeetingMoved, day))
    assert (moved.data["booking_id"], moved.data["edition"], moved.data["place"]) == (visit["booking_id"], 1, "Library")
    assert entries(moved.data["calendar"])[1][0]["LOCATION"] == "Library"
    assert meetings.slots(day, teacher_id="t1")[0]["place"] == "Library"
    assert meetings.changes("PUT", day, "/teachers/t1/ways", place="Library").status_code == 200
    seen = meetings.call("GET", f"bookings/{video['booking_id']}", guardian("g3")).json()
    assert (seen["way"], seen["place"], seen["edition"]) == ("visit", "Library", 1), "by the way that is left"
    freed = [{"teacher_id": "t4", "place": "Room 1"}]
    meetings.knows(people("b1", someone("t4", "teacher")))
    assert meetings.call("POST", "meeting-days", head(), json={**wanted, "teachers": freed}).status_code == 201
    assert slug(meetings.changes("PUT", day, "/teachers/t1/ways", place="t2's room")) == "room-taken"
    assert meetings.changes("PUT", day, "/teachers/t9/ways", place="Library").status_code == 404
    assert meetings.slots(day, teacher_id="t1")[0]["place"] == "Library", "what was refused has changed nothing"


def test_one_more_teacher_and_one_more_date(meetings: Meetings) -> None:
    wanted = draft()
    day = meetings.opens(**wanted)
    more = meetings.changes("POST", day, "/teachers", **TWO[1], hours={"starts": "16:30", "ends": "17:00"}).json()
    assert (more["slot_count"], len(meetings.slots(day, teacher_id="t2"))) == (9, 3)
    assert slug(meetings.changes("POST", day, "/teachers", **TWO[1])) == "already-there"
    assert meetings.changes("POST", day, "/teachers", teacher_id="nobody", place="1").status_code == 422
    on = (datetime.fromisoformat(wanted["held_on"]) + timedelta(days=1)).date().isoformat()
    evening = {"starts": "20:00", "ends": "20:20"}
    longer = meetings.changes("POST", day, "/dates", on=on, hours=evening).json()
    assert (longer["held_on"], longer["until"], longer["slot_count"]) == (wanted["held_on"], on, 11), "t2 has other hours"
    assert slug(meetings.changes("POST", day, "/dates", on=on)) == "already-there"
    far = meetings.changes("POST", day, "/dates", on="2099-01-01")
    assert list(far.json()["errors"]) == ["on"]
    other = {**wanted, "held_on": on, "starts": "20:10", "ends": "21:00"}
    assert slug(meetings.call("POST", "meeting-days", head(), json=other)) == "teacher-has-a-day"
    again = meetings.call("POST", "meeting-days", head(), json=wanted)
    assert slug(again) == "teacher-has-a-day", "without an id it is another day"


def test_what_is_sent_again_after_a_change_is_the_same_day(meetings: Meetings) -> None:
    wanted = draft(meeting_day_id="opened-and-changed")
    day = meetings.opens(**wanted)
    terms = {"title": "Winter meetings", "change_until_hours": 24, "most_per_household": 2, "offer_minutes": 10}
    changed = meetings.changes("PATCH", day, **terms).json()
    assert {name: changed[name] for name in terms} == terms
    assert meetings.call("POST", "meeting-days", head(), json=wanted).json() == changed
    late = meetings.changes("PATCH", day, booking_opens_at="2099-01-01T00:00:00Z")
    assert list(late.json()["errors"]) == ["booking_opens_at"]
    assert meetings.changes("PATCH", day, held_on="2099-01-01").status_code == 422
    for caller in (teacher("t1"), guardian("g1")):
        assert (
            meetings.call("PATCH", f"meeting-days/{day['meeting_day_id']}", caller, json={"title": "Mine"}).status_code == 403
        )
    assert meetings.changes("PATCH", day, branch_id="b2", title="Theirs").status_code == 404
    assert meetings.call("POST", f"meeting-days/{day['meeting_day_id']}/cancellation", office(), json={}).status_code == 200
