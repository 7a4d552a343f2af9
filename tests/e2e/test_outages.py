"""Each service is off for a while and the others work: what still works, what says that it is missing, and that all catches up.

`make chaos` keeps each off for two minutes (OFF_SECONDS=120), and asks the same all the while.
"""

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from html import unescape
from itertools import count
from uuid import uuid4

import pytest
import requests

from deploy.local import plan
from schoolbus.contracts.roster import MEETING_NEEDS
from tests.chaos.effects import Kept, quiet
from tests.e2e.school import School
from tests.support.platform import Client, Platform
from tests.support.waiting import eventually

OFF_SECONDS = float(os.environ.get("OFF_SECONDS", "0"))
SLOTS = 60
numbers = count(1)
later = count(60)  # days: a teacher has one day of meetings on a date


class Day:
    """What people do on an ordinary day, each thing checked; `done` has the ids of what they made, by kind."""

    def __init__(self, school: School) -> None:
        self.school = school
        self.parent, self.teacher, self.child = school.guardian("urdu_sms"), school.teacher, school.child("urdu_sms")
        for client in (self.parent, self.teacher):
            assert client.refresh().ok, "a token lasts ten minutes, and without roster there is no other"
        self.slots = self._slots(self._opened())
        self.conversation = self._begun()
        self.done: dict[str, list[str]] = {}

    # What needs nobody but the service itself

    def books(self) -> None:
        path = f"{self.school.branch}/slots/{next(self.slots)}/booking"
        booking = self.parent.post(path, {"student_id": self.child}, headers={"Idempotency-Key": uuid4().hex})["booking_id"]
        self._keep("booking", booking)
        cancelled = self.parent.post(f"{self.school.branch}/bookings/{booking}/cancellation")
        assert cancelled["state"] == "cancelled"

    def sets_homework(self) -> None:
        self._keep("homework", self.school.set_homework(f"While others sleep {next(numbers)}"))

    def enters_marks(self) -> None:
        rows = [{"student_id": self.child, "score": "19", "out_of": "25"}]
        sheet = {"class_id": self.school.class_id, "term": "Mid term", "subject": f"Subject {next(numbers)}", "marks": rows}
        self.teacher.put(f"{self.school.branch}/marks", sheet)

    def reads_today(self) -> None:
        today = self.parent.get(f"{self.school.branch}/today/{self.child}")
        titles = [each["title"] for each in today["homework"]]
        assert not self.done.get("homework") or "While others sleep" in str(titles)

    def reads_the_feed(self) -> None:
        self.parent.get("/v1/feed")

    def writes(self) -> None:
        """And the other side reads it."""
        text, path = f"Could we talk? {next(numbers)}", f"{self.school.branch}/conversations/{self.conversation}/messages"
        self.parent.post(path, {"client_id": uuid4().hex, "text": text})
        assert text in [each["text"] for each in self.teacher.get(path)["items"]]

    def looks_at_oneself(self) -> None:
        assert self.parent.get("/v1/me")["person"]["person_id"] == self.parent.person_id

    def changes_preferences(self) -> None:
        """Of what changes nothing for the stories that follow."""
        own = self.parent.get("/v1/me/preferences")
        need = MEETING_NEEDS[next(numbers) % len(MEETING_NEEDS)]
        self.parent.put("/v1/me/preferences", {**own, "meeting_needs": [need]})

    # Before it

    def _opened(self) -> str:
        day = {
            "title": "Outage",
            "held_on": (date.today() + timedelta(days=next(later))).isoformat(),
            **{"starts": "08:00", "ends": f"{8 + SLOTS // 12:02}:00", "slot_minutes": 5},
            "teachers": [{"teacher_id": self.teacher.person_id, "place": "Room 9"}],
        }
        return str(self.school.head.post(f"{self.school.branch}/meeting-days", day)["meeting_day_id"])

    def _slots(self, day: str) -> Iterator[str]:
        path = f"{self.school.branch}/meeting-days/{day}/slots"
        while True:  # a cancelled one is free again
            yield from (slot["slot_id"] for slot in self.parent.get(path, params={"free": "true", "limit": 500})["items"])

    def _begun(self) -> str:
        body = {"student_id": self.child, "teacher_id": self.teacher.person_id, "client_id": uuid4().hex, "text": "Salam"}
        return str(self.parent.post(f"{self.school.branch}/conversations", body)["conversation_id"])

    def _keep(self, kind: str, id: str) -> None:
        self.done.setdefault(kind, []).append(id)


Doing = Callable[[Day], None]
WORKS: dict[str, tuple[Doing, ...]] = {
    "roster": (Day.books, Day.sets_homework, Day.enters_marks, Day.reads_today, Day.reads_the_feed, Day.writes),
    "meetings": (Day.sets_homework, Day.enters_marks, Day.reads_today, Day.reads_the_feed, Day.writes, Day.changes_preferences),
    "reports": (Day.books, Day.reads_the_feed, Day.writes, Day.looks_at_oneself, Day.changes_preferences),
    "notifications": (Day.books, Day.sets_homework, Day.enters_marks, Day.reads_today, Day.changes_preferences),
}
ALL = sorted({does for each in WORKS.values() for does in each}, key=lambda does: does.__name__)
MISSING = {
    "roster": "/v1/me",
    "meetings": "{branch}/bookings",
    "reports": "{branch}/today/{child}",
    "notifications": "/v1/feed",
}
TIMES = {"homework": 1, "booking": 2}  # that a guardian hears of it: booked, and cancelled
CALLED = {"meetings": "Meetings", "reports": "School work", "notifications": "Messages"}  # by the portal


@pytest.mark.parametrize("service", plan.SERVICES)
def test_the_others_work_while_one_is_off_and_it_catches_up(service: str, school: School, platform: Platform) -> None:
    day = Day(school)
    with off(platform, service):
        until = time.monotonic() + OFF_SECONDS
        while True:
            for does in WORKS[service]:
                does(day)
            says_what_is_missing(day.parent, service, MISSING[service].format(branch=school.branch, child=day.child))
            the_page_of_the_family_too(day.parent, service)
            if time.monotonic() >= until:
                break
    for does in ALL:
        does(day)
    kept = Kept(platform)
    eventually(lambda: quiet(kept) and caught_up(kept, school, day, service), timeout=300)


@contextmanager
def off(platform: Platform, service: str) -> Iterator[None]:
    """All its processes."""
    names = [name for name in platform.processes if name.partition(".")[0] == service]
    with platform.without(*names):
        yield


def says_what_is_missing(client: Client, service: str, path: str) -> None:
    answer = client.call("GET", path)
    assert answer.status_code == 503, answer.text
    problem = answer.json()
    assert (problem["service"], problem["type"].rpartition("/")[2]) == (service, "service-unavailable")
    assert answer.headers["Retry-After"]


def the_page_of_the_family_too(client: Client, service: str) -> None:
    """It is there without the service; only roster knows who reads and whose children these are."""
    headers = {"Cookie": f"access={client.token}", "Accept": "text/html", "Accept-Language": "en"}
    page = requests.get(f"{client.url}/family", headers=headers, timeout=30, allow_redirects=False)
    assert page.status_code == (503 if service == "roster" else 200), page.text
    assert "can't be reached just now" in unescape(page.text)
    assert service == "roster" or f"{CALLED[service]} can't be reached" in unescape(page.text)


def caught_up(kept: Kept, school: School, day: Day, service: str) -> bool:
    """What was done meanwhile is told to those whom it concerns, each once, and everybody is known as roster knows them."""
    for kind, ids in day.done.items():
        for id in ids:
            about = {"about_type": kind, "about_id": id}
            rows = school.teacher.get(f"{school.branch}/messages", params={**about, "limit": 500})["items"]
            times = Counter(row["guardian"]["id"] for row in rows if row["guardian"])
            assert times[day.parent.person_id] == TIMES[kind], f"{kind} {id}: {dict(times)}"
            assert max(times.values()) == TIMES[kind], f"somebody heard of {kind} {id} twice: {dict(times)}"
    branch = school.platform.id("branch", school.chain.branch_ids[0])
    people = kept.database("roster").people.distinct("_id", {"branch_id": branch})
    assert people
    assert kept.stale(*people) == []
    assert day.parent.call("GET", MISSING[service].format(branch=school.branch, child=day.child)).ok
    return True
