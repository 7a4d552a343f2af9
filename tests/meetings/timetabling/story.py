"""What tests of timetables do, in the words of a branch."""

from typing import Any

import requests

from schoolbus.caller import Caller
from tests.meetings.story import Meetings
from tests.support.people import guardian, office
from tests.support.waiting import eventually

TWO = [{"teacher_id": id, "place": f"{id}'s room"} for id in ("t1", "t2")]
Document = dict[str, Any]


class Timetables:
    """Of one day, which is opened for wishes."""

    def __init__(self, meetings: Meetings, **day: Any) -> None:
        self.meetings = meetings
        self.day = meetings.opens(**{"mode": "timetable", "teachers": TWO, **day})
        self.path = f"meeting-days/{self.day['meeting_day_id']}"

    def call(self, method: str, path: str, caller: Caller | None = None, **more: Any) -> requests.Response:
        return self.meetings.call(method, f"{self.path}/{path}", caller or office(), **more)

    def wishes(self, guardian_id: str, *children: tuple[str, str], by: Caller | None = None, **more: Any) -> requests.Response:
        """Pairs of a student and the teachers' ids; `by`: staff, on behalf."""
        asked = [{"student_id": student, "teacher_ids": teachers.split()} for student, teachers in children]
        wanted = {"children": asked, **({"guardian_id": guardian_id} if by else {}), **more}
        return self.call("PUT", "wishes", by or guardian(guardian_id), json=wanted)

    def fit(self, begins: str, ends: str) -> Document:
        return {"on": self.day["held_on"], "from": begins, "to": ends}

    def ask(self, key: str | None = None, **draft: Any) -> requests.Response:
        headers = {"Idempotency-Key": key} if key else {}
        return self.call("POST", "timetables", json={"seconds": 5, **draft}, headers=headers)

    def made(self, **draft: Any) -> Document:
        """A timetable, when it is ready."""
        answer = self.ask(**draft)
        assert answer.status_code == 201, answer.text
        return self.ready(answer.json())

    def ready(self, timetable: Document) -> Document:
        return self.until(timetable, lambda found: found["state"] != "asked")

    def until(self, timetable: Document, holds: Any) -> Document:
        path = f"timetables/{timetable['timetable_id']}"

        def found() -> Document | None:
            now = dict(self.call("GET", path).json())
            return now if holds(now) else None

        return dict(eventually(found) or {})

    def placements(self, timetable: Document, **query: Any) -> list[Document]:
        path = f"timetables/{timetable['timetable_id']}/placements"
        answer = self.call("GET", path, params={"limit": 500, **query})
        assert answer.status_code == 200, answer.text
        return list(answer.json()["items"])

    def pin(self, timetable: Document, placement: Document, **wanted: Any) -> requests.Response:
        path = f"timetables/{timetable['timetable_id']}/placements/{placement['placement_id']}"
        return self.call("PATCH", path, json={"pinned": True, **wanted})

    def publish(self, timetable: Document) -> requests.Response:
        return self.call("POST", f"timetables/{timetable['timetable_id']}/publication")

    def published(self, timetable: Document) -> Document:
        answer = self.publish(timetable)
        assert answer.status_code == 200, answer.text
        return self.until(timetable, lambda found: found["publication"] == "published")

    def slots(self, teacher_id: str) -> list[Document]:
        return self.meetings.slots(self.day, teacher_id=teacher_id)
