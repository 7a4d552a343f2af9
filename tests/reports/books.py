"""What tests of the gradebook do, in the words of a class's teacher."""

import uuid
from typing import Any

import requests

from schoolbus.caller import Caller
from tests.reports.story import Branch
from tests.support.people import head
from tests.support.roster import classes, enrolled, people, someone

Body = dict[str, Any]


def new_id() -> str:
    return str(uuid.uuid4())


class Book:
    """A class of its own in a branch, with teachers t1 and t2 and students s1, s2, s3."""

    def __init__(self, branch: Branch, students: tuple[str, ...] = ("s1", "s2", "s3")) -> None:
        self.branch = branch
        self.class_id = f"c-{uuid.uuid4().hex[:6]}"
        branch.knows(classes(branch.id, self.class_id))
        self.knows(students)

    def knows(self, students: tuple[str, ...], **more: Any) -> None:
        new = tuple(each for each in students if each not in ("s1", "s2", "s3"))
        if new and not more:
            self.branch.knows(people(self.branch.id, *(someone(id, "student") for id in new)))
        teachers = () if more else ("t1", "t2")
        self.branch.knows(enrolled(self.branch.id, self.class_id, students=students, teachers=teachers, **more))

    def call(self, method: str, path: str, body: Any = None, by: Caller | None = None, **query: Any) -> requests.Response:
        more = {"json": body} if body is not None else {}
        return self.branch.call(method, path, by or self.branch.teacher(), params=query, **more)

    def done(self, method: str, path: str, body: Any = None, by: Caller | None = None, **query: Any) -> Any:
        answer = self.call(method, path, body, by, **query)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    @property
    def head(self) -> Caller:
        return head(branch_id=self.branch.id)

    def category(self, title: str = "Tests", weight: str = "100", **more: Any) -> str:
        body = {"class_id": self.class_id, "title": title, "weight": weight, **more}
        return str(self.done("PUT", f"categories/{new_id()}", body, self.head)["category_id"])

    def draft(self, category_id: str, **more: Any) -> Body:
        item = {"subject": "English", "term": "First term", "title": "Plants", "result_max": "10"}
        return {"class_id": self.class_id, "category_id": category_id, **item, **more}

    def item(self, category_id: str | None = None, **more: Any) -> str:
        body = self.draft(category_id or self.category(), **more)
        return str(self.done("PUT", f"line-items/{new_id()}", body)["line_item_id"])

    def sheet(self, item: str, rows: dict[str, Any], by: Caller | None = None, **more: Any) -> requests.Response:
        """Rows: a score, or a whole row, by student."""
        named = [
            {"student_id": id, **(row if isinstance(row, dict) else {"score": row})}  #
            for id, row in rows.items()
        ]
        return self.call("PUT", f"line-items/{item}/results", {"results": named, **more}, by)

    def enters(self, item: str, **rows: Any) -> Body:
        answer = self.sheet(item, rows)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def results(self, item: str) -> dict[str, Body]:
        found = self.done("GET", f"line-items/{item}/results", by=self.head)["results"]
        return {each["student_id"]: each for each in found}

    def scores(self, item: str) -> dict[str, Any]:
        return {id: each["score"] for id, each in self.results(item).items()}

    def history(self, item: str, student_id: str) -> list[Body]:
        return list(self.done("GET", f"line-items/{item}/results/{student_id}/history")["items"])

    def term(self, student_id: str, term: str = "First term") -> Body:
        """What a child has reached in this class."""
        found = self.done("GET", "term-results", class_id=self.class_id, term=term, limit=100)["items"]
        return next((each for each in found if each["student_id"] == student_id), {"subjects": [], "percent": None})

    def child(self, student_id: str, term: str = "First term") -> Body:
        """What they have reached in all their classes."""
        return dict(self.done("GET", f"term-results/{student_id}", term=term))

    def locks(self, locked: bool = True, reason: str | None = "The term is over.", **more: Any) -> requests.Response:
        body = {"term": "First term", "class_id": self.class_id, "locked": locked, "reason": reason, **more}
        return self.call("PUT", "term-locks", body, self.head)
