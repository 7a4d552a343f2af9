"""What is due is done one after another, and nothing waits behind what can't be done."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from deploy.local.infrastructure import Infrastructure
from schoolbus import clock, due
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import Busy, Document
from services.meetings.store import Store
from tests.support.stores import own_database


@pytest.fixture(scope="module")
def store(infrastructure: Infrastructure) -> Iterator[Store]:
    with own_database(infrastructure, Store) as database:
        yield Store(database)


@pytest.mark.parametrize(
    ("field", "was", "later"),
    [("remind_at", clock.now() - timedelta(hours=1), clock.now()), ("remind_on", "2026-01-05", clock.today().isoformat())],
)
def test_one_that_cannot_be_done_is_put_off(store: Store, field: str, was: object, later: object) -> None:
    ids = [f"{field}{number}" for number in range(4)]
    for id in ids:
        store.activities.add({"_id": id, "branch_id": "b1", field: was})

    def do(activity: Document) -> bool:
        if activity["_id"] == ids[0]:
            raise KeyError("starts_at")
        return activity["_id"] != ids[1]

    found = store.activities.find(WHOLE_CHAIN, {field: {"$ne": None}})
    assert due.each(store.activities, found, field, do) == 2
    left = {each["_id"]: each[field] for each in store.activities.find(WHOLE_CHAIN, {field: {"$ne": None}})}
    assert left[ids[0]] > later
    assert len({left[id] for id in ids[1:]} | {left[ids[0]]}) == 2, "the others' is theirs to change"


def test_one_that_met_another_transaction_is_done_again(store: Store) -> None:
    tries: list[str] = []

    def do(activity: Document) -> bool:
        tries.append(activity["_id"])
        if len(tries) == 1:
            raise Busy
        return True

    assert due.each(store.activities, [{"_id": "a", "branch_id": "b1"}], None, do) == 1
    assert tries == ["a", "a"]
