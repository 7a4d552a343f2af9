"""What tests of activities do, in the words of a school."""

import itertools
from datetime import timedelta
from typing import Any

import requests

from schoolbus import clock
from schoolbus.caller import Caller
from tests.meetings.story import Meetings
from tests.support.people import guardian, head, teacher
from tests.support.roster import classes, enrolled, people, related, someone

_numbers = itertools.count(1)
_days_ahead = itertools.count(400)  # far from other tests' meetings


class Class:
    """A class of its own: three families of one child each, and one of two children with two guardians; `t` teaches it."""

    def __init__(self, meetings: Meetings, families: int = 4, branch_id: str = "b1") -> None:
        self.meetings, self.branch_id = meetings, branch_id
        name = f"k{next(_numbers)}"
        self.id = f"{name}-class"
        self.teacher = f"{name}-t"
        self.children = [f"{name}-s{number}" for number in range(1, families + 2)]
        self.guardians = [f"{name}-g{number}" for number in range(1, families + 2)]
        pairs = list(zip(self.guardians[:families], self.children[:families], strict=True))
        pairs += [(self.guardians[0], self.children[-1]), (self.guardians[-1], self.children[0])]
        self.pairs = pairs
        named = [someone(id, "student") for id in self.children] + [someone(id, "guardian") for id in self.guardians]
        taught = enrolled(branch_id, self.id, students=tuple(self.children), teachers=(self.teacher,))
        rows = (people(branch_id, *named, someone(self.teacher, "teacher")), classes(branch_id, self.id))
        meetings.knows(*rows, taught, related(branch_id, *pairs))

    def guardian(self, number: int = 0) -> Caller:
        return guardian(self.guardians[number], self.branch_id)

    def led_by(self) -> Caller:
        return teacher(self.teacher, self.branch_id)

    def draft(self, days: int | None = None, **more: Any) -> dict[str, Any]:
        """A workshop of an hour for the families of this class, on a day of its own."""
        held_on = clock.today() + timedelta(days=days if days is not None else next(_days_ahead))
        session = {"held_on": held_on.isoformat(), "starts": "17:00", "ends": "18:00", "place": f"Room {self.id}"}
        about = {"kind": "workshop", "title": "Reading at home", "title_ur": "گھر پر پڑھنا"}
        return {**about, "sessions": [session], "audience": {"class_ids": [self.id]}, **more}

    def call(self, method: str, path: str, caller: Caller | None = None, **more: Any) -> requests.Response:
        return self.meetings.call(method, path, caller or head(branch_id=self.branch_id), self.branch_id, **more)

    def drafts(self, caller: Caller | None = None, **more: Any) -> dict[str, Any]:
        answer = self.call("POST", "activities", caller, json=self.draft(**more))
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def publishes(self, caller: Caller | None = None, **more: Any) -> dict[str, Any]:
        made = self.drafts(caller, **more)
        answer = self.call("POST", f"activities/{made['activity_id']}/publication", caller)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def answers(self, activity: dict[str, Any], number: int = 0, key: str | None = None, **said: Any) -> requests.Response:
        """A family says that it comes, unless told otherwise."""
        headers = {"Idempotency-Key": key} if key else {}
        path = f"activities/{activity['activity_id']}/sign-up"
        return self.call("PUT", path, self.guardian(number), json={"coming": True, **said}, headers=headers)

    def signs_up(self, activity: dict[str, Any], number: int = 0, **said: Any) -> dict[str, Any]:
        answer = self.answers(activity, number, **said)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def sees(self, activity: dict[str, Any], caller: Caller | None = None) -> dict[str, Any]:
        answer = self.call("GET", f"activities/{activity['activity_id']}", caller)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def heard(self, event: Any, activity: dict[str, Any]) -> list[Any]:
        said = self.meetings.service.heard(event)
        return [each for each in said if each.data["activity_id"] == activity["activity_id"]]
