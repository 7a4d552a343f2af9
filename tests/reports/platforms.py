"""A learning platform at reports' door, as OneRoster 1.2 has it."""

import uuid
from typing import Any

import requests

from schoolbus.caller import Caller
from schoolbus.contracts.roster import MachineClientChanged
from schoolbus.events import Event
from schoolbus.oneroster.scopes import OF_GRADEBOOK
from schoolbus.oneroster.shapes import GRADEBOOK as BASE
from tests.reports.books import Book
from tests.reports.story import Branch
from tests.support.services import Service

Body = dict[str, Any]


def unique(word: str) -> str:
    return f"{word}-{uuid.uuid4().hex[:8]}"


def to(id: str) -> Body:
    return {"sourcedId": id}


class Learning:
    """A client of these branches, or of the whole chain, that roster has told of."""

    def __init__(self, *branches: Branch, service: Service | None = None, scopes: tuple[str, ...] = OF_GRADEBOOK) -> None:
        self.id = str(uuid.uuid4())
        self.branch_ids = [each.id for each in branches]
        self.scopes = scopes
        self.service = service or branches[0].service
        held = {id: frozenset(("machine",)) for id in self.branch_ids}
        self.caller = Caller(f"machine:{self.id}", held, scopes=frozenset(scopes), machine_of_chain=not branches)
        if branches:
            branches[0].knows(self.told())

    def told(self, active: bool = True) -> Event:
        return MachineClientChanged(
            branch_id="chain",
            subject=self.id,
            name="Taleem Online",
            scopes=list(self.scopes) if active else [],
            branch_ids=self.branch_ids if active else [],
            whole_chain=not self.branch_ids,
            active=active,
        )

    def asks(self, method: str, path: str, body: Any = None, **query: Any) -> requests.Response:
        more = {"json": body} if body is not None else {}
        return self.service.call(method, BASE + path, self.caller, params=query, **more)

    def gets(self, path: str, **query: Any) -> Any:
        """The records of a collection, or a single one."""
        answer = self.asks("GET", path, **query)
        assert answer.status_code == 200, f"{path}: {answer.text}"
        (found,) = answer.json().values()
        return found

    def ids(self, path: str, **query: Any) -> list[str]:
        return [each["sourcedId"] for each in self.gets(path, **query)]

    def puts(self, path: str, body: Body) -> str:
        answer = self.asks("PUT", path, body)
        assert answer.status_code == 201, f"{path}: {answer.text}"
        (pair,) = answer.json()["sourcedIdPairs"]
        assert pair["suppliedSourcedId"] == pair["allocatedSourcedId"] == path.rpartition("/")[2]
        return str(pair["allocatedSourcedId"])

    def deletes(self, path: str) -> None:
        answer = self.asks("DELETE", path)
        assert (answer.status_code, answer.content) == (204, b""), answer.text


class Pushing(Learning):
    """What it pushes into a class."""

    def __init__(self, book: Book, *others: Branch, scopes: tuple[str, ...] = OF_GRADEBOOK) -> None:
        super().__init__(book.branch, *others, scopes=scopes)
        self.book = book
        self.school = {"school": book.branch.id} if others else {}

    def category(self, id: str | None = None, **more: Any) -> str:
        body = {"title": "Tests", "weight": 40, "metadata": self.school, **more}
        return self.puts(f"/categories/{id or unique('cat')}", {"category": body})

    def line_item(self, category: str | None = None, **more: Any) -> Body:
        return {
            "title": "Plants",
            "assignDate": "2026-11-02T00:00:00.000Z",
            "dueDate": "2026-11-09T00:00:00.000Z",
            "class": to(self.book.class_id),
            "school": to(self.book.branch.id),
            "category": to(category or self.category()),
            "resultValueMin": 0,
            "resultValueMax": 10,
            "metadata": {"term": "First term", "subject": "English"},
            **more,
        }

    def item(self, id: str | None = None, category: str | None = None, **more: Any) -> str:
        return self.puts(f"/lineItems/{id or unique('item')}", {"lineItem": self.line_item(category, **more)})

    def result(self, item: str, student: str = "s1", score: Any = 7.5, **more: Any) -> Body:
        named = {"lineItem": to(item), "student": to(student)}
        return {**named, "scoreStatus": "fully graded", "score": score, "scoreDate": "2026-11-10", **more}

    def marks(self, item: str, student: str = "s1", score: Any = 7.5, id: str | None = None, **more: Any) -> str:
        return self.puts(f"/results/{id or unique('res')}", {"result": self.result(item, student, score, **more)})

    def ours(self, item: str) -> Body:
        """The line item as the class's teacher has it."""
        found = self.book.done("GET", "line-items", class_id=self.book.class_id, limit=500)["items"]
        title = self.gets(f"/lineItems/{item}")["title"]
        (ours,) = [each for each in found if each["title"] == title]
        return dict(ours)


def refused(answer: requests.Response) -> tuple[int, str]:
    """Its status and imsx_CodeMinor."""
    body = answer.json()
    assert (body["imsx_codeMajor"], body["imsx_severity"]) == ("failure", "error"), body
    assert body["imsx_description"]
    (field,) = body["imsx_CodeMinor"]["imsx_codeMinorField"]
    return answer.status_code, str(field["imsx_codeMinorFieldValue"])


def why(answer: requests.Response) -> str:
    refused(answer)
    return str(answer.json()["imsx_description"])
