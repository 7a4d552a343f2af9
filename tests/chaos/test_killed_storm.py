"""The service is killed while many families book: whoever was told that they have a time has it, nobody has another's, and no
time is lost. `make chaos` does so with 600 families.

Half of the families hold two times and book them, half book one; each asks again, with the same key, until there is an answer.
"""

import itertools
import os
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests
from pymongo import MongoClient
from pymongo.database import Database

from deploy.local.infrastructure import Infrastructure
from tests.meetings.story import Meetings
from tests.support.people import guardian
from tests.support.roster import enrolled, people, small_branch, someone
from tests.support.services import Service
from tests.support.waiting import eventually

FAMILIES = int(os.environ.get("STORM_FAMILIES", "40"))
TEACHERS = [f"storm-teacher-{number}" for number in range(max(3, FAMILIES // 20))]
KILLS = 3
THREADS = 16
HOLD_SECONDS = 3
Ask = Callable[[], requests.Response]


@pytest.fixture
def meetings(infrastructure: Infrastructure, tmp_path: Path) -> Iterator[Meetings]:
    service = Service("meetings", infrastructure, tmp_path, {"HOLD_SECONDS": str(HOLD_SECONDS)}).start()
    story = Meetings(service)
    story.knows(
        *small_branch("b1"),
        people("b1", *(someone(id, "teacher") for id in TEACHERS)),
        enrolled("b1", "c1", teachers=tuple(TEACHERS)),
    )
    yield story
    service.stop()


class Storm:
    """What the families were told: `booked` is each slot for which somebody heard 201."""

    def __init__(self, meetings: Meetings, day: dict[str, Any]) -> None:
        self.meetings, self.day = meetings, day
        self.booked: dict[str, str] = {}  # the child, by slot
        self.answers = itertools.count(1)
        self.progress = 0

    def book(self, number: int, family: tuple[str, str]) -> None:
        if number % 2:
            self._one(family)
        else:
            self._pair(family)

    def _one(self, family: tuple[str, str]) -> None:
        guardian_id, child = family
        for slot in self._choice(child):
            key = f"{child}-{slot['slot_id']}"
            answer = self._insist(lambda slot=slot, key=key: self.meetings.books(slot, guardian_id, child, key=key))  # type: ignore[misc]
            if answer.status_code == 201:
                self.booked[slot["slot_id"]] = child
                return

    def _pair(self, family: tuple[str, str]) -> None:
        """Two times with two teachers, held and booked as a whole; one in four is held and forgotten."""
        guardian_id, child = family
        free = self._choice(child)
        pairs = [pair for pair in itertools.combinations(free[:14], 2) if _apart(*pair)]
        for first, second in pairs[:30]:
            key = f"{child}-{first['slot_id']}-{second['slot_id']}"
            chosen = ((first, child), (second, child))
            held = self._insist(lambda: self.meetings.holds(self.day, *chosen, guardian_id=guardian_id, key=key))  # noqa: B023
            if held.status_code == 201:
                if _number(child) % 4 == 0:
                    return
                confirmed = self._insist(lambda: self.meetings.confirms(held.json(), guardian_id))  # noqa: B023
                if confirmed.status_code == 201:
                    self.booked |= {slot["slot_id"]: child for slot in (first, second)}
                return

    def _choice(self, child: str) -> list[dict[str, Any]]:
        answer = self._insist(
            lambda: self.meetings.call(
                "GET",
                f"meeting-days/{self.day['meeting_day_id']}/slots",
                guardian("g1"),
                params={"free": "true", "limit": 500},
            )
        )
        free = list(answer.json()["items"])
        turn = 7 * _number(child) % max(len(free), 1)
        return free[turn:] + free[:turn]

    def _insist(self, ask: Ask) -> requests.Response:
        """Asks until there is an answer: it may have been done before the process died."""

        def answered() -> requests.Response | None:
            try:
                answer = ask()
            except requests.RequestException:
                return None
            return None if answer.status_code == 503 else answer

        found = eventually(lambda: [answer] if (answer := answered()) is not None else None)
        self.progress = next(self.answers)
        return found[0]


def _number(child: str) -> int:
    return int(child.rsplit("-", 1)[1])


def _apart(first: dict[str, Any], second: dict[str, Any]) -> bool:
    return bool(first["teacher_id"] != second["teacher_id"] and first["starts_at"] != second["starts_at"])


def test_no_time_is_lost_or_held_twice(meetings: Meetings) -> None:
    crowd = meetings.crowd("storm", FAMILIES)
    teachers = [{"teacher_id": id, "place": f"{id}'s room"} for id in TEACHERS]
    day = meetings.opens(teachers=teachers, starts="14:00", ends="20:00", slot_minutes=15)
    storm = Storm(meetings, day)
    with ThreadPoolExecutor(THREADS) as pool:
        playing = [pool.submit(storm.book, number, family) for number, family in enumerate(crowd)]
        for kill in range(1, KILLS + 1):
            eventually(lambda kill=kill: storm.progress >= kill * FAMILIES // (KILLS + 1), every=0.01)  # type: ignore[misc]
            meetings.service.processes["serve"].kill()
            meetings.service.processes["serve"].start()
        for each in playing:
            each.result()
    with MongoClient(meetings.service.infrastructure.mongodb_uri, tz_aware=True) as client:
        kept = client[meetings.service.database]
        check(kept, storm)
        held = {"live": True, "state": "held"}
        eventually(lambda: kept["bookings"].count_documents(held) == 0, every=0.5)  # what was forgotten frees itself
        fill(meetings, storm)
        every = kept["slots"].count_documents({"meeting_day_id": day["meeting_day_id"]})
        check(kept, storm)
        assert kept["bookings"].count_documents({"live": True, "state": "booked"}) == len(storm.booked) == every, "none is lost"


def check(kept: Database[Any], storm: Storm) -> None:
    """By what is kept alone: whoever heard that they have it has it, and nobody and no slot is in two."""
    live = list(kept["bookings"].find({"live": True}))
    booked = {each["slot_id"]: each["student_id"] for each in live if each["state"] == "booked"}
    lost = {slot_id: child for slot_id, child in storm.booked.items() if booked.get(slot_id) != child}
    assert lost == {}, "who was told has it"
    assert set(booked) == set(storm.booked), "nobody has what they were not told of: they ask until they are"
    for whose in ("slot_id", "guardian_id", "student_id", "teacher_id", "place"):
        begins = Counter((each[whose], each["starts_at"]) for each in live)
        assert not [key for key, count in begins.items() if count > 1], whose


def fill(meetings: Meetings, storm: Storm) -> None:
    """All that is still shown as free can be booked."""
    free = meetings.slots(storm.day, guardian("g1"), free="true")
    for slot, (guardian_id, child) in zip(free, meetings.crowd("late", len(free)), strict=True):
        answer = meetings.books(slot, guardian_id, child)
        assert answer.status_code == 201, answer.text
        storm.booked[slot["slot_id"]] = child
