"""Rooms: nobody is in one in which another is, whatever races."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from schoolbus.problems import Conflict
from schoolbus.scope import branch
from schoolbus.store import run_again_while_busy
from services.meetings import rooms
from services.meetings.store import Store
from services.meetings.timetable import Period

NINE = datetime(2026, 12, 1, 4, tzinfo=UTC)


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


def test_a_room_is_somebody_s_for_steps_of_five_minutes(store: Store) -> None:
    until_36 = Period(NINE, NINE + timedelta(minutes=36))
    reserve(store, "a", ("Room 4", until_36))
    with pytest.raises(Conflict, match="Room 4 is taken then"):
        reserve(store, "b", ("Room 4", Period(until_36.ends_at, until_36.ends_at + timedelta(minutes=10))))
    reserve(store, "b", ("Room 4", Period(NINE + timedelta(minutes=40), NINE + timedelta(minutes=50))))


def rearrange(store: Store, used_by: str, *uses: tuple[str, Period]) -> None:
    with store.transaction():
        rooms.rearrange(store, "b1", used_by, used_by, uses)


def test_what_is_rearranged_leaves_no_room_behind(store: Store) -> None:
    reserve(store, "a", ("Room 4", hour(1)), ("Room 5", hour(1)))
    rearrange(store, "a", ("Room 4", hour(1)), ("Room 6", hour(1)))
    reserve(store, "b", ("Room 5", hour(1)))
    for room in ("Room 4", "Room 6"):
        with pytest.raises(Conflict, match="is taken then"):
            reserve(store, "c", (room, hour(1)))
    with pytest.raises(Conflict, match="Room 5 is taken then"):
        rearrange(store, "a", ("Room 5", hour(1)))
    with pytest.raises(Conflict, match="Room 7 is taken then"):
        rearrange(store, "a", ("Room 7", hour(1)), ("room 7", hour(1)))
    assert store.room_uses.count(branch("b1")) == 3, "what was refused has changed nothing"


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
