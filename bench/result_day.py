"""Who asks for what on a result day: guardians and teachers, by chance."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import uuid4

from tests.chaos.school import School

GUARDIANS = 600


@dataclass(frozen=True)
class Ask:
    """A request of somebody, as a program or as a browser."""

    method: str
    path: str
    person_id: str
    role: str
    body: dict[str, Any] | None = None
    page: bool = False
    done: Callable[[Any], None] = lambda answer: None


class People:
    """Who asks for what, by chance; `bookings` and `conversations` are what they have made so far."""

    def __init__(self, school: School) -> None:
        self.school, self.chance = school, random.Random(11)
        self.families = list(school.families[:GUARDIANS])
        self.free = iter(school.slots)
        self.bookers = iter(self.families)  # each once: a family that books two times at the same hour is rightly refused
        self.bookings: list[tuple[str, str]] = []
        self.conversations: list[tuple[str, str]] = []
        self.token = cache(school.token)  # signed in before, for ten minutes

    def ask(self) -> Ask:
        kinds, weights = zip(*MIX, strict=True)
        return self.chance.choices(kinds, weights)[0](self)

    def _family(self) -> tuple[str, str]:
        return self.chance.choice(self.families)

    def _as_guardian(self, method: str, below: str, guardian: str, **more: Any) -> Ask:
        return Ask(method, f"/v1/branches/{self.school.branch_id}/{below}", guardian, "guardian", **more)

    # Reading

    def today(self) -> Ask:
        guardian, child = self._family()
        return self._as_guardian("GET", f"today/{child}", guardian)

    def results(self) -> Ask:
        guardian, child = self._family()
        return self._as_guardian("GET", f"results?student_id={child}", guardian)

    def report_cards(self) -> Ask:
        guardian, child = self._family()
        return self._as_guardian("GET", f"report-cards?student_id={child}", guardian)

    def feed(self) -> Ask:
        return Ask("GET", "/v1/feed", self._family()[0], "guardian")

    def family_page(self) -> Ask:
        return Ask("GET", "/family", self._family()[0], "guardian", page=True)

    def marks_page(self) -> Ask:
        guardian, child = self._family()
        return Ask("GET", f"/children/{self.school.branch_id}/{child}/marks", guardian, "guardian", page=True)

    def teachers_inbox(self) -> Ask:
        _, child = self._family()
        path = f"/v1/branches/{self.school.branch_id}/home-notes?acknowledged=false&limit=20"
        return Ask("GET", path, self.chance.choice(self.school.teachers[child]), "teacher")

    # Writing

    def book_or_cancel(self) -> Ask:
        if self.bookings and self.chance.random() < 0.5:
            guardian, booking = self.bookings.pop()
            return self._as_guardian("POST", f"bookings/{booking}/cancellation", guardian)
        (guardian, child), (slot, _) = next(self.bookers), next(self.free)
        return self._as_guardian(
            "POST",
            f"slots/{slot}/booking",
            guardian,
            body={"student_id": child},
            done=lambda answer: self.bookings.append((guardian, answer["booking_id"])),
        )

    def home_note(self) -> Ask:
        guardian, child = self._family()
        note = {"home_note_id": str(uuid4()), "student_id": child, "kind": "learning", "text": "Reads each evening."}
        return self._as_guardian("POST", "home-notes", guardian, body=note)

    def message(self) -> Ask:
        """In a conversation of theirs, or a new one."""
        if len(self.conversations) >= 100:
            guardian, conversation = self.chance.choice(self.conversations)
            return self._as_guardian("POST", f"conversations/{conversation}/messages", guardian, body=_letter())
        guardian, child = self.families[len(self.conversations)]
        teacher = self.school.teachers[child][0]
        return self._as_guardian(
            "POST",
            "conversations",
            guardian,
            body={**_letter(), "student_id": child, "teacher_id": teacher},
            done=lambda answer: self.conversations.append((guardian, answer["conversation_id"])),
        )


def _letter() -> dict[str, Any]:
    return {"client_id": uuid4().hex, "text": "When could we talk about the result?"}


MIX: tuple[tuple[Callable[[People], Ask], int], ...] = (
    (People.today, 25),
    (People.results, 12),
    (People.report_cards, 12),
    (People.feed, 15),
    (People.family_page, 6),
    (People.marks_page, 6),
    (People.teachers_inbox, 7),
    (People.book_or_cancel, 6),
    (People.home_note, 5),
    (People.message, 6),
)
