"""A family and its teachers who write to each other."""

import uuid
from typing import Any

import requests

from schoolbus.caller import Caller
from tests.notifications.schools import School
from tests.support import people

ALWAYS = {"days": [0, 1, 2, 3, 4, 5, 6], "from": "00:00", "to": "23:59", "answer_within_hours": 2}


class Talks:
    """One child of class c1 with a guardian, in a school of their own."""

    def __init__(self, stage: Any, *channels: str, **more: Any) -> None:
        self.school = School(stage)
        self.stage = stage
        self.guardian_id = self.school.guardian(*(channels or ("sms",)), **more)
        self.child_id = self.school.child(self.guardian_id)
        self.guardian = people.guardian(self.guardian_id, self.school.id)
        self.teacher, self.head = self.school.teacher, self.school.head
        self.teacher_id = self.teacher.person_id

    def open(self) -> "Talks":
        self.school.open()
        self.answers_at(ALWAYS)
        return self

    def answers_at(self, hours: dict[str, Any]) -> None:
        self.ask("PUT", "/desk", self.head, json=hours)

    @property
    def phone(self) -> str:
        return self.school.of(self.guardian_id, "phone")

    def call(self, method: str, path: str, caller: Caller, **more: Any) -> requests.Response:
        return self.stage.service.call(method, f"/v1/branches/{self.school.id}{path}", caller, **more)

    def ask(self, method: str, path: str, caller: Caller, status: int = 200, **more: Any) -> Any:
        answer = self.call(method, path, caller, **more)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    def begin(self, by: Caller, text: str = "Could we talk?", **more: Any) -> str:
        """The conversation's id."""
        body = {"student_id": self.child_id, "teacher_id": self.teacher_id, "guardian_id": self.guardian_id} | more
        body = {"client_id": uuid.uuid4().hex, "text": text, **body}
        return str(self.ask("POST", "/conversations", by, 201, json=body)["conversation_id"])

    def write(self, conversation_id: str, by: Caller, text: str, status: int = 201, **more: Any) -> Any:
        body = {"client_id": uuid.uuid4().hex, "text": text, **more}
        return self.ask("POST", f"/conversations/{conversation_id}/messages", by, status, json=body)

    def said(self, conversation_id: str, by: Caller | None = None) -> list[dict[str, Any]]:
        """Oldest first."""
        found = self.ask("GET", f"/conversations/{conversation_id}/messages", by or self.teacher)
        return list(found["items"])[::-1]

    def mine(self, by: Caller, **query: Any) -> list[dict[str, Any]]:
        return list(self.ask("GET", "/conversations", by, params=query)["items"])
