"""A meeting day is cancelled: each person hears once, and of what was on it nothing else goes out any more."""

from datetime import timedelta
from typing import Any

import requests

from schoolbus.clock import today
from schoolbus.contracts.meetings import (
    DayMeetingsCancelled,
    MeetingCalledOff,
    MeetingDayCancelled,
    MeetingDayOpened,
    WishesWanted,
)
from schoolbus.events import Event
from tests.notifications import happenings
from tests.notifications.conftest import Stage
from tests.notifications.happenings import Meeting
from tests.notifications.schools import School
from tests.support.waiting import eventually

TITLE = "Autumn meetings"
# Not sent; or, when a carrier was just taking it, not once more
OUTDATED: dict[str, Any] = {"$or": [{"reason": "superseded"}, {"superseded": True}]}


def of_day(school: School) -> dict[str, Any]:
    return {"branch_id": school.id, "subject": school.name("day"), "meeting_day_id": school.name("day")}


def held_on() -> dict[str, Any]:
    return {"title": TITLE, "held_on": today() + timedelta(days=9)}


def opened(school: School, *students: str) -> Event:
    return MeetingDayOpened(**of_day(school), **held_on(), student_ids=list(students), edition=0)


def wanted(school: School, *students: str) -> Event:
    return WishesWanted(**of_day(school), **held_on(), wishes_until=None, student_ids=list(students))


def cancelled(school: School, *people: str, **calendars: str) -> Event:
    return MeetingDayCancelled(**of_day(school), **held_on(), edition=1, person_ids=list(people), calendars=calendars)


def ended(school: School, *meetings: tuple[Meeting, str, str]) -> Event:
    whose = {"teacher_id": school.name("t1"), "edition": 1}
    items = [
        {"booking_id": each.id, "guardian_id": guardian, "student_id": student, "starts_at": "2026-12-05T12:00:00Z", **whose}
        for each, guardian, student in meetings
    ]
    return DayMeetingsCancelled(**of_day(school), items=items)


def stored(stage: Stage, person_id: str) -> dict[str, tuple[str, str | None]]:
    """State and reason of a person's messages, by their texts."""
    found = stage.collection("messages").find({"person_id": person_id})
    return {each["text"]: (each["state"], each["reason"]) for each in found}


def test_each_hears_once_with_a_file_of_their_own(stage: Stage) -> None:
    school = School(stage)
    mother, father = school.guardian("email"), school.guardian("app")
    school.child(mother, father)
    school.open()
    teacher = school.name("t1")
    file = happenings.file(1)
    event = cancelled(school, mother, father, teacher, **{mother: file})
    stage.learn(event, event)
    [mail] = eventually(lambda: stage.post_office.received(school.of(mother, "email")))
    assert mail["subject"] == f"Cancelled: {TITLE}"
    attached = requests.get(stage.post_office.url + mail["attachments"][0]["url"], timeout=10)
    assert attached.text.splitlines() == file.splitlines()
    for person_id in (father, teacher):
        [item] = school.feed(person_id)
        assert item["body"].startswith(f"Cancelled: {TITLE}, ")
        assert not item["calendar"], "who had no meeting has no file"


def test_what_waits_of_the_day_is_not_sent_any_more(stage: Stage) -> None:
    """Whether it comes before the end of the day or after it."""
    school = School(stage)
    mother = school.guardian("sms")
    child = school.child(mother)
    school.open()
    early, late = Meeting(school, mother, child), Meeting(school, mother, child)
    end = ended(school, (early, mother, child), (late, mother, child))
    stage.learn(end, late.booked(), cancelled(school, mother), opened(school, child))
    messages = stage.collection("messages")
    for text in ("meeting_booked", "meeting_day_opened"):
        eventually(lambda name=text: messages.find_one({"person_id": mother, "text": name, **OUTDATED}))
    assert stored(stage, mother)["meeting_day_cancelled"][0] != "skipped"


def test_nobody_is_asked_for_wishes_for_a_day_that_was_cancelled(stage: Stage) -> None:
    """Whether they are asked before they hear of its end or after it."""
    school = School(stage)
    mother, father = school.guardian("sms"), school.guardian("sms")
    hers, his = school.child(mother), school.child(father)
    school.open()
    stage.learn(wanted(school, hers), cancelled(school, mother, father), wanted(school, his))
    messages = stage.collection("messages")
    for person_id in (mother, father):
        eventually(lambda whose=person_id: messages.find_one({"person_id": whose, "text": "wishes_wanted", **OUTDATED}))
        assert stored(stage, person_id)["meeting_day_cancelled"][0] != "skipped"


def test_a_teacher_who_is_away(stage: Stage) -> None:
    school = School(stage)
    mother = school.guardian("app")
    child = school.child(mother)
    school.open()
    meeting = Meeting(school, mother, child)
    off = MeetingCalledOff(**meeting.cancelled(1).data, branch_id=school.id, subject=meeting.id)
    stage.learn(meeting.booked())
    stage.learn(off)
    bodies = [item["body"] for item in school.feed(mother)]
    assert any("is away: no meeting about Ayesha" in body and body.endswith("Choose another time.") for body in bodies)
    assert [item["subject"] for item in school.feed(school.name("t1"))] == ["Meeting booked: Ayesha"], "they know"
