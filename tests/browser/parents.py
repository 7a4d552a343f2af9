"""What parents' journeys begin with: what the school has done so far, and what their pages say."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest

from tests.e2e.school import School
from tests.support.waiting import eventually

LANGUAGES = pytest.mark.parametrize("language", ["en", "ur"])
FAMILY = {"en": ("apart", 0), "ur": ("urdu_sms", 0)}  # of a child each, so that each books for itself
CUT_OFF = ("ERR_INTERNET_DISCONNECTED", "when fetching the script")  # what was under way when the network went
WORDS = {
    "book": {"en": "Book", "ur": "طے کریں"},
    "booked": {"en": "It is booked.", "ur": "ملاقات طے ہو گئی۔"},
    "send": {"en": "Send", "ur": "بھیجیں"},
    "sent": {"en": "Sent. The teacher reads it", "ur": "بھیج دیا۔ استاد پڑھ کر"},
    "thanks": {"en": "Thank you.", "ur": "شکریہ۔"},
    "record": {"en": "Record", "ur": "ریکارڈ کریں"},
    "stop": {"en": "Stop", "ur": "روکیں"},
    "offline": {"en": "There is no network", "ur": "نیٹ ورک نہیں ہے"},
    "first": {"en": "Reads at home every day", "ur": "گھر پر روز پڑھتا/پڑھتی ہے"},
}


@dataclass(frozen=True)
class Term:
    """What the school has done so far."""

    school: School
    day: str
    homework: str
    talks: dict[str, str]  # conversations, by kind of family

    @property
    def branch_id(self) -> str:
        return self.school.branch.rpartition("/")[2]

    def at(self, kind: str) -> str:
        return f"/children/{self.branch_id}/{self.school.child(kind)}"

    def notes(self, kind: str) -> list[dict[str, Any]]:
        child = self.school.child(kind)
        found = self.school.teacher.get(f"{self.school.branch}/home-notes", params={"limit": 100})["items"]
        return [note for note in found if note["student_id"] == child]


@pytest.fixture(scope="package")
def term(school: School) -> Term:
    teacher, branch = school.teacher, school.branch
    homework = school.set_homework("How plants drink")
    hours = {"held_on": (date.today() + timedelta(days=10)).isoformat(), "starts": "17:00", "ends": "18:30", "slot_minutes": 10}
    teachers = [{"teacher_id": teacher.person_id, "place": "Room 4"}]
    day = school.head.post(f"{branch}/meeting-days", {"title": "Parents' evening", "teachers": teachers, **hours})
    talks = {}
    for kind, place in FAMILY.values():
        child, guardian = school.child(kind), school.person(school.family(kind).guardians[place].sourced_id)
        marks = [{"student_id": child, "score": "42", "out_of": "50", "remark": "Asks good questions"}]
        for subject in ("Science", "Urdu"):
            sheet = {"class_id": school.class_id, "term": "First term", "subject": subject, "marks": marks}
            teacher.put(f"{branch}/marks", sheet)
        said = {"client_id": f"hello-{kind}", "text": "Could you read with her each evening?"}
        begun = teacher.post(f"{branch}/conversations", said | {"student_id": child, "guardian_id": guardian})
        talks[kind] = begun["conversation_id"]
        praise = {"class_id": school.class_id, "student_ids": [child], "aspect_id": "listening", "tone": "praise"}
        teacher.post(f"{branch}/behaviour/notes", praise)
    students = [school.child(kind) for kind, _ in FAMILY.values()]
    asked = {"class_id": school.class_id, "term": "First term", "student_ids": students, "approved": True}
    run = f"{branch}/report-card-runs/{school.head.post(f'{branch}/report-card-runs', asked)['run_id']}"
    eventually(lambda: teacher.get(run)["issued"] == len(students))
    return Term(school, day["meeting_day_id"], homework, talks)
