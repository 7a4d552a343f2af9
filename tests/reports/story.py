"""What tests of reports do, in the words of a branch."""

import io
from datetime import timedelta
from typing import Any

import requests
from pypdf import PdfReader

from schoolbus import clock
from schoolbus.caller import Caller
from schoolbus.events import Event
from tests.support.people import guardian, head, teacher
from tests.support.roster import small_branch
from tests.support.services import Service
from tests.support.waiting import eventually

Body = dict[str, Any]


def in_days(days: int) -> str:
    return (clock.today() + timedelta(days=days)).isoformat()


def slug(answer: requests.Response) -> str:
    assert answer.headers["Content-Type"] == "application/problem+json", answer.text
    return str(answer.json()["type"]).rsplit("/", 1)[1]


def text_of(pdf: bytes) -> str:
    return "".join(PdfReader(io.BytesIO(pdf)).pages[0].extract_text().split())


class Branch:
    """A small branch (tests/support/roster.py) of a started reports service."""

    def __init__(self, service: Service, id: str) -> None:
        self.service = service
        self.id = id
        self.knows(*small_branch(id))

    def knows(self, *events: Event) -> None:
        """Says roster events and waits until all are in the service's copy."""
        self.service.learn(*events)

    def teacher(self, id: str = "t1") -> Caller:
        return teacher(id, self.id)

    def guardian(self, id: str = "g1") -> Caller:
        return guardian(id, self.id)

    def call(self, method: str, path: str, caller: Caller | None, **more: Any) -> requests.Response:
        return self.service.call(method, f"/v1/branches/{self.id}/{path}", caller, **more)

    def heard(self, event: type[Event]) -> list[Any]:
        return [heard for heard in self.service.heard(event) if heard.branch_id == self.id]

    # Homework and today

    def sets_homework(self, caller: Caller | None = None, **more: Any) -> requests.Response:
        draft = {"class_id": "c1", "title": "Fractions", "text": "Page 12, sums 1 to 5.", "due_on": in_days(1), **more}
        return self.call("POST", "homework", caller or self.teacher(), json=draft)

    def today(self, student_id: str, caller: Caller) -> Body:
        answer = self.call("GET", f"today/{student_id}", caller)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    # Marks and report cards

    def marks(self, term: str, caller: Caller | None = None, subject: str = "English", **scores: Any) -> requests.Response:
        rows = [{"student_id": student, "score": score, "out_of": "50"} for student, score in scores.items()]
        sheet = {"class_id": "c1", "term": term, "subject": subject, "marks": rows}
        return self.call("PUT", "marks", caller or self.teacher(), json=sheet)

    def asks_for_cards(self, term: str, caller: Caller | None = None, **more: Any) -> requests.Response:
        """By the head, who approves them at once, unless another caller is given."""
        draft = {"class_id": "c1", "term": term, "approved": caller is None, **more}
        return self.call("POST", "report-card-runs", caller or head(branch_id=self.id), json=draft)

    def issues(self, term: str, **more: Any) -> Body:
        """The run, when nothing waits any more."""
        asked = self.asks_for_cards(term, **more)
        assert asked.status_code == 202, asked.text
        return eventually(lambda: self._finished(asked.json()["run_id"]))

    def _finished(self, run_id: str) -> Body | None:
        run = self.call("GET", f"report-card-runs/{run_id}", self.teacher()).json()
        assert run["asked"] == run["issued"] + run["waiting"] + len(run["failed"])
        return None if run["waiting"] else run

    def cards(self, student_id: str, caller: Caller) -> list[Body]:
        answer = self.call("GET", f"report-cards?student_id={student_id}", caller)
        assert answer.status_code == 200, answer.text
        return list(answer.json()["items"])

    # Home notes

    def writes(self, caller: Caller | None = None, **more: Any) -> requests.Response:
        note = {"student_id": "s1", "kind": "strengths", "text": "She draws maps of everything.", **more}
        return self.call("POST", "home-notes", caller or self.guardian(), json=note)

    def notes(self, caller: Caller, query: str = "") -> list[Body]:
        answer = self.call("GET", f"home-notes{query}", caller)
        assert answer.status_code == 200, answer.text
        return list(answer.json()["items"])
