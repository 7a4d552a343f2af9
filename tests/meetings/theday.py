"""What tests of the day itself do: a family has a meeting, and it begins."""

from datetime import timedelta
from typing import Any

import requests
from pymongo.database import Database

from schoolbus import clock
from schoolbus.caller import Caller
from schoolbus.contracts.reports import StudentsBriefed
from schoolbus.events import Event
from services.meetings.timetable import Period
from tests.meetings.story import Meetings
from tests.support.people import guardian, head, teacher

Body = dict[str, Any]
TWO = [{"teacher_id": id, "place": f"{id}'s room"} for id in ("t1", "t2")]


def booked(meetings: Meetings, guardian_id: str = "g1", student_id: str = "s1", **day: Any) -> Body:
    """A meeting with t1 on a day of its own."""
    answer = meetings.books(meetings.slots(meetings.opens(**day))[0], guardian_id, student_id)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def begins(kept: Database[Any], booking: Body, ago: timedelta = timedelta(minutes=20)) -> None:
    """The meeting began some time ago; `ago` below nothing: it is still to come."""
    at = clock.now().replace(second=0, microsecond=0) - ago
    times = Period(at, at + timedelta(minutes=10))
    minutes = times.minutes()
    row = kept["bookings"].find_one({"_id": booking["booking_id"]}) or {}
    same = [{name: row[name]} for name in ("guardian_id", "student_id", "teacher_id")]
    gone = {"$set": {"live": False, "minutes": []}}  # other tests' meetings at this time
    kept["bookings"].update_many({"live": True, "minutes": {"$in": minutes}, "$or": same}, gone)
    kept["bookings"].update_one({"_id": booking["booking_id"]}, {"$set": {**times._asdict(), "minutes": minutes}})


def asks(
    meetings: Meetings, method: str, booking: Body, what: str, by: Caller, json: Any = None, key: str | None = None
) -> requests.Response:
    headers = {"Idempotency-Key": key} if key else {}
    return meetings.call(method, f"bookings/{booking['booking_id']}/{what}", by, json=json, headers=headers)


def notes_attendance(meetings: Meetings, booking: Body, state: str, by: Caller | None = None) -> requests.Response:
    return asks(meetings, "PUT", booking, "attendance", by or teacher("t1"), {"state": state})


def list_of(meetings: Meetings, day: Body, by: Caller | None = None, **query: Any) -> Body:
    answer = meetings.call("GET", f"meeting-days/{day['meeting_day_id']}/list", by or teacher("t1"), params=query)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def said(meetings: Meetings, kind: type[Event], subject: str) -> list[Any]:
    return [event for event in meetings.service.heard(kind) if event.subject == subject]


def brief(student_id: str, version: int, **more: Any) -> Body:
    """As reports tells it."""
    mark = {"class_id": "c1", "term": "Mid term", "subject": "Science", "score": "7", "out_of": "10"}
    return {
        "student_id": student_id,
        "version": version,
        "marks": [{**mark, "marked_on": "2026-11-20", "on_card": False}],
        "homework": [{"homework_id": "h1", "class_title": "C", "subject": None, "title": "Maps", "due_on": "2026-11-27"}],
        "home_notes": [
            {"home_note_id": "n1", "guardian_id": "g2", "kind": "strengths", "text": "Sings.", "written_on": "2026-11-21"}
        ],
        **more,
    }


def briefed(*items: Body, branch_id: str = "b1") -> StudentsBriefed:
    return StudentsBriefed(branch_id=branch_id, subject=f"{branch_id}.briefs", items=list(items))


FAMILY, TEACHER, HEAD = guardian("g1"), teacher("t1"), head()
