"""A process starts on documents of its own layout alone."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any, ClassVar
from uuid import uuid4

import pytest
from pymongo import MongoClient
from pymongo.database import Database as MongoDatabase

from deploy.local.infrastructure import Infrastructure
from schoolbus import layout
from schoolbus.settings import CannotStart
from schoolbus.store import Database, Documents


class First(Database):
    things = Documents("things")


class Second(First):
    layout: ClassVar[int] = 2


@pytest.fixture
def database(infrastructure: Infrastructure) -> Iterator[MongoDatabase[Any]]:
    with MongoClient[Any](infrastructure.mongodb_uri) as client:
        made = client[f"test_layout_{uuid4().hex[:8]}"]
        yield made
        client.drop_database(made)


def opens(kind: type[Database], database: MongoDatabase[Any]) -> None:
    store = kind(database)
    layout.prepare(store)


def test_an_empty_database_is_this_releases(database: MongoDatabase[Any]) -> None:
    opens(Second, database)
    opens(Second, database)
    with pytest.raises(CannotStart, match="a later release has written it"):
        opens(First, database)


def test_processes_that_begin_at_once_agree(database: MongoDatabase[Any]) -> None:
    start = Barrier(8)

    def begin(_: int) -> None:
        start.wait(60)
        opens(Second, database)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(begin, range(8)))


def test_what_was_kept_before_layouts_were_counted_is_of_the_first(database: MongoDatabase[Any]) -> None:
    database["things"].insert_one({"_id": "1"})
    with pytest.raises(CannotStart, match="run the release that wrote it, or begin anew"):
        opens(Second, database)
    opens(First, database)
    with pytest.raises(CannotStart):
        opens(Second, database)
    assert database["things"].count_documents({}) == 1, "nothing is lost"
