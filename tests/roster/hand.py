"""A branch that is kept by hand, in the words of its office."""

import uuid
from typing import Any

import requests

from schoolbus.caller import Caller
from schoolbus.events import Event
from tests.roster.told import all_told
from tests.support.people import head, office, operator
from tests.support.services import Service
from tests.support.waiting import eventually

_KEYS = {
    "roster.people_changed": "person_id",
    "roster.classes_changed": "class_id",
    "roster.enrollments_changed": "enrollment_id",
    "roster.relations_changed": "relation_id",
}


def new_id() -> str:
    return str(uuid.uuid4())


def slug(answer: requests.Response) -> str:
    assert answer.headers["Content-Type"] == "application/problem+json", answer.text
    return str(answer.json()["type"]).rsplit("/", 1)[1]


class HandKept:
    """One branch, and what its office does there."""

    def __init__(self, roster: Service, name: str = "Model Town", id: str | None = None) -> None:
        """A new one, or the one of this id."""
        self.roster = roster
        self.id = id or self._opened(name)
        self.office, self.head = office("office-1", self.id), head("head-1", self.id)

    def _opened(self, name: str) -> str:
        answer = self.roster.call("POST", "/v1/branches", operator(), json={"name": name})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["branch_id"])

    def call(self, method: str, path: str, caller: Caller | None = None, **more: Any) -> requests.Response:
        return self.roster.call(method, f"/v1/branches/{self.id}{path}", caller or self.office, **more)

    def does(self, method: str, path: str, caller: Caller | None = None, **more: Any) -> dict[str, Any]:
        answer = self.call(method, path, caller, **more)
        assert answer.status_code in (200, 201), answer.text
        return dict(answer.json())

    def people(self, *drafts: dict[str, Any]) -> list[dict[str, Any]]:
        return list(self.does("POST", "/people", self.head, json={"people": list(drafts)})["people"])

    def students(self, count: int) -> list[str]:
        drafts = [{"given_name": f"Child {number:03}", "roles": ["student"]} for number in range(count)]
        return [person["person_id"] for person in self.people(*drafts)]

    def class_(self, title: str = "5-A", **more: Any) -> str:
        return str(self.does("POST", "/classes", json={"title": title, "homeroom": True, **more})["class_id"])

    def year(self, begins: int) -> str:
        """The term of a school year."""
        days = {"starts_on": f"{begins}-08-01", "ends_on": f"{begins + 1}-06-30"}
        return str(self.does("POST", "/terms", json={"title": str(begins), "kind": "schoolYear", **days})["term_id"])

    def enrols(self, class_id: str, *person_ids: str, role: str = "student") -> list[dict[str, Any]]:
        rows = [{"class_id": class_id, "person_id": id, "role": role} for id in person_ids]
        return list(self.does("POST", "/enrollments", json={"enrollments": rows})["enrollments"])

    def guardian(self, student_id: str, name: str = "Ghazala", **more: Any) -> dict[str, Any]:
        wanted = {"guardian": {"given_name": name, "phone": "0300 7654321"}, **more}
        return self.does("POST", f"/people/{student_id}/guardians", json=wanted)

    def person(self, person_id: str) -> dict[str, Any]:
        return self.does("GET", f"/people/{person_id}")

    def members(self, class_id: str) -> set[str]:
        return {person["person_id"] for person in self.does("GET", f"/classes/{class_id}", self.head)["students"]}

    # Events

    def heard(self, event: type[Event]) -> list[Any]:
        return self.roster.heard(event, self.id)

    def items(self, event: type[Event]) -> dict[str, dict[str, Any]]:
        """The newest item of each record."""
        newest: dict[str, dict[str, Any]] = {}
        for said in self.heard(event):
            for item in said.data["items"]:
                id = item[_KEYS[event.type]]
                if id not in newest or newest[id]["version"] < item["version"]:
                    newest[id] = item
        return newest

    def told(self, event: type[Event], id: str, **fields: Any) -> dict[str, Any]:
        """Waits until the newest item of a record has these values."""

        def look() -> dict[str, Any] | None:
            item = self.items(event).get(id)
            assert item is not None, f"nothing told of {id}"
            assert {name: item[name] for name in fields} == fields
            return item

        return eventually(look)  # type: ignore[return-value]

    def quiet(self) -> int:
        all_told(self.roster)
        return len(self.heard(Event))
