"""What tests of meetings do, in the words of a branch."""

import itertools
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import requests
from pymongo import MongoClient

from schoolbus import clock
from schoolbus.caller import Caller
from schoolbus.events import Event
from tests.support.people import guardian, head
from tests.support.roster import enrolled, people, related, small_branch, someone
from tests.support.services import Service

TERMS: dict[str, Any] = {  # of a day's document, when its draft says nothing of them
    **{"mode": "booking", "wishes_until": None, "booking_opens_at": None, "early_opens_at": None, "change_until_hours": 0},
    **{"most_per_household": None, "most_per_teacher": None, "travel_minutes": 0, "offer_minutes": 30},
}
_days_ahead = itertools.count(7)


def draft(**more: Any) -> dict[str, Any]:
    """An hour of six ten-minute meetings with t1, on a day of its own: other tests' bookings are no clash."""
    held_on = clock.today() + timedelta(days=next(_days_ahead))
    hours = {"held_on": held_on.isoformat(), "starts": "16:00", "ends": "17:00", "slot_minutes": 10}
    return {"title": "Autumn meetings", **hours, "teachers": [{"teacher_id": "t1", "place": "Room 4"}], **more}


def at_once(*calls: Callable[[], requests.Response]) -> list[requests.Response]:
    """The answers to calls that begin together."""
    start = Barrier(len(calls))

    def run(call: Callable[[], requests.Response]) -> requests.Response:
        start.wait(60)
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def slug(answer: requests.Response) -> str:
    assert answer.headers["Content-Type"] == "application/problem+json", answer.text
    return str(answer.json()["type"]).rsplit("/", 1)[1]


class Meetings:
    def __init__(self, service: Service) -> None:
        self.service = service
        self._module = ""

    def knows(self, *events: Event, **more: Any) -> None:
        """Says roster events and waits until all are in the service's copy."""
        self.service.learn(*events, **more)

    def begins(self, module: str) -> None:
        """What the tests of another module have told of b1 and b2 is forgotten."""
        if module == self._module:
            return
        self._module = module
        with MongoClient[Any](self.service.infrastructure.mongodb_uri) as client:
            for name in ("people", "enrollments", "relations", "classes", "calendars"):
                client[self.service.database][name].delete_many({"branch_id": {"$in": ["b1", "b2"]}})
        self.knows(*small_branch("b1"), *small_branch("b2"))

    def call(self, method: str, path: str, caller: Caller | None, branch_id: str = "b1", **more: Any) -> requests.Response:
        return self.service.call(method, f"/v1/branches/{branch_id}/{path}", caller, **more)

    def opens(self, branch_id: str = "b1", **more: Any) -> dict[str, Any]:
        answer = self.call("POST", "meeting-days", head(branch_id=branch_id), branch_id, json=draft(**more))
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def previews(self, branch_id: str = "b1", **more: Any) -> dict[str, Any]:
        answer = self.call("POST", "meeting-days/preview", head(branch_id=branch_id), branch_id, json=draft(**more))
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def changes(
        self, method: str, day: dict[str, Any], path: str = "", branch_id: str = "b1", **body: Any
    ) -> requests.Response:
        """By the head: what is below the day's path."""
        path = f"meeting-days/{day['meeting_day_id']}{path}"
        return self.call(method, path, head(branch_id=branch_id), branch_id, json=body)

    def slots(
        self, day: dict[str, Any], caller: Caller | None = None, branch_id: str = "b1", **query: Any
    ) -> list[dict[str, Any]]:
        caller = caller or head(branch_id=branch_id)
        answer = self.call(
            "GET", f"meeting-days/{day['meeting_day_id']}/slots", caller, branch_id, params={"limit": 500, **query}
        )
        assert answer.status_code == 200, answer.text
        return list(answer.json()["items"])

    def books(
        self,
        slot: dict[str, Any],
        guardian_id: str = "g1",
        student_id: str = "s1",
        branch_id: str = "b1",
        key: str | None = None,
        by: Caller | None = None,
        **more: Any,
    ) -> requests.Response:
        """`by`: staff, who say `on_behalf_of` whom."""
        headers = {"Idempotency-Key": key} if key else {}
        wanted = {"student_id": student_id, "guardian_id": more.pop("on_behalf_of", None), **more}
        path = f"slots/{slot['slot_id']}/booking"
        return self.call("POST", path, by or guardian(guardian_id, branch_id), branch_id, json=wanted, headers=headers)

    def moves(self, booking: dict[str, Any], slot: dict[str, Any], by: Caller | None = None, **more: Any) -> requests.Response:
        path, wanted = f"bookings/{booking['booking_id']}", {"slot_id": slot["slot_id"], **more}
        return self.call("PATCH", path, by or guardian(booking["guardian_id"]), json=wanted)

    def cancels(self, booking: dict[str, Any], by: Caller | None = None) -> requests.Response:
        path = f"bookings/{booking['booking_id']}/cancellation"
        return self.call("POST", path, by or guardian(booking["guardian_id"]))

    def race(self, *bookings: Sequence[Any]) -> list[requests.Response]:
        """Each booking as the arguments of `books`, all at once."""
        return at_once(*(lambda wanted=wanted: self.books(*wanted) for wanted in bookings))  # type: ignore[misc]

    def holds(
        self,
        day: dict[str, Any],
        *chosen: tuple[dict[str, Any], str],
        guardian_id: str = "g1",
        key: str | None = None,
        by: Caller | None = None,
    ) -> requests.Response:
        """`chosen`: slots, each with the child. `by`: staff, on the guardian's behalf."""
        slots = [{"slot_id": slot["slot_id"], "student_id": student_id} for slot, student_id in chosen]
        body = {"slots": slots, **({"guardian_id": guardian_id} if by else {})}
        headers = {"Idempotency-Key": key} if key else {}
        path = f"meeting-days/{day['meeting_day_id']}/holds"
        return self.call("POST", path, by or guardian(guardian_id), json=body, headers=headers)

    def confirms(self, hold: dict[str, Any], guardian_id: str = "g1") -> requests.Response:
        return self.call("POST", f"holds/{hold['hold_id']}/booking", guardian(guardian_id))

    def waits(
        self,
        day: dict[str, Any],
        guardian_id: str,
        student_id: str,
        teacher_id: str = "t1",
        by: Caller | None = None,
        **more: Any,
    ) -> requests.Response:
        """`by`: staff, on the guardian's behalf."""
        body = {"teacher_id": teacher_id, "student_id": student_id, **({"guardian_id": guardian_id} if by else {}), **more}
        return self.call("POST", f"meeting-days/{day['meeting_day_id']}/waiting", by or guardian(guardian_id), json=body)

    def crowd(self, name: str, count: int) -> list[tuple[str, str]]:
        """So many new families of class c1, each of a guardian and a child."""
        crowd = [(f"{name}-parent-{number}", f"{name}-child-{number}") for number in range(count)]
        for start in range(0, count, 200):
            part = crowd[start : start + 200]
            both = [someone(parent, "guardian") for parent, _ in part] + [someone(child, "student") for _, child in part]
            self.knows(
                people("b1", *both),
                enrolled("b1", "c1", students=tuple(child for _, child in part)),
                related("b1", *part),
            )
        return crowd
