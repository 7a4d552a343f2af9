"""The restore, rehearsed: a backup under writes, which go on; then all of it in other databases and an empty vhost."""

import threading
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from schoolbus import topology
from schoolbus.backup import commands
from schoolbus.broker import Outgoing, Publisher
from schoolbus.contracts.reports import HomeworkSet
from schoolbus.dead import main as dead
from services.roster.kinds import KINDS
from tests.e2e.school import School
from tests.support.platform import Platform
from tests.support.processes import Process
from tests.support.waiting import eventually

STARTED = ("roster", "reports", "notifications")
PAUSE = 0.4  # seconds between commands: what is said in the quiet time is all to be handled after the restore


class Writers:
    """The office adds people and a teacher sets homework until `stop`; ids of what was acknowledged."""

    def __init__(self, school: School) -> None:
        self.school = school
        self.people: list[str] = []
        self.homework: list[str] = []
        self.sent = 0
        self._end = threading.Event()
        self._threads = [threading.Thread(target=self._run, args=(act,)) for act in (self._add_person, self._set_homework)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._end.set()
        for thread in self._threads:
            thread.join()

    def _run(self, act: Any) -> None:
        for number in count(1):
            if self._end.wait(PAUSE):
                return
            act(number)

    def _add_person(self, number: int) -> None:
        draft = {"given_name": f"Newcomer {number}", "roles": ["guardian"]}
        added = self.school.head.post(f"{self.school.branch}/people", {"people": [draft]})
        self.people.append(added["people"][0]["person_id"])

    def _set_homework(self, number: int) -> None:
        self.homework.append(self.school.set_homework(f"Backup {number}"))


def environment(platform: Platform) -> dict[str, str]:
    return {
        "AMQP_URI": platform.vhost,
        "MONGODB_URI": platform.infrastructure.mongodb_uri,
        "MANAGEMENT_URI": str(platform.infrastructure.broker.management),
        "DATABASE_PREFIX": f"{platform.prefix}_",
    }


def run(platform: Platform, command: Any, *words: str) -> int:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment(platform).items():
            patch.setenv(name, value)
        return int(command(list(words)))


@pytest.fixture
def elsewhere(platform: Platform, tmp_path: Path) -> Iterator[Platform]:
    """Another installation, of which nothing runs yet."""
    other = Platform(platform.infrastructure, tmp_path)
    yield other
    other.stop()


def start(platform: Platform) -> None:
    wanted: list[Process] = [platform.processes[name] for each in STARTED for name in (each, f"{each}.relay")]
    for process in wanted:
        process.start()
    for process in wanted:
        process.wait_ready()


def test_a_backup_under_writes_comes_back_whole(
    school: School, platform: Platform, elsewhere: Platform, tmp_path: Path, client: MongoClient[Any]
) -> None:
    queue = topology.queue(HomeworkSet, "notifications")
    with Publisher(platform.vhost) as publisher:
        publisher.publish([Outgoing("not-an-event", "", queue, "{}")])
        name = topology.dead("notifications")
        eventually(lambda: publisher.channel.queue_declare(name, passive=True).message_count == 1)
    writers = Writers(school)
    try:
        eventually(lambda: len(writers.people) > 3 and len(writers.homework) > 3)
        before = set(writers.people), set(writers.homework)
        assert run(platform, commands.backup, str(tmp_path / "backups"), "--keep", "7") == 0
        after = len(writers.people), len(writers.homework)
        eventually(lambda: len(writers.people) > after[0] and len(writers.homework) > after[1])
    finally:
        writers.stop()
        run(platform, lambda _: dead(["drop", "notifications", "not-an-event"], ""))
    relay = platform.processes["roster.relay"]
    assert time.time() - relay.metric("rabta_backup_completed_timestamp_seconds") < 600
    folder = next((tmp_path / "backups").iterdir())
    assert run(elsewhere, commands.bring_back, str(folder)) == 0

    people, homework = restored(client, elsewhere)
    assert before[0] <= people, "whom the office had been told are there"
    assert before[1] <= homework
    assert homework < set(writers.homework), "what came later is lost, and that is what a backup is"
    with Publisher(elsewhere.vhost) as publisher:
        assert publisher.channel.queue_declare(topology.dead("notifications"), passive=True).message_count == 1

    start(elsewhere)
    eventually(lambda: agree(client, elsewhere))
    told = client[elsewhere.database("notifications")]["messages"]
    eventually(lambda: homework <= set(told.distinct("about_id", {"about_type": "homework"})))
    # to as many people as the others: none is half told
    eventually(lambda: len({row["people"] for row in told.aggregate(told_of(homework))}) == 1)


@pytest.fixture
def client(platform: Platform) -> Iterator[MongoClient[Any]]:
    with MongoClient[Any](platform.infrastructure.mongodb_uri) as client:
        yield client


def restored(client: MongoClient[Any], platform: Platform) -> tuple[set[str], set[str]]:
    people = client[platform.database("roster")]["people"].distinct("_id", {"given_name": {"$regex": "^Newcomer"}})
    homework = client[platform.database("reports")]["homework"].distinct("_id", {"title": {"$regex": "^Backup"}})
    return set(people), set(homework)


def told_of(homework: set[str]) -> list[Any]:
    """How many people have a message about each."""
    people = {"$group": {"_id": {"about": "$about_id", "person": "$person_id"}}}
    each = {"$group": {"_id": "$_id.about", "people": {"$sum": 1}}}
    return [{"$match": {"about_id": {"$in": sorted(homework)}}}, people, each]


def agree(client: MongoClient[Any], platform: Platform) -> bool:
    """Every record of roster is in the readers' copies at its version, in each branch that it is in."""
    for kind in ("people", "classes", "enrollments", "relations"):
        wanted = {
            f"{branch_id}:{record['_id']}": record["version"]
            for record in client[platform.database("roster")][kind].find()
            for branch_id in (record["branch_id"] if isinstance(record["branch_id"], list) else [record["branch_id"]])
        }
        for reader in ("reports", "notifications"):
            rows = client[platform.database(reader)][KINDS[kind].name].find({}, {"version": True})
            kept = {row["_id"]: row["version"] for row in rows}
            missing = {id for id, version in wanted.items() if kept.get(id, 0) < version}
            assert not missing, f"{reader} lacks {len(missing)} {kind}, such as {min(missing)}"
    return True
