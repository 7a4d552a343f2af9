"""Rooms: nobody is in one in which another is, whatever races."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo.database import Database

from deploy.local.infrastructure import Infrastructure
from schoolbus.problems import Conflict
from schoolbus.scope import branch
from schoolbus.store import run_again_while_busy
from services.meetings import rooms
from services.meetings.store import Store
from services.meetings.timetable import Period
from tests.support.stores import fresh, own_database

NINE = datetime(2026, 12, 1, 4, tzinfo=UTC)


@pytest.fixture(scope="module")
def database(infrastructure: Infrastructure) -> Iterator[Database[Any]]:
    with own_database(infrastructure, Store) as made:
        yield made


@pytest.fixture
def store(database: Database[Any]) -> Store:
    return fresh(database, Store)


def hour(begins: int) -> Period:
    return Period(NINE + timedelta(hours=begins), NINE + timedelta(hours=begins + 1))


def reserve(store: Store, used_by: str, *uses: tuple[str, Period], branch_id: str = "b1") -> None:
    def reserved() -> None:
        with store.transaction():
            rooms.reserve(store, branch_id, used_by, used_by, uses)

    run_again_while_busy(reserved)


def test_a_room_is_free_before_and_after_and_in_another_branch(store: Store) -> None:
    reserve(store, "a", ("Room 4", hour(1)))
    reserve(store, "b", ("Room 4", hour(0)), ("room  4 ", hour(2)), ("Room 5", hour(1)))
    reserve(store, "c", ("Room 4", hour(1)), branch_id="b2")
    with pytest.raises(Conflict, match="ROOM 4 is taken then") as refused:
        reserve(store, "d", ("ROOM 4", hour(1)))
    assert "“a”" in refused.value.body["detail"]


def test_what_is_released_is_free_again(store: Store) -> None:
    reserve(store, "a", ("Room 4", hour(1)))
    rooms.release(store, "b1", "a")
    reserve(store, "b", ("Room 4", hour(1)))


def test_of_many_at_once_one_has_it(store: Store) -> None:
    def wins(name: str) -> bool:
        try:
            reserve(store, name, ("Hall", hour(1)), (f"Room {name}", hour(1)))
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(wins, map(str, range(16)))) == 1
    assert store.room_uses.count(branch("b1")) == 2, "and who lost has left nothing"
