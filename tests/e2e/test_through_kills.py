"""Every service and relay on the way is killed in the middle of many commands: each takes effect once, none is lost.

`make chaos` does so with 2,000; tests/schoolbus/test_delivery.py kills one service in so many.
"""

import os
import threading
from collections import Counter
from collections.abc import Callable
from functools import partial
from uuid import UUID, uuid5

import requests

from deploy.local import plan
from tests.e2e.school import School
from tests.support.platform import Client, Platform
from tests.support.waiting import eventually

COMMANDS = int(os.environ.get("COMMANDS", "500"))
CLIENTS = 6
HIT = (
    ("reports",),  # the second goes on
    tuple(plan.serving("reports")),
    ("reports.relay",),
    ("notifications",),
    ("notifications.worker",),
    ("gateway",),
    ("roster",),
    ("meetings",),
)
_NOTES = UUID("8d1f6a52-60a8-4d5b-9b0e-0f6d7a7c2a11")


class Writers:
    """Guardians' clients that send home notes until all are taken, each again with its own id when no answer comes: after a
    pause, or they keep the processors from what is about to start."""

    def __init__(self, client: Client, send: Callable[[Client, str], requests.Response]) -> None:
        self.todo = [str(uuid5(_NOTES, str(number))) for number in range(COMMANDS)]
        self.taken: list[str] = []
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self._work, args=(client, send), daemon=True) for _ in range(CLIENTS)]

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def wait(self) -> None:
        for thread in self.threads:
            thread.join()

    def _work(self, client: Client, send: Callable[[Client, str], requests.Response]) -> None:
        while True:
            with self.lock:
                if not self.todo:
                    return
                note = self.todo.pop()
            eventually(partial(self._taken, client, send, note))
            with self.lock:
                self.taken.append(note)

    @staticmethod
    def _taken(client: Client, send: Callable[[Client, str], requests.Response], note: str) -> bool:
        try:
            answer = send(client, note)
        except requests.RequestException:
            return False
        assert answer.status_code in (201, 502, 503, 504), answer.text
        return answer.status_code == 201


def test_each_of_many_home_notes_reaches_the_teacher_once(school: School, platform: Platform) -> None:
    child, path = school.child("urdu_sms"), f"{school.branch}/home-notes"

    def send(client: Client, note: str) -> requests.Response:
        draft = {"home_note_id": note, "student_id": child, "kind": "learning", "text": "Reads each evening."}
        return client.call("POST", path, json=draft)

    writers = Writers(school.guardian("urdu_sms"), send)
    wanted = set(writers.todo)
    writers.start()
    for number, names in enumerate(HIT, start=1):
        progress = number * COMMANDS // (len(HIT) + 1)
        eventually(lambda progress=progress: len(writers.taken) >= progress, timeout=180)  # type: ignore[misc]
        with platform.without(*names):
            pass
    writers.wait()

    eventually(lambda: len(wanted & told(school).keys()) == COMMANDS, every=1)
    twice = [note for note, times in told(school).items() if note in wanted and times > 1]
    assert not twice, f"{len(twice)} came twice"


def told(school: School) -> Counter[str]:
    """How often each home note stands in the teacher's feed."""
    return Counter(item["about_id"] for item in school.teacher.all("/v1/feed") if item["about_type"] == "home_note")
