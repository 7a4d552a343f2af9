"""What tests of the engagement report do: a branch of fourteen families, and what other services have counted of them."""

from typing import Any

import requests

from schoolbus.caller import Caller
from schoolbus.contracts.meetings import ParticipationCounted
from schoolbus.contracts.notifications import ReachCounted
from schoolbus.contracts.roster import ClassesChanged
from services.reports.engagement import months
from tests.reports.story import Body, Branch
from tests.support.people import head, person
from tests.support.roster import enrolled, people, related, someone
from tests.support.waiting import eventually

FAMILIES = 12  # of class e1 alone; three more children, of two families, are in e2
NOW = months.current()


def school_class(class_id: str, homeroom: bool = True) -> Body:
    common: Body = {"version": 1, "active": True, "grade": "5", "subject": None, "homeroom": homeroom}
    return {**common, "class_id": class_id, "title": f"Class {class_id}"}


class School:
    """Children e1 to e12 in class e1, each with a guardian (ge1 …); f1 and f2 (of gf1) and f3 (of gf3) in class e2.

    t1 teaches e1 and e2, and both are homerooms; t2 teaches e1, t3 neither.
    """

    def __init__(self, branch: Branch) -> None:
        self.branch = branch
        self.head = head("h1", branch.id)
        self.version = 0
        ids = [f"e{n}" for n in range(1, FAMILIES + 1)]
        others = [("gf1", "f1"), ("gf1", "f2"), ("gf3", "f3")]
        pairs = [*((f"g{id}", id) for id in ids), *others]
        branch.knows(
            ClassesChanged(branch_id=branch.id, subject="classes", items=[school_class("e1"), school_class("e2")]),
            people(
                branch.id,
                *(someone(student, "student", given_name=student.upper()) for _, student in pairs),
                *(someone(guardian, "guardian") for guardian in sorted({guardian for guardian, _ in pairs})),
                someone("t3", "teacher"),
            ),
            enrolled(branch.id, "e1", students=tuple(ids), teachers=("t1", "t2")),
            enrolled(branch.id, "e2", students=("f1", "f2", "f3"), teachers=("t3",)),
            related(branch.id, *pairs),
        )

    def class_teacher(self, id: str = "t1") -> Caller:
        return person(id, self.branch.id, "teacher", "class_teacher")

    def tells(self, *guardians: str, month: str = NOW, **more: Any) -> None:
        """Notifications has counted these, of one channel; read, unless keywords say otherwise."""
        self.version += 1
        counted = {"told": 4, "delivered": 4, "read": 2, "failed": 0, "answered": 0, "other_language": 0, "contact": "works"}
        counted |= more
        channels = {counted.pop("channel", "app"): {name: counted[name] for name in ("told", "delivered", "read", "failed")}}
        unsaid = {"last_read_on": None, "unread_since": None, "language": "ur"}
        items = [
            {"channels": channels, **unsaid, **counted, "reach_id": f"{id}:{month}", "guardian_id": id, "month": month}
            | {"version": self.version}
            for id in guardians
        ]
        self.branch.service.say(ReachCounted(branch_id=self.branch.id, subject=f"{self.branch.id}.reach", items=items))

    def takes_part(self, *people: str, role: str = "guardian", month: str = NOW, **counts: int) -> None:
        self.version += 1
        items = [
            {"participation_id": f"{id}:{month}", "person_id": id, "role": role, "month": month, "counts": counts}
            | {"version": self.version}
            for id in people
        ]
        subject = f"{self.branch.id}.participation"
        self.branch.service.say(ParticipationCounted(branch_id=self.branch.id, subject=subject, items=items))

    def get(self, path: str, by: Caller | None = None, **query: Any) -> requests.Response:
        return self.branch.call("GET", f"engagement{path}", by or self.head, params=query)

    def read(self, path: str = "", by: Caller | None = None, **query: Any) -> Any:
        answer = self.get(path, by, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def counted(self, measure: str, count: int, of: int, month: str = NOW) -> Body:
        """The branch's month, once the measure comes to that."""

        def there() -> Body | None:
            found = self.read(since=month, until=month)["months"]
            fits = [each for each in found if share(each, measure)["count"] == count and share(each, measure)["of"] == of]
            return fits[0] if fits else None

        return dict(eventually(there))

    def steps(self, family_id: str, strategy: str = "call", by: Caller | None = None, **more: Any) -> requests.Response:
        body = {"family_id": family_id, "strategy": strategy, **more}
        return self.branch.call("POST", "engagement/steps", by or self.head, json=body)

    def outcome(self, step_id: str, outcome: str, by: Caller | None = None, **more: Any) -> requests.Response:
        path = f"engagement/steps/{step_id}/outcome"
        return self.branch.call("PUT", path, by or self.head, json={"outcome": outcome, **more})


def share(month: Body, measure: str) -> Body:
    return dict(next(each for each in (*month["measures"], *month["means"]) if each["measure"] == measure))
