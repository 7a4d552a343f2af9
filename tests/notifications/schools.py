"""A branch made for one test: its ids and phone numbers are nobody else's."""

import itertools
from datetime import UTC, date, datetime, timedelta
from typing import Any

import requests

from schoolbus.caller import Caller
from schoolbus.contracts.meetings import SlotBooked
from schoolbus.contracts.reports import HomeworkSet
from schoolbus.events import CHUNK, Event
from tests.notifications.conftest import Stage
from tests.support import people, roster
from tests.support.waiting import eventually

CALENDAR = "BEGIN:VCALENDAR\r\nMETHOD:PUBLISH\r\nEND:VCALENDAR\r\n"
_numbers = itertools.count(1000)


def _chunks(items: list[Any]) -> list[list[Any]]:
    return [items[first : first + CHUNK] for first in range(0, len(items), CHUNK)]


class School:
    """Class `c1` with teacher `t1`; teacher `t2` teaches nobody. Add families, then `open()`."""

    def __init__(self, stage: Stage, services: tuple[str, ...] = roster.ALL) -> None:
        self.stage = stage
        self.id = f"b{next(_numbers)}"
        self.services = services
        self.people = [
            roster.someone(self.name(id), role) for id, role in (("t1", "teacher"), ("t2", "teacher"), ("h1", "head"))
        ]
        self.children: list[str] = []
        self.pairs: list[tuple[str, str]] = []
        self.teacher = people.teacher(self.name("t1"), self.id)
        self.stranger = people.teacher(self.name("t2"), self.id)
        self.head = people.head(self.name("h1"), self.id)

    def name(self, id: str) -> str:
        return f"{self.id}-{id}"

    def guardian(self, *channels: str, **more: Any) -> str:
        """A guardian with a phone and a mailbox; keywords override. Their id."""
        number = next(_numbers)
        id = self.name(f"g{number}")
        known = {"phone": f"+92300222{number}", "email": f"{id}@example.pk", "channels": list(channels), **more}
        self.people.append(roster.someone(id, "guardian", **known))
        return id

    def child(self, *guardians: str, **more: Any) -> str:
        id = self.name(f"s{next(_numbers)}")
        self.people.append(roster.someone(id, "student", **{"given_name": "Ayesha", "given_name_ur": "عائشہ", **more}))
        self.children.append(id)
        self.pairs += [(guardian, id) for guardian in guardians]
        return id

    def of(self, person_id: str, field: str) -> str:
        return str(next(person for person in self.people if person["person_id"] == person_id)[field])

    def open(self) -> "School":
        c1, c2, t1, t2 = map(self.name, ("c1", "c2", "t1", "t2"))
        self.stage.learn(
            roster.branch(self.id, self.services),
            *(roster.people(self.id, *some) for some in _chunks(self.people)),
            roster.classes(self.id, c1, c2),
            *(roster.enrolled(self.id, c1, students=tuple(some)) for some in _chunks(self.children)),
            roster.enrolled(self.id, c1, teachers=(t1,)),
            roster.enrolled(self.id, c2, teachers=(t2,)),
            *(roster.related(self.id, *some) for some in _chunks(self.pairs)),
        )
        return self

    def homework(self, *students: str) -> Event:
        """Homework for all children, or for these."""
        id = self.name(f"hw{next(_numbers)}")
        return HomeworkSet(
            branch_id=self.id,
            subject=id,
            homework_id=id,
            class_id=self.name("c1"),
            class_title="Science 5",
            title="The water cycle",
            due_on=date(2026, 11, 27),
            teacher_id=self.name("t1"),
            student_ids=list(students or self.children),
        )

    def booking(self, guardian: str, student: str) -> Event:
        id = self.name(f"bk{next(_numbers)}")
        starts_at = datetime(2026, 12, 5, 12, 30, tzinfo=UTC)
        return SlotBooked(
            branch_id=self.id,
            subject=id,
            booking_id=id,
            slot_id=self.name("slot"),
            meeting_day_id=self.name("day"),
            student_id=student,
            guardian_id=guardian,
            teacher_id=self.name("t1"),
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=10),
            place="Room 4",
            calendar=CALENDAR,
        )

    # What people see

    def followed(self, homework: Event, caller: Caller | None = None) -> dict[str, Any]:
        """The messages about a homework by the guardian's id, "" where there is none."""
        answer = self.ask(homework, caller)
        assert answer.status_code == 200, answer.text
        return {(item["guardian"] or {"id": ""})["id"]: item for item in answer.json()["items"]}

    def ask(self, homework: Event, caller: Caller | None = None, below: str = "", **query: Any) -> requests.Response:
        path = f"/v1/branches/{self.id}/messages{below}"
        about = {"about_type": "homework", "about_id": homework.data["homework_id"], **query}
        return self.stage.service.call("GET", path, caller or self.teacher, params=about)

    def comes_to(self, state: str, homework: Event, guardian: str) -> dict[str, Any]:
        """The message of a guardian, once it is in `state`."""

        def there() -> Any:
            message = self.followed(homework).get(guardian)
            assert message
            assert message["state"] == state, (message["state"], message["reason"])
            return message

        return dict(eventually(there))

    def feed(self, person_id: str, **query: Any) -> list[dict[str, Any]]:
        answer = self.stage.service.call("GET", "/v1/feed", people.guardian(person_id, self.id), params=query)
        assert answer.status_code == 200, answer.text
        return list(answer.json()["items"])
