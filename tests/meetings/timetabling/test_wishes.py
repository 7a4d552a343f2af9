"""Families say whom they want to meet and when they can come; who has not answered is reminded."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from pymongo.database import Database

from schoolbus import clock
from schoolbus.contracts.meetings import MeetingDayOpened, WishesWanted
from tests.meetings.story import Meetings, at_once, slug
from tests.meetings.timetabling.story import Timetables
from tests.support.people import guardian, head, office, teacher
from tests.support.waiting import eventually


def asked(meetings: Meetings, tables: Timetables) -> list[WishesWanted]:
    return [event for event in meetings.service.heard(WishesWanted) if event.subject == tables.day["meeting_day_id"]]


def test_a_day_is_opened_for_wishes(meetings: Meetings) -> None:
    until = (clock.now() + timedelta(days=3)).replace(microsecond=0)
    tables = Timetables(meetings, wishes_until=until.isoformat())
    assert (tables.day["mode"], tables.day["wishes_until"][:19]) == ("timetable", until.isoformat()[:19])
    [event] = eventually(lambda: asked(meetings, tables))
    assert sorted(event.data["student_ids"]) == ["s1", "s2", "s3"]
    opened = [each for each in meetings.service.heard(MeetingDayOpened) if each.subject == tables.day["meeting_day_id"]]
    assert opened == [], "there is nothing to book yet"
    assert slug(meetings.books(tables.slots("t1")[0])) == "wishes-first"
    by_staff = meetings.books(tables.slots("t1")[0], by=office(), on_behalf_of="g1")
    assert by_staff.status_code == 201, by_staff.text


def test_wishes_are_put_and_put_again(meetings: Meetings) -> None:
    tables = Timetables(meetings)
    first = tables.wishes("g1", ("s1", "t1 t2"), ("s2", "t2"), fits=[tables.fit("16:00", "16:30")], ways=["visit"])
    assert first.status_code == 200, first.text
    assert (first.json()["children"][0]["student_name"], first.json()["fits"][0]["from"]) == ("Ayesha Khan", "16:00")
    assert tables.wishes("g1", ("s1", "t2"), together=False).status_code == 200
    [kept] = tables.call("GET", "wishes", guardian("g1")).json()["items"]
    assert ([child["teacher_ids"] for child in kept["children"]], kept["fits"], kept["together"]) == ([["t2"]], [], False)
    assert tables.call("GET", "wishes", guardian("g3")).json()["items"] == []
    assert tables.call("GET", "wishes", teacher("t1")).status_code == 403
    assert [each["guardian_id"] for each in tables.call("GET", "wishes", head()).json()["items"]] == ["g1"]


def test_whose_wishes_they_are(meetings: Meetings) -> None:
    tables = Timetables(meetings)
    assert tables.wishes("g3", ("s1", "t1")).status_code == 404, "not their child"
    assert slug(tables.wishes("g3", ("s3", "t1"), by=guardian("g1"))) == "not-your-wishes"
    assert list(tables.call("PUT", "wishes", office(), json={"children": []}).json()["errors"]) == ["guardian_id"]
    assert tables.wishes("g3", ("s3", "t1"), by=office()).status_code == 200
    assert tables.wishes("nobody", ("s3", "t1"), by=office()).status_code == 404
    assert tables.wishes("g1", ("s3", "t1"), by=office()).status_code == 422, "no guardian of this child"
    assert tables.wishes("g1", ("s1", "t1 t9")).status_code == 422
    assert tables.wishes("g1", ("s1", "t1"), ("s1", "t2")).status_code == 422
    assert tables.wishes("g1", ("s1", "t1"), fits=[tables.fit("17:00", "16:30")]).status_code == 422


def test_a_child_is_wished_for_by_one_guardian(meetings: Meetings) -> None:
    tables = Timetables(meetings)
    answers = at_once(lambda: tables.wishes("g1", ("s1", "t1")), lambda: tables.wishes("g2", ("s1", "t2")))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert [slug(answer) for answer in answers if answer.status_code == 409] == ["wished-already"]
    again = at_once(*[lambda: tables.wishes("g3", ("s3", "t1"))] * 4)
    assert [answer.status_code for answer in again] == [200] * 4


def test_wishes_have_an_end(meetings: Meetings) -> None:
    gone = (clock.now() - timedelta(minutes=1)).isoformat()
    tables = Timetables(meetings, wishes_until=gone)
    assert slug(tables.wishes("g1", ("s1", "t1"))) == "wishes-closed"
    assert tables.wishes("g1", ("s1", "t1"), by=office()).status_code == 200
    booking = Timetables(meetings, mode="booking")
    assert slug(booking.wishes("g1", ("s1", "t1"))) == "no-wishes-wanted"


def test_who_has_not_answered_is_reminded_once(meetings: Meetings) -> None:
    tables = Timetables(meetings)
    eventually(lambda: asked(meetings, tables))
    tables.wishes("g1", ("s1", "t1"))
    answers = [tables.call("POST", "wish-reminders", headers={"Idempotency-Key": "remind-them-1"}) for _ in range(2)]
    assert [answer.json() for answer in answers] == [{"students": 1}] * 2, answers[0].text
    events = eventually(lambda: found if len(found := asked(meetings, tables)) > 1 else None)
    assert events[1].data["student_ids"] == ["s3"], "s2 is g1's too, who has answered"
    assert len(asked(meetings, tables)) == 2


def opened(meetings: Meetings, tables: Timetables) -> list[MeetingDayOpened]:
    return [event for event in meetings.service.heard(MeetingDayOpened) if event.subject == tables.day["meeting_day_id"]]


def students(events: Sequence[MeetingDayOpened | WishesWanted]) -> list[str]:
    return sorted(id for event in events for id in event.data["student_ids"])


def test_an_office_that_gives_up_the_timetable_opens_booking(meetings: Meetings, kept: Database[Any]) -> None:
    """And the other way: each time families hear what they can do now."""
    tables = Timetables(meetings)
    eventually(lambda: asked(meetings, tables))
    assert meetings.changes("PATCH", tables.day, mode="booking").status_code == 200
    eventually(lambda: students(opened(meetings, tables)) == ["s1", "s2", "s3"])
    assert meetings.books(tables.slots("t1")[0]).status_code == 201
    assert meetings.changes("PATCH", tables.day, mode="timetable").status_code == 200
    eventually(lambda: students(asked(meetings, tables)) == sorted(["s1", "s2", "s3"] * 2))
    assert meetings.changes("PATCH", tables.day, title="Winter meetings").status_code == 200
    look = {"_id": tables.day["meeting_day_id"], "tell_at": None}
    eventually(lambda: kept["meeting_days"].find_one(look))
    assert (len(students(opened(meetings, tables))), len(students(asked(meetings, tables)))) == (3, 6), "nobody twice"


def test_while_a_timetable_is_published_the_day_stays_as_it_is(meetings: Meetings, kept: Database[Any]) -> None:
    tables = Timetables(meetings)
    of_day = {"branch_id": "b1", "meeting_day_id": tables.day["meeting_day_id"], "attempts": 1}
    # leased to a worker that is at it
    at_it = {"publication": "publishing", "leased_until": clock.now() + timedelta(hours=1), "asked_at": clock.now()}
    kept["timetables"].insert_one({"_id": tables.day["meeting_day_id"], **of_day, **at_it})
    assert slug(meetings.changes("PATCH", tables.day, mode="booking")) == "publishing-now"
    assert meetings.changes("PATCH", tables.day, mode="timetable", title="Winter meetings").status_code == 200
    kept["timetables"].update_one({"_id": tables.day["meeting_day_id"]}, {"$set": {"publication": "failed"}})
    assert meetings.changes("PATCH", tables.day, mode="booking").status_code == 200
