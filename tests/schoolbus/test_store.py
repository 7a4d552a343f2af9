"""Documents, pages, projections and leases on the real database."""

import contextlib
import threading
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pymongo import MongoClient

from deploy.local.infrastructure import Infrastructure
from schoolbus.lease import Lease
from schoolbus.paging import Paging
from schoolbus.problems import AlreadyThere, Invalid, NotFound
from schoolbus.projection import Projection
from schoolbus.scope import WHOLE_CHAIN, branch
from schoolbus.store import TEXT, Busy, Database, Documents, Index, connect
from tests.support.waiting import eventually

OURS, THEIRS = branch("b1"), branch("b2")
FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Store(Database):
    things = Documents("things", [Index("branch_id place", unique=True, where={"place": {"$exists": True}})], tells=True)
    records = Projection("records", key="record_id")


@pytest.fixture(scope="module")
def store(infrastructure: Infrastructure) -> Iterator[Store]:
    name = f"test_store_{uuid4().hex[:8]}"
    with connect(infrastructure.mongodb_uri, "tests") as client:
        made = Store(client[name])
        made.ensure_indexes()
        yield made
    with MongoClient(infrastructure.mongodb_uri) as client:
        client.drop_database(name)


@pytest.fixture(autouse=True)
def _empty(store: Store) -> None:
    empty(store)


def empty(store: Store) -> None:
    for documents in store.documents:
        documents.collection.delete_many({})


def add(store: Store, id: str, **more: Any) -> None:
    store.things.add({"_id": id, "branch_id": "b1", **more})


@pytest.mark.parametrize("where", [{}, {"$or": [{}, {"branch_id": "b1"}]}, {"_id": "t"}, {"$nor": [{"branch_id": "b2"}]}])
def test_no_condition_leads_out_of_its_scope(store: Store, where: dict[str, Any]) -> None:
    add(store, "t")
    assert store.things.count(OURS, where) == 1
    assert store.things.find(THEIRS, where) == []
    assert store.things.page(THEIRS, where, page=Paging()).items == []
    assert store.things.change(THEIRS, "t", {"x": 1}, when=where) is None
    assert store.things.change_all(THEIRS, where, {"x": 1}) == 0
    with pytest.raises(NotFound):
        store.things.one(THEIRS, "t")
    with pytest.raises(ValueError, match="scope"):
        store.things.find(OURS, {"branch_id": "b2"})


def test_a_guard_is_not_loosened_by_the_id_in_it(store: Store) -> None:
    add(store, "t", state="free")
    assert store.things.change(OURS, "t", {"state": "taken"}, when={"_id": "other", "state": "taken"}) is None


values = st.one_of(st.none(), st.just(...), st.integers(-3, 3))  # ... stands for a field that isn't there


@FEW
@given(st.lists(values, max_size=12), st.integers(1, 4), st.sampled_from(["place_in_line", "-place_in_line", "_id", "-_id"]))
def test_pages_hold_each_document_once_in_order(store: Store, places: list[Any], limit: int, sort: str) -> None:
    empty(store)
    for number, place in enumerate(places):
        add(store, f"t{number:02}", **({} if place is ... else {"place_in_line": place}))
    seen, after = [], None
    for _ in range(len(places) + 1):
        page = store.things.page(OURS, {}, sort=sort, page=Paging(limit, after))
        seen += [thing["_id"] for thing in page.items]
        after = page.next
        if after is None:
            break
    whole = store.things.page(OURS, {}, sort=sort, page=Paging(500))
    assert seen == [thing["_id"] for thing in whole.items]
    assert sorted(seen) == [f"t{number:02}" for number in range(len(places))]


@pytest.mark.parametrize(
    "place",
    [
        '[{"$regularExpression": {"pattern": ".*", "options": ""}}, "t"]',
        '[{"$minKey": 1}, "t"]',
        '[{"$date": {"$numberLong": "99999999999999999"}}, "t"]',
        '[99999999999999999999999, "t"]',
        '["\\ud800", "t"]',
        '[1, "\\ud800"]',
        "[" * 50_000,
        "[1]",
        "7",
    ],
)
def test_a_place_that_nobody_gave_is_a_problem(store: Store, place: str) -> None:
    import base64

    with pytest.raises(Invalid):
        store.things.page(OURS, sort="name", page=Paging(5, base64.urlsafe_b64encode(place.encode()).decode()))


versions = st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 6)), min_size=1, max_size=12)


@FEW
@given(st.lists(versions, min_size=1, max_size=4))
def test_a_projection_ends_in_the_newest_whatever_the_order(store: Store, chunks: list[list[tuple[str, int]]]) -> None:
    empty(store)
    for chunk in chunks:
        items = [{"record_id": id, "version": version, "title": f"${id}{version}"} for id, version in chunk]
        store.records.project("b1", items)
    newest = {
        id: max(version for chunk in chunks for each, version in chunk if each == id) for chunk in chunks for id, _ in chunk
    }
    kept = {row["record_id"]: (row["version"], row["title"]) for row in store.records.find(OURS)}
    assert kept == {id: (version, f"${id}{version}") for id, version in newest.items()}


def test_a_transaction_is_whole_or_not_at_all_and_its_own_threads(store: Store) -> None:
    def elsewhere() -> None:
        assert store.things.count(OURS) == 0, "another thread sees what is not committed"
        seen.append(True)

    seen: list[bool] = []
    with contextlib.suppress(AlreadyThere), store.transaction():
        add(store, "a")
        with store.transaction():  # part of the outer one
            add(store, "b")
        assert store.things.count(OURS) == 2
        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
        add(store, "a")
    assert seen == [True]
    assert store.things.count(OURS) == 0


def test_transactions_that_meet_are_run_again(store: Store) -> None:
    add(store, "t", n=0)
    with store.transaction():
        store.things.change(OURS, "t", {"n": 1})
        fault: list[Exception] = []

        def meet() -> None:
            try:
                with store.transaction():
                    store.things.change(OURS, "t", {"n": 2})
            except Exception as error:
                fault.append(error)

        other = threading.Thread(target=meet)
        other.start()
        other.join()
    assert [type(each) for each in fault] == [Busy]
    assert store.things.one(OURS, "t")["n"] == 1


def test_a_piece_of_work_has_one_worker_until_its_lease_ends(store: Store) -> None:
    add(store, "w")
    first = store.things.claim({}, lease=0.2)
    assert (first and first["attempts"]) == 1
    assert store.things.claim({}, lease=0.2) is None
    assert eventually(lambda: store.things.claim({}, lease=60))["attempts"] == 2


def test_one_replica_leads_and_another_takes_over(store: Store) -> None:
    first, second = Lease(store.database, "relay", 0.3), Lease(store.database, "relay", 0.3)
    assert first.hold()
    assert first.hold()
    assert not second.hold()
    eventually(second.hold)
    assert not first.hold()
    second.release()
    assert first.hold()


def test_who_asks_for_a_lease_gets_it_from_its_holder(store: Store) -> None:
    holder, standby, asking, other = (Lease(store.database, "asked") for _ in range(4))
    assert holder.hold()
    assert not asking.ask(), "it is held"
    assert not holder.hold(), "and asked for"
    holder.release()
    assert not standby.hold()
    assert not holder.hold()
    assert asking.ask()
    assert asking.hold()
    assert not other.ask(), "one at a time"
    asking.release()
    assert holder.hold()


def test_who_asks_for_a_lease_and_falls_silent_is_forgotten(store: Store) -> None:
    holder, asking = Lease(store.database, "silent", 60), Lease(store.database, "silent", 0.05)
    assert holder.hold()
    assert not asking.ask()
    eventually(holder.hold)


def test_of_many_that_ask_at_once_one_leads(store: Store) -> None:
    leases = [Lease(store.database, "many") for _ in range(8)]
    leads: list[bool] = []
    threads = [threading.Thread(target=lambda lease=lease: leads.append(lease.hold())) for lease in leases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(leads) == 1


def test_nothing_of_the_outbox_is_shown(store: Store) -> None:
    add(store, "t", outbox=[], said=3)
    assert store.things.find(WHOLE_CHAIN) == [{"_id": "t", "branch_id": "b1"}]


def test_all_are_put_or_none(store: Store) -> None:
    store.things.add({"_id": "put-old", "branch_id": "b1", "n": 1})
    with store.transaction():
        store.things.put_all(
            [{"_id": "put-old", "branch_id": "b1", "n": 2}, {"_id": "put-new", "branch_id": "b1"}], ["put-old"]
        )
    assert store.things.one(OURS, "put-old")["n"] == 2
    with pytest.raises(AlreadyThere), store.transaction():
        store.things.put_all([{"_id": "put-third", "branch_id": "b1"}, {"_id": "put-new", "branch_id": "b1"}])
    assert store.things.first(OURS, {"_id": "put-third"}) is None


def test_whether_they_were_there_or_not_all_change_or_none(store: Store) -> None:
    store.things.add({"_id": "up-old", "branch_id": "b1", "n": 1})
    whose = [{"_id": id, "branch_id": "b1"} for id in ("up-old", "up-new")]
    with store.transaction():
        store.things.upsert_all([(where, {"$set": {"n": 2}}) for where in whose])
    assert [each["n"] for each in store.things.find(OURS, {"_id": {"$in": ["up-old", "up-new"]}})] == [2, 2]
    theirs = {"_id": "up-old", "branch_id": "b2"}  # taken: it is no document of theirs
    with pytest.raises(Busy), store.transaction():
        store.things.upsert_all([(whose[1], {"$set": {"n": 3}}), (theirs, {"$set": {"n": 3}})])
    assert store.things.one(OURS, "up-new")["n"] == 2


def test_an_index_of_an_earlier_release_is_made_anew(store: Store) -> None:
    """With other options, under the same keys; and one over those who have a text serves whoever asks for a text."""
    things = Documents("things_with_phone", [Index("phone", where={"phone": {"$type": "string"}})]).bound(store.database)
    things.ensure_indexes()
    now = Documents("things_with_phone", [Index("phone", where={"phone": TEXT})]).bound(store.database)
    for _ in range(2):
        now.ensure_indexes()
    for where in ({"phone": "1"}, {"phone": {"$in": ["1", "2"]}}, {"$or": [{"_id": "1"}, {"phone": "1"}]}):
        assert "COLLSCAN" not in str(now.collection.find(where).explain()["queryPlanner"]["winningPlan"])
