"""What many threads add at once, on the real database: each is there, or is refused, as if it had been added alone."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deploy.local.infrastructure import Infrastructure
from schoolbus.gathered import GatheredAdds, GatheredReads
from schoolbus.problems import AlreadyThere
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import Database, Documents, Index, connect


class Store(Database):
    seats = Documents("seats", [Index("branch_id place", unique=True)], what="Seat")


@pytest.fixture(scope="module")
def store(infrastructure: Infrastructure) -> Iterator[Store]:
    with connect(infrastructure.mongodb_uri, "tests") as client:
        name = f"test_gathered_{uuid4().hex[:8]}"
        made = Store(client[name])
        made.ensure_indexes()
        yield made
        client.drop_database(name)


@settings(max_examples=20)
@given(places=st.lists(st.integers(0, 5), min_size=1, max_size=24))
def test_of_those_who_want_the_same_one_has_it_and_each_other_is_told(store: Store, places: list[int]) -> None:
    branch_id, adds = uuid4().hex, GatheredAdds(store.seats)

    def sit(number: int) -> bool:
        try:
            adds.add({"_id": f"{branch_id}-{number}", "branch_id": branch_id, "place": places[number]})
        except AlreadyThere:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        seated = [number for number, sits in enumerate(pool.map(sit, range(len(places)))) if sits]
    kept = store.seats.find(WHOLE_CHAIN, {"branch_id": branch_id})
    assert {row["_id"] for row in kept} == {f"{branch_id}-{number}" for number in seated}
    assert sorted(row["place"] for row in kept) == sorted(set(places))


def test_within_a_transaction_it_is_part_of_that(store: Store) -> None:
    """By which two that want the same place are both undone."""
    adds, seat = GatheredAdds(store.seats), {"branch_id": "b1", "place": 1}

    def sit_twice() -> None:
        with store.transaction():
            adds.add({"_id": "first", **seat})
            adds.add({"_id": "second", **seat})

    with pytest.raises(AlreadyThere):
        sit_twice()
    assert store.seats.find(WHOLE_CHAIN, {"branch_id": "b1"}) == []


def test_those_who_ask_at_once_ask_together_and_each_has_its_own_copy(store: Store) -> None:
    branch_id = uuid4().hex
    ids = [f"{branch_id}-{place}" for place in range(5)]
    store.seats.add_new([{"_id": id, "branch_id": branch_id, "place": place} for place, id in enumerate(ids)])
    reads = GatheredReads(store.seats)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(reads.one, [*ids, *ids, "nowhere"]))
    assert [row and row["place"] for row in found] == [*range(5), *range(5), None]
    for row in found[:5]:
        assert row is not None
        row["place"] = "mine"
    assert [row and row["place"] for row in found[5:10]] == [*range(5)]


def test_who_asks_after_a_change_sees_it(store: Store) -> None:
    id, reads = uuid4().hex, GatheredReads(store.seats)
    with ThreadPoolExecutor(4) as pool:
        for place in range(50):
            store.seats.collection.replace_one({"_id": id}, {"branch_id": id, "place": place}, upsert=True)
            assert {row["place"] for row in pool.map(reads.one, [id] * 4) if row} == {place}
