"""A process starts on documents that it can read, and what it writes others can read; steps lead from layout to layout."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any, ClassVar
from uuid import uuid4

import pytest
from pymongo import MongoClient
from pymongo.database import Database as MongoDatabase

from deploy.local.infrastructure import Infrastructure
from schoolbus import layout, steps
from schoolbus.settings import CannotStart, NotPrepared
from schoolbus.steps import Step
from schoolbus.store import Database, Documents, Index


class First(Database):
    things = Documents("things")


class Second(First):
    """Begins anew: it can't read what the first wrote."""

    layout: ClassVar[int] = 2


LOWER = Step(
    "things",
    where={"$expr": {"$ne": [{"$toLower": "$name"}, {"$ifNull": ["$lower", None]}]}},
    pipeline=[{"$set": {"lower": {"$toLower": "$name"}}}],
)


class Expands(First):
    """Writes `lower` beside `name`, and looks by itself where it is missing: code of the first layout goes on beside it."""

    layout: ClassVar[int] = 2
    reads: ClassVar[int | None] = 1
    readable_by: ClassVar[int | None] = 1
    steps = {2: [LOWER]}


class Contracts(Expands):
    """Takes `lower` for granted."""

    reads: ClassVar[int | None] = 2
    readable_by: ClassVar[int | None] = 2
    things = Documents("things", [Index("lower")])


@pytest.fixture
def database(infrastructure: Infrastructure) -> Iterator[MongoDatabase[Any]]:
    with MongoClient[Any](infrastructure.mongodb_uri) as client:
        made = client[f"test_layout_{uuid4().hex[:8]}"]
        yield made
        client.drop_database(made)


def prepare(kind: type[Database], database: MongoDatabase[Any], *, alone: bool = False) -> None:
    layout.prepare(kind(database), alone=alone)


def starts(kind: type[Database], database: MongoDatabase[Any]) -> None:
    layout.look(kind(database))


def write(database: MongoDatabase[Any], id: int, **document: Any) -> None:
    database.things.insert_one({"_id": f"{id:05}", "branch_id": "b1", **document})


def wanting(database: MongoDatabase[Any]) -> int:
    return database.things.count_documents(LOWER.where)


def test_an_empty_database_is_this_releases(database: MongoDatabase[Any]) -> None:
    prepare(Second, database)
    prepare(Second, database)
    starts(Second, database)
    with pytest.raises(CannotStart, match="a later release has written it"):
        prepare(First, database)


def test_processes_that_begin_at_once_agree(database: MongoDatabase[Any]) -> None:
    start = Barrier(8)

    def begin(_: int) -> None:
        start.wait(60)
        prepare(Second, database)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(begin, range(8)))
    assert [kept["number"] for kept in database.layout.find()] == [Second.layout]


def test_what_was_kept_before_layouts_were_counted_is_of_the_first(database: MongoDatabase[Any]) -> None:
    write(database, 1, name="One")
    with pytest.raises(CannotStart, match="run the release that wrote it, or begin anew"):
        prepare(Second, database)
    prepare(First, database)
    with pytest.raises(CannotStart):
        prepare(Second, database)
    assert database["things"].count_documents({}) == 1, "nothing is lost"


def test_without_the_job_a_process_waits_and_makes_nothing(database: MongoDatabase[Any]) -> None:
    with pytest.raises(NotPrepared, match="is not yet begun"):
        starts(First, database)
    assert database.list_collection_names() == []
    prepare(Expands, database)
    with pytest.raises(NotPrepared, match="lacks indexes of this release"):
        starts(Contracts, database)


def test_expand_then_contract(database: MongoDatabase[Any]) -> None:
    """Three releases, each beside the one before; whoever was left out doesn't come back."""
    for id in range(3):
        write(database, id, name="One")
    prepare(First, database)
    prepare(Expands, database)
    assert wanting(database) == 0
    starts(First, database)  # the rollout is not yet through, or is taken back
    starts(Expands, database)
    write(database, 3, name="Late")  # by code of the first layout, behind the step's back
    with pytest.raises(NotPrepared, match="has layouts from 1 to 2, and this release wants 2"):
        starts(Contracts, database)
    prepare(Contracts, database)
    assert wanting(database) == 0, "what came behind the step's back is of the new layout before anybody takes that for granted"
    starts(Contracts, database)
    starts(Expands, database)
    with pytest.raises(CannotStart, match="a later release has written it"):
        starts(First, database)


def test_a_release_is_not_left_out_while_older_code_may_be_at_work(database: MongoDatabase[Any]) -> None:
    write(database, 1, name="One")
    prepare(First, database)
    with pytest.raises(CannotStart, match="roll out the release that reads both first; or end all processes"):
        prepare(Contracts, database)
    assert wanting(database) == 1, "nothing is changed"
    prepare(Contracts, database, alone=True)
    starts(Contracts, database)
    assert wanting(database) == 0


def test_a_newer_layout_that_older_code_can_not_read_shuts_it_out_before_the_first_step(
    database: MongoDatabase[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Closed(Expands):
        readable_by: ClassVar[int | None] = 2

    def not_yet(*_: Any) -> int:
        with pytest.raises(CannotStart):
            starts(First, database)
        return 0

    prepare(First, database)
    monkeypatch.setattr(steps, "take", not_yet)
    prepare(Closed, database)


def test_interrupted_it_is_run_again_and_several_at_once_wait_for_each_other(
    database: MongoDatabase[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for id in range(30):
        write(database, id, name="One")
    prepare(First, database)
    monkeypatch.setattr(steps, "CHUNK", 10)
    keep, kept = steps.Lease.keep, []

    def interrupted(lease: steps.Lease) -> None:
        kept.append(lease)
        if len(kept) == 3:
            raise ConnectionError("as a process that is killed")
        keep(lease)

    monkeypatch.setattr(steps.Lease, "keep", interrupted)
    with pytest.raises(ConnectionError):
        prepare(Expands, database)
    assert wanting(database) == 10
    starts(First, database)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: prepare(Expands, database), range(4)))
    assert wanting(database) == 0
    assert len(kept) == 4, "what was done is not done again"


def test_a_step_that_does_not_do_what_it_says_is_named(database: MongoDatabase[Any]) -> None:
    class Wrong(Contracts):
        steps = {2: [Step("things", where=LOWER.where, pipeline=[{"$set": {"upper": {"$toUpper": "$name"}}}])]}

    write(database, 1, name="One")
    prepare(First, database)
    with pytest.raises(CannotStart, match=r"after the step to layout 2 the document 00001 of test_layout_\w+\.things is still"):
        prepare(Wrong, database, alone=True)
    with pytest.raises(NotPrepared):
        starts(Wrong, database)
