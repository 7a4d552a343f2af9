"""What tests of attendance do: a class has school on every day of the week, and its registers are taken."""

from collections.abc import Sequence
from typing import Any

import requests

from schoolbus import clock
from schoolbus.caller import Caller
from schoolbus.events import Event
from tests.reports.story import Body, Branch, in_days
from tests.support.people import head

EVERY_DAY = {"days": [{"weekday": weekday, "ends": "23:59"} for weekday in range(7)]}


class Attendance:
    """Of a branch of the tests."""

    def __init__(self, branch: Branch) -> None:
        self.branch = branch
        self.head = head("h1", branch.id)
        assert branch.call("PUT", "attendance/week", self.head, json=EVERY_DAY).status_code == 200

    def takes(
        self, *absent: str, day: int = 0, by: Caller | None = None, lesson: str | None = None, **more: Any
    ) -> requests.Response:
        """Those named are absent, the others present."""
        return self.sends([{"student_id": id, "status": "absent"} for id in absent], day, by, lesson, others="present", **more)

    def sends(
        self,
        entries: Sequence[Any],
        day: int | str = 0,
        by: Caller | None = None,
        lesson: str | None = None,
        class_id: str = "c1",
        **more: Any,
    ) -> requests.Response:
        path = f"registers/{class_id}/{in_days(day) if isinstance(day, int) else day}"
        query = {"lesson": lesson} if lesson else {}
        body = {"entries": list(entries), **more}
        return self.branch.call("PUT", path, by or self.branch.teacher(), json=body, params=query)

    def register(self, day: int = 0, lesson: str | None = None, by: Caller | None = None) -> Body:
        query = {"lesson": lesson} if lesson else {}
        return self.read(f"registers/c1/{in_days(day)}", by or self.branch.teacher(), **query)

    def corrects(self, student_id: str, status: str, day: int = 0, lesson: str | None = None, **more: Any) -> requests.Response:
        path = f"registers/c1/{in_days(day)}/students/{student_id}"
        query = {"lesson": lesson} if lesson else {}
        return self.branch.call("PUT", path, self.branch.teacher(), json={"status": status, **more}, params=query)

    def absences(self, by: Caller, **query: Any) -> list[Body]:
        return list(self.read("absences", by, **query)["items"])

    def absence(self, student_id: str, day: int = 0) -> Body:
        query = {"student_id": student_id, "since": in_days(day), "until": in_days(day)}
        return self.absences(self.head, **query)[0]

    def explains(self, absence_id: str, by: Caller, kind: str = "ill", text: str | None = "A cold.") -> requests.Response:
        return self.branch.call("PUT", f"absences/{absence_id}/reason", by, json={"kind": kind, "text": text})

    def accepts(self, absence_id: str, accepted: bool = True, by: Caller | None = None) -> requests.Response:
        path = f"absences/{absence_id}/acceptance"
        return self.branch.call("PUT", path, by or self.branch.teacher(), json={"accepted": accepted})

    def plans(self, student_id: str, by: Caller, first: int = 0, last: int = 0, **more: Any) -> requests.Response:
        days = {"since": in_days(first), "until": in_days(last), "reason": {"kind": "travel", "text": "A wedding."}}
        return self.branch.call("POST", "planned-absences", by, json={"student_id": student_id, **days, **more})

    def read(self, path: str, by: Caller, **query: Any) -> Body:
        answer = self.branch.call("GET", path, by, params=query)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def told(self, *kinds: type[Event]) -> list[tuple[str, str, int]]:
        """What was said of whom, of this branch, in order: kind, student, edition."""
        return [
            (type(event).__name__, event.data["student_ids"][0], event.data["edition"])
            for event in self.branch.heard(Event)
            if isinstance(event, kinds)
        ]


def statuses(register: Body) -> dict[str, str]:
    return {entry["student_id"]: entry["status"] for entry in register["entries"]}


def today() -> str:
    return clock.today().isoformat()
