"""A run of report cards in the words of a school: who writes, reviews, approves."""

from typing import Any

import requests

from schoolbus.caller import Caller
from tests.reports.story import Body, Branch
from tests.support.people import head, person
from tests.support.waiting import eventually


class CardRun:
    """A run of a term of its own, of students who have marks in it."""

    def __init__(self, branch: Branch, term: str, *students: str, **more: Any) -> None:
        self.branch, self.term = branch, term
        self.class_teacher = person("t1", branch.id, "teacher", "class_teacher")
        self.head = head(branch_id=branch.id)
        if students:
            branch.marks(term, **dict.fromkeys(students, "40"))
        draft = {"student_ids": list(students) or None, **more}
        self.asked = branch.asks_for_cards(term, branch.teacher(), **draft)
        assert self.asked.status_code == 202, self.asked.text
        self.path = f"report-card-runs/{self.asked.json()['run_id']}"

    def now(self) -> Body:
        return dict(self.branch.call("GET", self.path, self.head).json())

    def states(self) -> dict[str, int]:
        return {state: count for state, count in self.now()["states"].items() if count}

    def cards(self, caller: Caller | None = None, query: str = "") -> dict[str, Body]:
        answer = self.branch.call("GET", f"{self.path}/cards{query}", caller or self.head)
        assert answer.status_code == 200, answer.text
        return {card["student_id"]: card for card in answer.json()["items"]}

    def id_of(self, student_id: str) -> str:
        return str(self.cards()[student_id]["report_card_id"])

    def remarks(self, caller: Caller, *rows: Body) -> requests.Response:
        return self.branch.call("PUT", f"{self.path}/remarks", caller, json={"remarks": list(rows)})

    def step(self, name: str, caller: Caller, *students: str, edition: int | None = None, **more: Any) -> requests.Response:
        ids = [self.id_of(student) for student in students] or None
        draft = {"edition": self.now()["edition"] if edition is None else edition, "report_card_ids": ids, **more}
        return self.branch.call("POST", f"{self.path}/{name}", caller, json=draft)

    def review(self, *students: str) -> None:
        answer = self.step("review", self.class_teacher, *students)
        assert answer.status_code == 200, answer.text

    def approve(self, *students: str) -> None:
        answer = self.step("approval", self.head, *students)
        assert answer.status_code == 200, answer.text

    def settled(self) -> dict[str, int]:
        """Its states once the worker has made what it can."""
        return eventually(lambda: (states := self.states()).get("asked", 0) == 0 and states)
