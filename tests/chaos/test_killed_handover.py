"""Workers, the service, the broker and the database are killed while thousands are told: nobody is told twice, and of
everybody who
was not told a row says why. `make chaos` does so with 20,000 and prints the numbers.

The simulator of the carriers counts; it alone is left alive.
"""

import os
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from pymongo import MongoClient

from deploy.local.processes import free_port
from schoolbus.clock import today
from schoolbus.contracts.reports import HomeworkSet
from tests.notifications.conftest import ANY_HOUR, SECRETS
from tests.support import roster
from tests.support.mortal import Mortal
from tests.support.processes import Process
from tests.support.services import Service
from tests.support.waiting import eventually

RECIPIENTS = int(os.environ.get("RECIPIENTS", "500"))
CHUNK = 500
OTHERWISE = {7: "whatsapp", 8: "email"}  # of each ten; the others by SMS, whose carrier can be asked
TOLD = ("sent", "delivered", "read")


@pytest.fixture
def mortal(tmp_path: Path) -> Iterator[Mortal]:
    made = Mortal(tmp_path / "infrastructure")
    yield made
    made.stop()


class Send:
    def __init__(self, mortal: Mortal, folder: Path) -> None:
        smtp = free_port()
        ports = {"HTTP_PORT": str(free_port()), "SMTP_PORT": str(smtp)}
        service = Service("notifications", mortal.infrastructure, folder, {})
        settings = {**SECRETS, **ports, "PUBLIC_URL": service.url, "DELIVERY_DELAY": "0.2"}
        self.mortal, self.service = mortal, service
        self.carriers = Process("carriers", ["demo.carriers"], settings, folder)
        for process in service.processes.values():
            process.environment |= {
                **SECRETS,
                **ANY_HOUR,
                "PUBLIC_URL": service.url,
                "SMS_API_URL": self.carriers.url,
                "WHATSAPP_API_URL": self.carriers.url,
                "SMTP_URL": f"smtp://127.0.0.1:{smtp}",
                "MAIL_FROM": "school@example.pk",
                "SMS_PER_SECOND": "10000",
                "WHATSAPP_PER_SECOND": "10000",
                "MAIL_PER_SECOND": "10000",
                "BRANCH_PER_SECOND": "10000",
            }
        self.addresses = dict(map(self._address, range(RECIPIENTS)))

    def __enter__(self) -> "Send":
        self.carriers.start().wait_ready()
        self.service.start()
        return self

    def __exit__(self, *_: object) -> None:
        for process in (*self.service.processes.values(), self.carriers):
            if process.running():
                process.kill()

    def learn(self) -> None:
        numbers = range(RECIPIENTS)
        said = [roster.branch("b1"), roster.people("b1", roster.someone("t1", "teacher"))]
        for start in numbers[::CHUNK]:
            chunk = numbers[start : start + CHUNK]
            guardians = [roster.someone(f"g{number}", "guardian", **self._contact(number)) for number in chunk]
            said.append(roster.people("b1", *guardians))
            said.append(roster.people("b1", *(roster.someone(f"s{number}", "student") for number in chunk)))
            said.append(roster.related("b1", *((f"g{number}", f"s{number}") for number in chunk)))
        self.service.say(*said)
        eventually(lambda: self.rows("relations").count_documents({}) == RECIPIENTS, timeout=120)

    def tell(self) -> None:
        for start in range(0, RECIPIENTS, CHUNK):
            students = [f"s{number}" for number in range(start, min(start + CHUNK, RECIPIENTS))]
            self.service.say(
                HomeworkSet(
                    branch_id="b1",
                    subject=f"h{start}",
                    homework_id=f"h{start}",
                    class_id="c1",
                    class_title="Science 5",
                    title="The water cycle",
                    due_on=today(),
                    teacher_id="t1",
                    student_ids=students,
                )
            )

    def taken(self) -> int:
        return int(requests.get(f"{self.carriers.url}/api/messages", params={"limit": 0}, timeout=60).json()["total"])

    def rows(self, collection: str) -> Any:
        return MongoClient(self.mortal.infrastructure.mongodb_uri)[self.service.database][collection]

    def again(self, role: str) -> None:
        """Killed, and started by whoever looks after it."""
        self.service.processes[role].kill()
        self.service.processes[role].start()

    def alive(self) -> None:
        """Who ended because the database or the broker was away is started again."""
        for process in self.service.processes.values():
            if not process.running():
                process.start()

    def settled(self) -> bool:
        self.alive()
        waiting = {"state": "queued", "channel": {"$ne": "paper"}, "reason": {"$ne": "outcome_unknown"}}
        rows = self.rows("messages")
        return bool(rows.count_documents({}) == RECIPIENTS and rows.count_documents(waiting) == 0)

    def accepted(self) -> Counter[str]:
        """How many messages the simulator took for each address."""
        found: Counter[str] = Counter()
        since, page = 0, [{}]
        while page:
            answer = requests.get(f"{self.carriers.url}/api/messages", params={"since": since}, timeout=60).json()
            page, since = answer["messages"], answer["next"]
            found.update(message["phone"] for message in page)
        return found

    @staticmethod
    def _address(number: int) -> tuple[str, str]:
        return f"g{number}", f"g{number}@example.pk" if OTHERWISE.get(number % 10) == "email" else f"+92300{number:06}9"

    def _contact(self, number: int) -> dict[str, Any]:
        channel = OTHERWISE.get(number % 10, "sms")
        return {"channels": [channel], "phone": f"+92300{number:06}9", "email": f"g{number}@example.pk"}


def test_everybody_is_told_once_or_a_row_says_why_not(mortal: Mortal, tmp_path: Path) -> None:
    with Send(mortal, tmp_path) as send:
        send.learn()
        telling = threading.Thread(target=send.tell, daemon=True)
        telling.start()
        telling.join()
        blows = [
            lambda: send.again("worker"),
            mortal.kill_broker,
            lambda: send.again("serve"),
            mortal.kill_database,
            lambda: send.again("worker"),
            lambda: (send.service.processes["worker"].kill(), mortal.kill_database()),
            lambda: send.again("worker"),
        ]
        for number, blow in enumerate(blows, start=1):
            progress = number * RECIPIENTS // (len(blows) + 2)
            eventually(lambda progress=progress: (send.alive(), send.taken() >= progress)[1], timeout=300, every=0.1)  # type: ignore[misc]
            blow()
        eventually(send.settled, timeout=600, every=1)
        report(send)


def report(send: Send) -> None:
    accepted = send.accepted()
    rows = {row["person_id"]: row for row in send.rows("messages").find()}
    times = {person: accepted[address] for person, address in send.addresses.items()}
    duplicated = [person for person, count in times.items() if count > 1]
    untold = [person for person, count in times.items() if count == 0]
    lost = [person for person in untold if person not in rows or rows[person]["state"] in TOLD]
    unknown = [person for person, row in rows.items() if any(each["outcome"] == "unknown" for each in row["attempts"])]
    asked = sum(1 for row in rows.values() for attempt in row["attempts"] if attempt.get("asked_at"))
    why = Counter(f"{rows[person]['channel']}: {rows[person]['reason']}" for person in untold if person in rows)
    print(f"\n{len(send.addresses)} guardians, {sum(times.values())} messages accepted")
    print(f"lost {len(lost)}, duplicated {len(duplicated)}, unknown {len(unknown)} of whose carriers none can be asked")
    print(f"asked about {asked} attempts; not told, and the row says why: {dict(why)}")
    assert lost == []
    assert duplicated == []
