"""Numbers about people: counted anew, told when they differ, each row with a version that only rises."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from pymongo import MongoClient

from deploy.local.infrastructure import Infrastructure
from schoolbus import counted
from schoolbus.contracts.meetings import ParticipationCounted
from schoolbus.outbox import Pending, pending
from schoolbus.privacy import erase_person
from schoolbus.roster import RosterCopy
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import connect
from tests.support import roster

DAY = 86400.0
NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)


class Store(RosterCopy):
    counts = counted.COUNTS
    told = counted.told_rows("told")


class Counter:
    """What stands in `stored`, of this month; `meanwhile` happens while it counts."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.stored: dict[str, int] = {}
        self.months: list[str] = []
        self.meanwhile: Any = lambda: None
        self.numbers = counted.Numbers(
            store.counts, store.told, ParticipationCounted, "participation_id", self._count, lambda item: {**item, "counts": {}}
        )

    def _count(self, branch_id: str, month: str, known: Any) -> dict[str, Any]:
        self.months.append(month)
        found = {id: {"person_id": id, "role": "guardian", "counts": {"met": met}} for id, met in self.stored.items()}
        meanwhile, self.meanwhile = self.meanwhile, lambda: None
        meanwhile()
        return found if month == "2026-11" else {}

    def due(self) -> int:
        if not self.store.counts.count(WHOLE_CHAIN):
            counted.count_due(self.store, self.numbers, DAY)  # who is new begins
        self.store.counts.change_all(WHOLE_CHAIN, {}, {"next_at": NOW - timedelta(days=400)})
        return counted.count_due(self.store, self.numbers, DAY)

    def said(self) -> list[dict[str, Any]]:
        """The items of all events that wait, the oldest first."""
        waiting: list[Pending] = pending(self.store.counts.collection, 100)
        return [item for each in waiting for item in ParticipationCounted.decode(each.body).data["items"]]

    def numbers_said(self) -> list[tuple[str, int, int | None]]:
        return [(item["person_id"], item["version"], item["counts"].get("met")) for item in self.said()]


@pytest.fixture(scope="module")
def made(infrastructure: Infrastructure) -> Iterator[Store]:
    name = f"test_counted_{uuid4().hex[:8]}"
    with connect(infrastructure.mongodb_uri, "tests") as client:
        store = Store(client[name])
        store.ensure_indexes()
        yield store
    with MongoClient(infrastructure.mongodb_uri) as client:
        for each in (name, f"{name}_audit"):
            client.drop_database(each)


@pytest.fixture
def counter(made: Store, monkeypatch: pytest.MonkeyPatch) -> Counter:
    for documents in made.documents:
        documents.collection.delete_many({})
    at(monkeypatch, NOW)
    made.keep_branch(roster.branch("b1", services=("schoolbus",)))
    made.keep(roster.people("b1", roster.someone("g1", "guardian"), roster.someone("g2", "guardian")))
    return Counter(made)


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(counted, "now", lambda: moment)
    monkeypatch.setattr(counted, "today", lambda: moment.date())


def test_only_what_differs_is_told_and_versions_rise(counter: Counter) -> None:
    counter.stored = {"g1": 1, "g2": 5}
    assert counter.due() == 1
    counter.due()
    assert counter.numbers_said() == [("g1", 1, 1), ("g2", 1, 5)], "a second time says nothing"
    counter.stored = {"g1": 2, "g2": 5}
    counter.due()
    counter.stored = {"g1": 2}
    counter.due()
    counter.due()
    assert counter.numbers_said()[2:] == [("g1", 2, 2), ("g2", 3, None)], "of whom nothing is left, that is told once"
    assert {item["participation_id"] for item in counter.said()} == {"g1:2026-11", "g2:2026-11"}


def test_each_event_has_up_to_500(counter: Counter) -> None:
    counter.stored = {f"g{number:04}": 1 for number in range(1001)}
    counter.due()
    waiting = pending(counter.store.counts.collection, 100)
    assert [len(ParticipationCounted.decode(each.body).data["items"]) for each in waiting] == [500, 500, 1]


def test_a_branch_is_counted_once_in_a_round_and_only_where_it_subscribes(counter: Counter) -> None:
    counter.store.keep_branch(roster.branch("b2", services=("reports",)))
    counter.due()
    assert counted.count_due(counter.store, counter.numbers, DAY) == 0
    assert [row["_id"] for row in counter.store.counts.find(WHOLE_CHAIN)] == ["b1"]
    gone = roster.branch("b1", services=())
    counter.store.branches.project("b1", [{**gone.data, "branch_id": "b1", "version": 9}])
    counter.stored = {"g1": 1}
    counter.due()
    assert counter.said() == []


def test_of_two_at_once_the_later_one_begins_again(counter: Counter) -> None:
    """It looked before the other told: what it has found may be old."""

    def another() -> None:
        counter.stored = {"g1": 2}
        counted.count(counter.store, counter.numbers, counter.store.counts.one(WHOLE_CHAIN, "b1"), DAY)
        counter.store.counts.change(WHOLE_CHAIN, "b1", to={"next_at": NOW - timedelta(days=1)})

    counter.stored = {"g1": 1}
    counter.store.counts.add_new([])
    counted.count_due(counter.store, counter.numbers, DAY)
    counter.meanwhile = another
    counter.due()
    assert counter.numbers_said() == [("g1", 1, 2)]


def test_whoever_died_at_it_is_followed_by_another(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    counter.stored = {"g1": 1}

    def dies() -> None:
        raise RuntimeError

    counter.meanwhile = dies
    counted.count_due(counter.store, counter.numbers, DAY)
    counter.store.counts.change_all(WHOLE_CHAIN, {}, {"next_at": NOW - timedelta(hours=1)})
    with pytest.raises(RuntimeError):
        counted.count_due(counter.store, counter.numbers, DAY)
    counter.store.counts.change_all(WHOLE_CHAIN, {}, {"leased_until": NOW - timedelta(seconds=1)})
    assert counted.count_due(counter.store, counter.numbers, DAY) == 1
    assert counter.numbers_said() == [("g1", 1, 1)]


def test_of_who_was_erased_nothing_is_told_not_even_by_a_count_that_was_under_way(counter: Counter) -> None:
    def erase() -> None:
        erase_person(counter.store, "g1", ["b1"])
        counted.forget(counter.store.told, counter.store.counts, "g1", ["b1"])

    counter.stored = {"g1": 1}
    counter.due()
    counter.stored, counter.meanwhile = {"g1": 2, "g2": 1}, erase
    counter.due()
    counter.due()
    assert counter.numbers_said() == [("g1", 1, 1), ("g2", 3, 1)]
    assert [row["person_id"] for row in counter.store.told.find(WHOLE_CHAIN)] == ["g2"]


@pytest.mark.parametrize(
    ("day", "months"),
    [
        (date(2026, 11, 26), ["2026-10", "2026-11", "2026-11"]),  # a branch begins with what it has of last month
        (date(2026, 12, 10), ["2026-10", "2026-11", "2026-12", "2026-11", "2026-12"]),
    ],
)
def test_last_month_is_counted_until_it_has_settled(
    counter: Counter, monkeypatch: pytest.MonkeyPatch, day: date, months: list[str]
) -> None:
    at(monkeypatch, NOW)
    counted.count_due(counter.store, counter.numbers, DAY)
    at(monkeypatch, datetime(day.year, day.month, day.day, 9, tzinfo=UTC))
    for _ in range(2):
        counter.store.counts.change_all(WHOLE_CHAIN, {}, {"next_at": NOW - timedelta(days=1)})
        counted.count_due(counter.store, counter.numbers, DAY)
    assert counter.months == months


def test_a_month_that_nobody_closed_is_counted_still(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    counter.due()
    at(monkeypatch, datetime(2027, 1, 20, 9, tzinfo=UTC))
    counter.months.clear()
    counter.due()
    counter.due()
    assert counter.months == ["2026-11", "2026-12", "2027-01", "2027-01"]


def test_rounds_begin_at_one_at_night() -> None:
    assert counted.next_round(NOW, DAY) == datetime(2026, 11, 26, 20, tzinfo=UTC)
    assert counted.next_round(datetime(2026, 11, 26, 20, tzinfo=UTC), DAY) == datetime(2026, 11, 27, 20, tzinfo=UTC)
    assert counted.next_round(NOW + timedelta(minutes=5), 3600) == NOW + timedelta(hours=1)


def test_the_month_before() -> None:
    assert (counted.month_before("2026-01"), counted.month_before("2026-12")) == ("2025-12", "2026-11")
