"""What docs/capacity.md says of costs, sizes, queues and shard keys is what was measured and what the code has."""

import copy

import pytest

from bench import report
from deploy.capacity import chain, page, shards
from deploy.capacity.measured import Measured, about, lasting
from schoolbus.store import Documents, Index


def test_the_page_says_what_was_measured_and_what_the_code_has() -> None:
    text = page.PAGE.read_text()
    assert page.written(text, page.blocks()) == text, "python -m deploy.capacity writes it anew"


def test_other_figures_make_another_page() -> None:
    results = copy.deepcopy(dict(report.kept()))
    results["portal.family_per_s"] = {**results["portal.family_per_s"], "value": 80.0}
    results["cost.read_rush.gateway_ms"] = {**results["cost.read.gateway_ms"], "value": 0.25}
    blocks = page.blocks(Measured(results))
    assert "`portal.family_per_s` 80/s | 2 × 1,000 / 80 = 25 in all" in blocks["costs"]
    assert "| cores for pages: × 0.025 | 0.033 | 0.33 | 7.5 |" in blocks["chain"]
    assert "| a read, in a rush (`cost.read_rush`) | 0.25 |" in blocks["processes"]
    assert page.written(page.PAGE.read_text(), blocks) != page.PAGE.read_text()


def test_a_service_may_have_as_many_processes_as_the_busiest_minute_wants_with_a_zone_gone() -> None:
    cores = chain.pages_a_second(chain.BRANCHES[-1]) * Measured.kept()["cost.page.meetings_ms"] / 1000
    assert cores * chain.TWICE <= 12, "what docs/capacity.md sets, and overlays/prod has"


def test_a_block_has_its_place() -> None:
    with pytest.raises(KeyError, match="no place for costs"):
        page.written("<!-- begin: python -m deploy.capacity: shards -->\n<!-- end -->", {"shards": "a", "costs": "b"})


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.0638, "0.064"), (3.746, "3.7"), (48.29, "48.3"), (1326.8, "1,330"), (300_000, "300,000"), (1_200_000, "1.2 million")],
)
def test_a_number_is_said_as_people_read_it(value: float, said: str) -> None:
    assert about(value) == said


def test_a_time_is_said_in_what_it_is_counted_in() -> None:
    assert [lasting(seconds) for seconds in (0.2, 21.2, 212, 4800)] == ["1 s", "21 s", "3.5 min", "80 min"]


def test_each_collection_has_one_row() -> None:
    wanted = [(service, each.name) for service in shards.SERVICES for each in shards.collections(service)]
    assert sorted(shards.named(page.PAGE.read_text())) == sorted(wanted)


def test_what_stays_whole_has_its_reason_and_nothing_else_has_one() -> None:
    assert sorted(shards.REASONS) == sorted(shards.whole()), "deploy/capacity/shards.py says why a collection stays whole"


def test_a_collection_does_not_stay_whole_without_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(shards.REASONS, ("meetings", "stints"))
    with pytest.raises(KeyError, match="stints"):
        page.blocks()


@pytest.mark.parametrize(
    ("indexes", "key"),
    [
        (["branch_id at _id", "person_id"], "`branch_id`, `_id`"),
        (["person_id"], "`_id`, hashed"),
        ([], "`_id`, hashed"),
        ([Index("branch_id title", unique=True)], "`branch_id`"),
        ([Index("code", unique=True), "branch_id at"], "`code`"),
        ([Index("code", unique=True), Index("branch_id title", unique=True)], "none: stays whole"),
    ],
)
def test_a_shard_key_begins_every_unique_index(indexes: list[str | Index], key: str) -> None:
    assert shards.shard_key(Documents("things", indexes)) == key
