"""A school of the demo chain and those who play a part in the stories."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from demo.roster import Chain
from tests.support.platform import Client, Platform
from tests.support.waiting import eventually

PASSWORD = "a-password-for-the-stories"
ALL = ["meetings", "reports", "notifications"]


@dataclass(frozen=True)
class School:
    platform: Platform
    chain: Chain
    operator: Client
    signed_in: dict[str, Client] = field(default_factory=dict)  # by sourcedId
    with_password: set[str] = field(default_factory=set)  # usernames

    @classmethod
    def open(cls, platform: Platform) -> "School":
        """Imports the chain, subscribes two branches to everything and waits until all services know the classes."""
        chain = platform.import_chain()
        school = cls(platform, chain, platform.operator())
        for branch in chain.branch_ids:
            services = [] if branch == chain.unsubscribed_branch_id else ALL
            school.operator.put(f"/v1/branches/{platform.id('branch', branch)}/subscriptions", {"services": services})
        eventually(school._known_everywhere)
        return school

    @property
    def branch(self) -> str:
        """The path of the branch."""
        return self.path(self.chain.branch_ids[0])

    @property
    def class_id(self) -> str:
        return self.platform.id("class", self.chain.class_id)

    def path(self, branch: str) -> str:
        return f"/v1/branches/{self.platform.id('branch', branch)}"

    def person(self, sourced_id: str) -> str:
        return self.platform.id("person", sourced_id)

    def member(self, person: Any) -> Client:
        """Somebody of the staff, signed in with a password that the operator has set: once, for it ends all sessions."""
        if person.username not in self.with_password:
            path = f"{self.branch}/staff/{self.person(person.sourced_id)}/password"
            self.operator.put(path, {"password": PASSWORD, "must_change": False})
            self.with_password.add(person.username)
        return self.platform.staff(person.username, PASSWORD)

    @cached_property
    def teacher(self) -> Client:
        return self.member(self.chain.teacher)

    @cached_property
    def head(self) -> Client:
        return self.member(self.chain.head)

    def family(self, kind: str) -> Any:
        return self.chain.families[kind]

    def child(self, kind: str, place: int = 0) -> str:
        return self.person(self.family(kind).students[place].sourced_id)

    def guardian(self, kind: str, place: int = 0) -> Client:
        """A guardian of a known family, signed in with the code on the phone; once, for all stories."""
        person = self.family(kind).guardians[place]
        if person.sourced_id not in self.signed_in:
            client = self.platform.guardian(person.phone, self.person(person.sourced_id))
            self.signed_in[person.sourced_id] = client
        return self.signed_in[person.sourced_id]

    def homework(self, title: str) -> dict[str, Any]:
        return {
            "class_id": self.class_id,
            "title": title,
            "text": "Water a plant for a week and draw it each day.",
            "due_on": (date.today() + timedelta(days=3)).isoformat(),
        }

    def set_homework(self, title: str, teacher: Client | None = None) -> str:
        return str((teacher or self.teacher).post(f"{self.branch}/homework", self.homework(title))["homework_id"])

    def told(self, about_type: str, about_id: str) -> list[dict[str, Any]]:
        """What the teacher sees: a row per family."""
        query = {"about_type": about_type, "about_id": about_id, "limit": 500}
        return list(self.teacher.get(f"{self.branch}/messages", params=query)["items"])

    def told_to(self, about_id: str, kind: str, place: int = 0, about_type: str = "homework") -> dict[str, Any] | None:
        guardian_id = self.person(self.family(kind).guardians[place].sourced_id)
        rows = [row for row in self.told(about_type, about_id) if row["guardian"] and row["guardian"]["id"] == guardian_id]
        assert len(rows) < 2, "told twice"
        return rows[0] if rows else None

    def _known_everywhere(self) -> bool:
        """Each service answers for the class: its projection is there."""
        reports = self.teacher.call("GET", f"{self.branch}/today/{self.child('urdu_sms')}")
        meetings = self.teacher.call("GET", f"{self.branch}/meeting-days")
        waiting = [
            process for name, process in self.platform.processes.items() if name.endswith(".relay") and not process.running()
        ]
        return reports.status_code == 200 and meetings.status_code == 200 and not waiting
