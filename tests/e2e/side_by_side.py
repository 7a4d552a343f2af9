"""python -m tests.e2e.side_by_side [COMMIT]: services of an older commit beside this tree's, on one broker and one database.

Without one it is the commit of the last release.

All begin old. Then one service after another is this tree's: first its database is prepared while the old processes work, then
what serves is new beside the old relay and worker, then those too; the gateway last. In each of these states a chapter of one
story is played through the gateway. At the end every homework and every booking has been told once, nothing waits in an outbox
or a queue, and there is no dead letter.
"""

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from pymongo import MongoClient

from deploy.local import infrastructure as local
from deploy.local import plan
from schoolbus import outbox, topology
from schoolbus.broker import Publisher
from schoolbus.events import Event
from schoolbus.releases import last_commit
from tests.e2e.school import School
from tests.support.platform import Platform
from tests.support.processes import ROOT, Process, stop_all
from tests.support.waiting import eventually

FOLDER = ROOT / ".run" / "side-by-side"


@dataclass
class Story:
    """What was done so far, and must have come to its families in the end."""

    school: School
    homework: list[str] = field(default_factory=list)
    bookings: list[str] = field(default_factory=list)
    holidays: list[str] = field(default_factory=list)

    def chapter(self, title: str) -> None:
        school, number, began = self.school, len(self.homework), time.monotonic()
        self.homework.append(school.set_homework(f"Chapter {number}"))
        on = (date.today() + timedelta(days=10 + number)).isoformat()
        holiday = {"title": f"Holiday {number}", "starts_on": on, "ends_on": on}
        self.holidays.append(school.head.post(f"{school.branch}/holidays", holiday)["holiday_id"])
        self.bookings.append(self._books(number))
        eventually(lambda: self._all_told(), timeout=120)
        eventually(lambda: self._all_closed(), timeout=120)
        say(f"{title}: told, booked and kept in {time.monotonic() - began:.1f} s")

    def _books(self, number: int) -> str:
        school, guardian = self.school, self.school.guardian("urdu_sms")
        day = {
            "title": f"Day {number}",
            "held_on": (date.today() + timedelta(days=40 + number)).isoformat(),
            "starts": "16:00",
            "ends": "17:00",
            "slot_minutes": 10,
            "teachers": [{"teacher_id": school.teacher.person_id, "place": "Room 4"}],
        }
        opened = school.head.post(f"{school.branch}/meeting-days", day)["meeting_day_id"]
        free = guardian.get(f"{school.branch}/meeting-days/{opened}/slots", params={"free": "true"})["items"]
        path = f"{school.branch}/slots/{free[0]['slot_id']}/booking"
        return str(guardian.post(path, {"student_id": school.child("urdu_sms")})["booking_id"])

    def _all_told(self) -> bool:
        for kind, ids in (("homework", self.homework), ("booking", self.bookings)):
            for id in ids:
                row = self.school.told_to(id, "urdu_sms", about_type=kind)
                assert row, f"{kind} {id} is not told"
                assert row["state"] in ("sent", "delivered"), f"{kind} {id}: {row['state']}"
        return True

    def _all_closed(self) -> bool:
        """Meetings knows every holiday of roster's."""
        closed = {each["holiday_id"] for each in self.school.head.get(f"{self.school.branch}/holidays")["items"]}
        assert closed >= set(self.holidays), "roster has lost a holiday"
        with MongoClient[Any](self.school.platform.infrastructure.mongodb_uri) as client:
            for service in ("meetings", "reports", "notifications"):
                calendars = client[self.school.platform.database(service)]["calendars"].find()
                known = {each["holiday_id"] for calendar in calendars for each in calendar["holidays"]}
                assert known >= set(self.holidays), f"{service} does not know of a holiday"
        return True


class Releases:
    """A platform whose processes are those of the one tree or the other."""

    def __init__(self, platform: Platform, old: Path) -> None:
        self.platform = platform
        for process in platform.processes.values():
            process.root = old

    def renew(self, name: str) -> Iterator[str]:
        """A service, group by group; each time one is this tree's, its name."""
        self._prepare(name)
        serving = plan.serving(name)
        for number, process in enumerate(serving):
            self._swap([self.platform.processes[process]])
            if number + 1 < len(serving):
                yield f"one of {name}'s processes is new"
        yield f"{name} serves anew, beside its older relay and worker"
        self._swap([self.platform.processes[f"{name}.{role}"] for role in ("relay", "worker")])
        yield f"{name} is new"

    def renew_gateway(self) -> str:
        self._swap([self.platform.processes["gateway"]])
        return "all is new"

    def _prepare(self, name: str) -> None:
        environment = {**self.platform.processes[f"{name}.relay"].environment, "PATH": os.environ["PATH"]}
        command = [sys.executable, "-W", "ignore", "-m", "schoolbus", "prepare", name]
        subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)

    def _swap(self, processes: list[Process]) -> None:
        stop_all(processes, patience=60)
        for process in processes:
            process.root = ROOT
            process.start()
        for process in processes:
            process.wait_ready()


def left_over(platform: Platform) -> dict[str, int]:
    """What is not where it belongs: in an outbox, in a queue, among the dead letters."""
    left: Counter[str] = Counter()
    with MongoClient[Any](platform.infrastructure.mongodb_uri) as client:
        for service in plan.SERVICES:
            database = client[platform.database(service)]
            for name in database.list_collection_names():
                left[f"outbox {service}.{name}"] += database[name].count_documents({outbox.PENDING: {"$exists": True}})
    with Publisher(platform.vhost) as publisher:
        queues = [topology.queue(event, reader) for event in Event.known.values() for reader in event.read_by]
        for queue in [*queues, *(topology.dead(reader) for reader in topology.readers())]:
            left[queue] += int(publisher.channel.queue_declare(queue, passive=True).message_count)
    return {name: count for name, count in left.items() if count}


def say(line: str) -> None:
    print(line, flush=True)


def checked_out(commit: str) -> tuple[str, Path]:
    """The older tree, as it was committed, in a folder of its own."""
    command = ["git", "rev-parse", "--short=12", "--verify", f"{commit}^{{commit}}"]
    sha = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    folder = FOLDER / sha
    if not folder.exists():
        folder.mkdir(parents=True)
        packed = subprocess.run(["git", "archive", sha], cwd=ROOT, capture_output=True, check=True).stdout
        subprocess.run(["tar", "-x", "-C", str(folder)], input=packed, check=True)
    return sha, folder


def main(commit: str) -> int:
    sha, old = checked_out(commit)
    started = local.start(FOLDER / "servers", hasty=True)
    logs = FOLDER / "logs"
    logs.mkdir(exist_ok=True)
    for log in logs.glob("*.log"):
        log.unlink()
    platform = Platform(started, logs)
    try:
        releases = Releases(platform, old)
        say(f"{sha} starts, and then this tree beside it; logs in {logs}")
        platform.start()
        story = Story(School.open(platform))
        story.chapter(f"all is {sha}")
        for service in plan.SERVICES:
            for state in releases.renew(service):
                story.chapter(state)
        story.chapter(releases.renew_gateway())
        eventually(lambda: not (left := left_over(platform)) or _waits(left), timeout=60)
        say(f"{len(story.homework)} homework, {len(story.bookings)} bookings, {len(story.holidays)} holidays: lost 0, twice 0")
        say("nothing waits in an outbox or a queue, no dead letter")
    finally:
        platform.stop()
        started.stop()
    return 0


def _waits(left: dict[str, int]) -> bool:
    raise AssertionError(f"left over: {left}")


if __name__ == "__main__":
    asked = sys.argv[1:] or [each for each in (last_commit(),) if each]
    if len(asked) != 1:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(main(asked[0]))
