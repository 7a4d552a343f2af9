"""An evening of meetings through all four services: the list has what reports knows, and what was agreed is told."""

from datetime import date, timedelta
from typing import Any

from tests.e2e.school import School
from tests.support.platform import Platform
from tests.support.waiting import eventually

WORDS = "Ten minutes of reading after dinner"


def test_the_teachers_list_has_what_reports_knows_also_while_it_is_down(school: School, platform: Platform) -> None:
    family, child = school.guardian("apart"), school.child("apart")
    rows = [{"student_id": child, "score": "17.5", "out_of": "25"}]
    sheet = {"class_id": school.class_id, "term": "Mid term", "subject": "Drawing", "marks": rows}
    school.teacher.put(f"{school.branch}/marks", sheet)
    family.post(f"{school.branch}/home-notes", {"student_id": child, "kind": "strengths", "text": "She draws maps."})
    day = _day(school)
    booking = _booked(school, day, family, child)
    family.call("PATCH", f"{school.branch}/bookings/{booking}/preparation", json={"prompts": ["shy_in_class"]})
    listed = f"{school.branch}/meeting-days/{day}/list"
    brief = eventually(lambda: _brief(school.teacher.get(listed)["meetings"]))
    assert {mark["subject"]: mark["score"] for mark in brief["marks"]}["Drawing"] == "17.5"
    with platform.without("reports"), platform.without("reports.second"):
        [meeting] = school.teacher.get(listed)["meetings"]
    assert [note["text"] for note in meeting["brief"]["home_notes"]][:1] == ["She draws maps."]
    assert [prompt["prompt_id"] for prompt in meeting["prepared"]["prompts"]] == ["shy_in_class"]
    assert school.head.get(listed, params={"teacher_id": school.teacher.person_id})["meetings"][0]["prepared"] is None
    assert family.call("GET", listed).status_code == 403


def test_what_was_agreed_is_told_without_its_words(school: School) -> None:
    family, child = school.guardian("urdu_sms"), school.child("urdu_sms")
    due_on = (date.today() + timedelta(days=9)).isoformat()
    draft = {"student_id": child, "guardian_id": family.person_id, "owners": ["guardian"], "text": WORDS, "due_on": due_on}
    commitment = school.teacher.post(f"{school.branch}/commitments", draft)["commitment_id"]
    message = eventually(lambda: _about(family.get("/v1/feed")["items"], "commitments", commitment))
    assert WORDS not in str(message)
    assert family.get(message["path"])["text"] == WORDS
    family.put(f"{school.branch}/commitments/{commitment}/outcome", {"state": "done"})
    seen = eventually(lambda: _about(school.teacher.get("/v1/feed")["items"], "commitments", commitment))
    assert seen["path"].endswith(commitment)


def test_a_family_for_whom_no_time_fits_meets_in_writing(school: School) -> None:
    family, child, teacher = school.guardian("urdu_sms"), school.child("urdu_sms"), school.teacher
    wanted = {"student_id": child, "teacher_id": teacher.person_id}
    meeting = family.post(f"{school.branch}/written-meetings", wanted)
    path = f"{school.branch}/written-meetings/{meeting['written_meeting_id']}"
    eventually(lambda: _about(teacher.get("/v1/feed")["items"], "written-meetings", meeting["written_meeting_id"]))
    family.put(f"{path}/answers", {"answers": {"worries": "The way to school is long."}})
    assert teacher.get(path)["answers"] == {}
    teacher.put(f"{path}/answers", {"answers": {"goes_well": "Numbers."}})
    assert family.get(path)["answers"]["teacher"] == {"goes_well": "Numbers."}


def _day(school: School) -> str:
    held_on = (date.today() + timedelta(days=16)).isoformat()
    teachers = [{"teacher_id": school.teacher.person_id, "place": "Room 7"}]
    hours = {"held_on": held_on, "starts": "18:00", "ends": "19:00", "slot_minutes": 10}
    return str(
        school.head.post(f"{school.branch}/meeting-days", {"title": "Winter", "teachers": teachers, **hours})["meeting_day_id"]
    )


def _booked(school: School, day: str, family: Any, child: str) -> str:
    slots = family.get(f"{school.branch}/meeting-days/{day}/slots", params={"free": "true"})["items"]
    made = family.post(f"{school.branch}/slots/{slots[0]['slot_id']}/booking", {"student_id": child})
    return str(made["booking_id"])


def _brief(meetings: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Once both of what was told have come."""
    brief = meetings[0]["brief"]
    return brief if brief and brief["marks"] and brief["home_notes"] else None


def _about(feed: list[dict[str, Any]], what: str, id: str) -> dict[str, Any] | None:
    return next((message for message in feed if message["path"].endswith(f"{what}/{id}")), None)
