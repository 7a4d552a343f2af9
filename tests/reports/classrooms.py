"""What tests of the classroom do, in the words of a branch."""

import base64
from typing import Any

from schoolbus.caller import Caller
from schoolbus.events import Event
from tests.reports.story import Branch
from tests.support.roster import closed_on
from tests.support.waiting import eventually

PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")


class Classroom:
    """The class c1 of a small branch: g1 is guardian of s1 and s2, g2 of s1, g3 of s3."""

    def __init__(self, branch: Branch) -> None:
        self.branch = branch
        self.teacher = branch.teacher()

    def ask(self, method: str, path: str, caller: Caller | None = None, status: int = 200, **more: Any) -> Any:
        answer = self.branch.call(method, path, caller or self.teacher, **more)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    def refused(self, method: str, path: str, caller: Caller | None = None, **more: Any) -> tuple[int, str]:
        answer = self.branch.call(method, path, caller or self.teacher, **more)
        return answer.status_code, str(answer.json()["type"]).rsplit("/", 1)[1]

    def guardian(self, id: str = "g1") -> Caller:
        return self.branch.guardian(id)

    def set(self, **more: Any) -> Any:
        answer = self.branch.sets_homework(**more)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def change(self, homework: Any, **more: Any) -> Any:
        return self.ask("PUT", f"homework/{homework['homework_id']}", json=changed(homework, **more))

    def answer(self, homework: Any, student: str = "s1", by: str = "g1", **more: Any) -> Any:
        draft = {"edition": homework["edition"], **more}
        return self.ask("PUT", f"homework/{homework['homework_id']}/answers/{student}", self.guardian(by), json=draft)

    def sees(self, homework: Any, student: str = "s1", by: str = "g1") -> None:
        self.ask("POST", f"homework/{homework['homework_id']}/answers/{student}/seen", self.guardian(by), 204)

    def answers(self, homework: Any) -> Any:
        return self.ask("GET", f"homework/{homework['homework_id']}/answers")

    def heard(self, event: type[Event], subject: str) -> Any:
        return eventually(lambda: [said for said in self.branch.heard(event) if said.subject == subject])

    def closes(self, title: str, day: str) -> None:
        """A holiday; the calendar's newest sequence is the truth."""
        Classroom.sequence += 1
        self.branch.service.learn(closed_on(self.branch.id, title, day), sequence=Classroom.sequence)

    sequence = 1


def changed(homework: Any, **more: Any) -> dict[str, Any]:
    """What one sends to change it: what was seen, but for this."""
    kept = {name: homework[name] for name in ("kind", "title", "text", "subject", "due_on", "steps", "edition")}
    return {**kept, "attachment_ids": [each["file_id"] for each in homework["attachments"]], **more}
