"""The chain's view among the metrics: sums over branches, never a branch."""

from collections.abc import Iterator

import pytest

from deploy.local.infrastructure import Infrastructure
from services.reports import metrics
from services.reports.engagement import months
from services.reports.engagement.measures import MEASURES
from services.reports.store import Store
from tests.support.stores import own_database


@pytest.fixture
def store(infrastructure: Infrastructure) -> Iterator[Store]:
    with own_database(infrastructure, Store) as database:
        yield Store(database)


def shown(store: Store) -> dict[tuple[str, str], float]:
    """By metric and label."""
    families = (family for gauge in metrics.gauges(store) for family in gauge.collect())
    return {(sample.name, *sample.labels.values()): sample.value for family in families for sample in family.samples}


def counted(store: Store, branch_id: str, month: str, **shares: list[int]) -> None:
    row = {"month": month, "version": 1, "shares": {**{each.key: [0, 10] for each in MEASURES}, **shares}}
    store.branch_months.project(branch_id, [row])


def test_families_and_branches_of_this_month(store: Store) -> None:
    subscribing = [{"branch_id": f"b{n}", "version": 1, "active": True, "services": ["reports"]} for n in range(4)]
    for branch in subscribing:
        store.branches.project(branch["branch_id"], [branch])
    now = months.current()
    counted(store, "b0", now, delivered=[8, 9], met=[1, 4])
    counted(store, "b1", now, delivered=[3, 5])
    counted(store, "b2", months.shifted(now, -1), delivered=[99, 99])
    found = shown(store)
    assert found["rabta_chain_families", "delivered"] == 11
    assert found["rabta_chain_families_asked", "delivered"] == 14
    assert [found["rabta_chain_branches", that] for that in ("subscribe", "counted", "take_part")] == [4, 2, 1]


def test_before_anything_is_counted(store: Store) -> None:
    assert shown(store) == {("rabta_chain_branches", that): 0 for that in ("subscribe", "counted", "take_part")}
