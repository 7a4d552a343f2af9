"""A morning through all four services: absence is told on the phone, explained by the family, and corrected."""

from datetime import timedelta
from typing import Any

import pytest

from schoolbus import clock
from tests.e2e.school import School
from tests.support.platform import Platform
from tests.support.waiting import eventually

EVERY_DAY = {"days": [{"weekday": weekday, "ends": "23:59"} for weekday in range(7)]}
ABSENT, AT_SCHOOL = "غیر حاضر تھے", "اطلاع غلط تھی"
ARRIVED = ("after the register was taken", "حاضری کے بعد")


@pytest.fixture(scope="module")
def register(school: School) -> str:
    """The path of today's register of the class."""
    school.head.put(f"{school.branch}/attendance/week", EVERY_DAY)
    return f"{school.branch}/registers/{school.class_id}/{clock.today().isoformat()}"


def _take(school: School, register: str, *absent: str) -> dict[str, str]:
    """The absences by child."""
    there = school.teacher.get(register)
    entries = [{"student_id": child, "status": "absent"} for child in absent]
    taken = school.teacher.put(register, {"entries": entries, "others": "present", "edition": there["edition"]})
    return {entry["student_id"]: entry["absence_id"] for entry in taken["entries"] if entry["absence_id"]}


def _texts(platform: Platform, phone: str) -> list[str]:
    return [message["text"] for message in platform.phone(phone)]


def test_absence_is_told_explained_and_accepted(school: School, platform: Platform, register: str) -> None:
    child, mother = school.child("urdu_sms"), school.guardian("urdu_sms")
    absence = _take(school, register, child)[child]
    phone = school.family("urdu_sms").guardians[0].phone
    [text] = eventually(lambda: [text for text in _texts(platform, phone) if ABSENT in text])
    assert school.family("urdu_sms").students[0].given.urdu in text
    wanted = mother.get(f"{school.branch}/today/{child}")["reasons_wanted"]
    assert [each["absence_id"] for each in wanted] == [absence]
    mother.put(f"{school.branch}/absences/{absence}/reason", {"kind": "ill", "text": "بخار ہے۔"})
    assert school.teacher.get(f"{school.branch}/absences/{absence}")["reason_text"] == "بخار ہے۔"
    assert school.teacher.put(f"{school.branch}/absences/{absence}/acceptance", {"accepted": True})["status"] == "excused"
    assert mother.get(f"{school.branch}/attendance/students/{child}")["excused"]["count"] == 1
    told = [row for row in school.told("attendance", absence) if row["guardian"]]
    assert {row["guardian"]["id"] for row in told} >= {mother.person_id}, "who was told"
    assert school.guardian("apart").call("GET", f"{school.branch}/absences/{absence}").status_code == 404


def test_a_mistake_and_a_late_arrival_are_told_to_who_was_told(school: School, platform: Platform, register: str) -> None:
    child, phone = school.child("urdu_sms"), school.family("urdu_sms").guardians[0].phone
    school.teacher.put(f"{register}/students/{child}", {"status": "present"})
    eventually(lambda: any(AT_SCHOOL in text for text in _texts(platform, phone)))
    other, family = school.child("apart"), school.guardian("apart")
    school.teacher.put(f"{register}/students/{other}", {"status": "absent"})
    school.teacher.put(f"{register}/students/{other}", {"status": "late", "minutes": 25})
    eventually(lambda: any(word in str(family.get("/v1/feed")["items"]) for word in ARRIVED))
    assert family.get(f"{school.branch}/today/{other}")["attendance"][0]["status"] == "late"


def test_behaviour_is_told_without_its_words_and_in_the_list_of_the_day(school: School) -> None:
    child, family = school.child("apart"), school.guardian("apart")
    noted = {"class_id": school.class_id, "student_ids": [child], "aspect_id": "participating", "tone": "praise"}
    [note] = school.teacher.post(f"{school.branch}/behaviour/notes", noted | {"text": "Asked the best question."})["notes"]
    message = eventually(lambda: _about(family.get("/v1/feed")["items"], note["behaviour_note_id"]))
    assert "question" not in str(message)
    shown = family.get(message["path"])["behaviour"]
    assert "Asked the best question." in [each["text"] for each in shown]
    letter = {"student_id": child, "teacher_id": note["answer"]["teacher_id"], "client_id": "1", "text": "She was so proud."}
    assert family.call("POST", note["answer"]["path"], json=letter).status_code == 201, "the family answers"
    day = {
        "title": "Spring meeting",
        "held_on": (clock.today() + timedelta(days=23)).isoformat(),
        **{"starts": "18:00", "ends": "19:00", "slot_minutes": 10},
        "teachers": [{"teacher_id": school.teacher.person_id, "place": "Room 7"}],
    }
    path = f"{school.branch}/meeting-days/{school.head.post(f'{school.branch}/meeting-days', day)['meeting_day_id']}"
    slot = family.get(f"{path}/slots", params={"free": "true"})["items"][0]["slot_id"]
    family.post(f"{school.branch}/slots/{slot}/booking", {"student_id": child})
    brief = eventually(lambda: _brief(school.teacher.get(f"{path}/list")["meetings"]))
    assert brief["behaviour"]["notes"][0]["text"] == "Asked the best question."


def _about(feed: list[dict[str, Any]], id: str) -> dict[str, Any] | None:
    return next((message for message in feed if message["about_id"] == id), None)


def _brief(meetings: list[dict[str, Any]]) -> dict[str, Any] | None:
    brief = meetings[0]["brief"]
    return brief if brief and brief["behaviour"] else None
