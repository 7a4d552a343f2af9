"""A seed is a plan: the same faults in the same order, whatever they meet."""

from itertools import islice

from tests.chaos.nemesis import KINDS, Fault, faults

PROCESSES, LINKS = ["roster", "reports", "meetings.relay"], ["roster to the broker", "reports to the database"]


def first(seed: int, many: int) -> list[Fault]:
    return list(islice(faults(seed, PROCESSES, LINKS, list(KINDS), (1.0, 2.0)), many))


def test_the_same_seed_is_the_same_plan_and_another_one_is_another() -> None:
    assert first(7, 100) == first(7, 100)
    assert first(7, 100) != first(8, 100)


def test_every_kind_comes_before_any_comes_again() -> None:
    plan = first(7, 3 * len(KINDS))
    for start in range(0, len(plan), len(KINDS)):
        assert {fault.kind for fault in plan[start : start + len(KINDS)]} == set(KINDS)


def test_each_hits_what_its_kind_hits() -> None:
    hits = {"processes": PROCESSES, "links": LINKS, "": []}
    for fault in first(7, 200):
        assert set(fault.targets) <= set(hits[KINDS[fault.kind].hits])
        assert bool(fault.targets) == bool(KINDS[fault.kind].hits)
