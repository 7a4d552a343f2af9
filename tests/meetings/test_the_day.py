"""The day itself: who sees which list, who is here, who came, what was noted."""

from datetime import timedelta
from typing import Any

from pymongo import MongoClient
from pymongo.database import Database
from pymongo.monitoring import CommandListener

from schoolbus.contracts.meetings import PersonErased as Erased
from schoolbus.contracts.roster import PersonErased
from schoolbus.contracts.theday import MeetingHeld, MeetingMissed
from services.meetings.store import Store
from services.meetings.theday import lists
from tests.meetings.story import Meetings, at_once, slug
from tests.meetings.theday import (
    FAMILY,
    HEAD,
    TEACHER,
    TWO,
    asks,
    begins,
    booked,
    brief,
    briefed,
    list_of,
    notes_attendance,
    said,
)
from tests.support.people import guardian, office, teacher, using
from tests.support.roster import classes, enrolled, people, related, someone
from tests.support.waiting import eventually

Kept = Database[Any]


def test_the_teachers_list_is_in_order_with_briefs_from_what_reports_has_told(meetings: Meetings) -> None:
    day = meetings.opens()
    slots = meetings.slots(day)
    meetings.books(slots[2], "g1", "s1")
    meetings.books(slots[0], "g3", "s3")
    other_class = {"class_id": "c9", "subject": "Art", "on_card": False}
    marks = [*brief("s1", 2)["marks"], {**brief("s1", 2)["marks"][0], **other_class}]
    meetings.service.say(briefed(brief("s1", 2, marks=marks)))
    meetings.service.say(briefed(brief("s1", 1, marks=[])))
    first = eventually(lambda: _briefed(list_of(meetings, day)["meetings"]))
    assert [meeting["student_name"] for meeting in first] == ["Sana Malik", "Ayesha Khan"]
    assert (first[1]["guardian_name"], first[1]["place"], first[1]["state"]) == ("G1 Khan", "Room 4", "booked")
    own = first[1]["brief"]
    assert [mark["subject"] for mark in own["marks"]] == ["Science"], "a mark of a class that is not theirs, on no card"
    assert (own["home_notes"][0]["text"], own["homework"][0]["title"]) == ("Sings.", "Maps")
    office_sees = list_of(meetings, day, office(), teacher_id="t1")["meetings"][1]
    assert ([mark["subject"] for mark in office_sees["brief"]["marks"]], office_sees["brief"]["home_notes"]) == (
        ["Science", "Art"],
        [],
    )
    assert (office_sees["prepared"], office_sees["notes"]) == (None, None)


def _briefed(found: list[dict[str, Any]]) -> list[dict[str, Any]] | None:
    return found if found[1]["brief"] else None


def test_a_list_takes_no_more_questions_for_more_families(meetings: Meetings, kept: Kept) -> None:
    class Count(CommandListener):
        asked = 0

        def started(self, event: Any) -> None:
            self.asked += event.command_name in ("find", "aggregate")

        def succeeded(self, event: Any) -> None: ...

        def failed(self, event: Any) -> None: ...

    day = meetings.opens()
    slots, counter, counts = meetings.slots(day), Count(), []
    with MongoClient(meetings.service.infrastructure.mongodb_uri, tz_aware=True, event_listeners=[counter]) as client:
        store, reader = Store(client[kept.name]), using(TEACHER, "see day lists")
        for place, whose in enumerate((("g1", "s1"), ("g1", "s2"), ("g3", "s3"))):
            meetings.books(slots[place], *whose)
            counter.asked = 0
            made = lists.of_teacher(store, reader, "b1", day["meeting_day_id"], {"teacher_id": None, "on": None})
            assert len(made["meetings"]) == place + 1
            counts.append(counter.asked)
    assert len(set(counts)) == 1
    assert counts[0] <= 16
    assert list_of(meetings, day, on=day["held_on"])["meetings"] != []
    assert list_of(meetings, day, on="2026-01-01")["meetings"] == []


def test_who_sees_which_list(meetings: Meetings) -> None:
    day = meetings.opens(teachers=TWO)
    path = f"meeting-days/{day['meeting_day_id']}/list"
    assert meetings.call("GET", path, teacher("t1"), params={"teacher_id": "t2"}).status_code == 404
    assert meetings.call("GET", path, guardian("g1")).status_code == 403
    assert list(meetings.call("GET", path, office()).json()["errors"]) == ["teacher_id"]
    assert meetings.call("GET", path, office(), params={"teacher_id": "t9"}).status_code == 404
    assert list_of(meetings, day, HEAD, teacher_id="t2")["meetings"] == []
    assert meetings.call("GET", path, teacher("t1", "b2"), branch_id="b2").status_code == 404


def test_a_teacher_who_does_not_teach_the_child_sees_no_marks(meetings: Meetings) -> None:
    meetings.knows(
        classes("b1", "c5"),
        people("b1", someone("s5", "student"), someone("g5", "guardian")),
        enrolled("b1", "c1", students=("s5",)),
        related("b1", ("g5", "s5")),
    )
    day = meetings.opens()
    assert meetings.books(meetings.slots(day)[0], "g5", "s5").status_code == 201
    meetings.knows(enrolled("b1", "c1", students=("s5",), version=2, active=False), enrolled("b1", "c5", students=("s5",)))
    meetings.service.say(briefed(brief("s5", 1)))
    eventually(lambda: list_of(meetings, day, HEAD, teacher_id="t1")["meetings"][0]["brief"])
    assert list_of(meetings, day)["meetings"][0]["brief"] is None


def test_a_family_checks_in_once(meetings: Meetings, kept: Kept) -> None:
    booking = booked(meetings)
    early = asks(meetings, "POST", booking, "arrival", office())
    assert (early.status_code, slug(early)) == (409, "too-early")
    begins(kept, booking, -timedelta(minutes=30))
    for stranger in (teacher("t2"), guardian("g1"), teacher("t1", "b2")):
        assert asks(meetings, "POST", booking, "arrival", stranger).status_code in (403, 404)
    assert asks(meetings, "POST", booking, "arrival", office()).status_code == 200
    arrived = list_of(meetings, booking)["meetings"][0]
    assert (arrived["arrived_at"] is not None, arrived["expected_at"]) == (True, None)
    assert asks(meetings, "POST", booking, "arrival", TEACHER).status_code == 200
    assert list_of(meetings, booking)["meetings"][0]["arrived_at"] == arrived["arrived_at"]


def test_who_came_is_noted_and_corrected(meetings: Meetings, kept: Kept) -> None:
    booking = booked(meetings)
    id = booking["booking_id"]
    assert slug(notes_attendance(meetings, booking, "missed")) == "not-begun"
    begins(kept, booking)
    missed = at_once(*[lambda: notes_attendance(meetings, booking, "missed")] * 3)
    assert {(each.status_code, each.json().get("state")) for each in missed} == {(200, "missed")}
    [event] = eventually(lambda: said(meetings, MeetingMissed, id))
    assert (event.data["guardian_id"], event.data["edition"]) == ("g1", 1)
    assert notes_attendance(meetings, booking, "attended", HEAD).json()["edition"] == 2
    [event] = eventually(lambda: said(meetings, MeetingHeld, id))
    assert event.data["edition"] == 2
    assert slug(meetings.cancels(booking)) == "not-booked"
    row = kept["bookings"].find_one({"_id": id})
    assert row
    assert (row["live"], len(row["minutes"])) == (True, 10)


def test_after_a_missed_meeting_the_family_may_have_another_that_day(meetings: Meetings, kept: Kept) -> None:
    day = meetings.opens()
    slots = meetings.slots(day)
    booking = meetings.books(slots[0]).json()
    begins(kept, booking)
    notes_attendance(meetings, booking, "missed")
    assert meetings.books(slots[3]).status_code == 201
    late = notes_attendance(meetings, booking, "attended")
    assert (late.status_code, slug(late)) == (409, "already-booked")
    assert [each["state"] for each in list_of(meetings, day)["meetings"]] == ["missed", "booked"]
    gone = meetings.books(slots[5], "g3", "s3").json()
    meetings.cancels(gone)
    begins(kept, gone)
    assert slug(notes_attendance(meetings, gone, "attended")) == "not-booked"


def test_shared_notes_are_the_familys_after_the_meeting_and_private_ones_never(meetings: Meetings, kept: Kept) -> None:
    booking = booked(meetings)
    texts = {"shared": "Reads well.", "private": "Looks tired."}
    assert asks(meetings, "PUT", booking, "notes", HEAD, texts).status_code == 403
    assert asks(meetings, "PUT", booking, "notes", teacher("t2"), texts).status_code == 404
    assert asks(meetings, "PUT", booking, "notes", TEACHER, texts).json()["edition"] == 1
    assert asks(meetings, "PUT", booking, "notes", TEACHER, texts).json()["edition"] == 1, "sent again, it is there"
    assert asks(meetings, "GET", booking, "notes", FAMILY).json()["shared"] == ""
    begins(kept, booking)
    notes_attendance(meetings, booking, "attended")
    family = asks(meetings, "GET", booking, "notes", guardian("g2")).json()
    assert (family["shared"], "private" in family) == ("Reads well.", False)
    assert asks(meetings, "GET", booking, "notes", HEAD).json()["private"] == "Looks tired."
    for stranger in (guardian("g3"), teacher("t2"), office()):
        assert asks(meetings, "GET", booking, "notes", stranger).status_code in (403, 404)
    stale = asks(meetings, "PUT", booking, "notes", TEACHER, {"shared": "Sings.", "edition": 0})
    assert (stale.status_code, slug(stale)) == (409, "gone-on")
    one_part = asks(meetings, "PUT", booking, "notes", TEACHER, {"private": "", "edition": 1}).json()
    assert (one_part["shared"], one_part["private"]) == ("Reads well.", "")
    listed = list_of(meetings, booking)["meetings"][0]
    assert listed["notes"] == {"shared": "Reads well.", "private": "", "edition": 2}


def test_of_an_erased_child_nothing_is_left_in_briefs(meetings: Meetings, kept: Kept) -> None:
    meetings.knows(people("b1", someone("s8", "student")), enrolled("b1", "c1", students=("s8",)))
    meetings.service.say(briefed(brief("s8", 1)))
    eventually(lambda: kept["briefs"].find_one({"_id": "b1:s8"}))
    meetings.service.say(PersonErased(branch_id="chain", subject="s8", erasure_id="z8", person_id="s8", branch_ids=["b1"]))
    eventually(lambda: said(meetings, Erased, "s8"))
    assert kept["briefs"].find_one({"_id": "b1:s8"}) is None
    with meetings.service.processes["serve"].handles("reports.students_briefed.v1"):
        meetings.service.say(briefed(brief("s8", 2)))
    assert kept["briefs"].find_one({"_id": "b1:s8"}) is None, "what was on its way brings nothing back"
