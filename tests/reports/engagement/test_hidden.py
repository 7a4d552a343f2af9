"""What is hidden stays hidden beside everything else that the same caller may be shown."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as some

from services.reports.engagement import measures, tables
from services.reports.engagement.measures import SUMS
from tests.reports.engagement.rows import child, family

Rows = list[dict[str, Any]]


def told(count: int, **more: Any) -> Rows:
    return [family(f"f{n}", child(f"f{n}"), **more) for n in range(count)]


# Sums of a branch and of the chain


def test_a_sum_goes_with_the_measure_that_it_is_of() -> None:
    rows = [*told(3, invited=1, met=1), *told(37)]
    tally = measures.tally(rows)
    shown = tables.shown(tally, tables.alone(tally), sums=True)
    assert next(each for each in shown["measures"] if each["measure"] == "met")["suppressed"]
    assert shown["sums"]["invited"] is shown["sums"]["met"] is None
    assert (shown["sums"]["told"], shown["sums"]["pta"]) == (40, 0)


def test_a_sum_of_few_families_is_theirs() -> None:
    tally = measures.tally([*told(2, answered=7), *told(38)])
    shown = tables.shown(tally, tables.alone(tally), sums=True)
    assert next(each for each in shown["measures"] if each["measure"] == "answered")["count"] == 2
    assert shown["sums"]["answered"] is None


NEEDS = {"delivered": "told", "read": "told", "signed": "homework_set", "acknowledged": "cards"}
COUNTS = some.fixed_dictionaries({name: some.integers(0, 2) for name in SUMS}).map(
    lambda of: {name: min(count, of[NEEDS[name]]) if name in NEEDS else count for name, count in of.items()}
)
BRANCH = some.tuples(some.integers(0, 30), some.lists(COUNTS, min_size=1, max_size=4))


def branch_of(size: int, kinds: list[dict[str, int]]) -> Rows:
    """Families of a few kinds; a family's child has what is counted of children."""
    rows = []
    for n in range(size):
        of = kinds[n % len(kinds)]
        whose = child(f"f{n}", **{name: of[name] for name in measures.OF_CHILDREN})
        rows.append(family(f"f{n}", whose, **of))
    return rows


@given(some.lists(BRANCH, min_size=1, max_size=5))
def test_no_sum_of_few_families_follows_from_branches_and_chain(those: list[tuple[int, list[dict[str, int]]]]) -> None:
    """Each sum that is shown, of a branch or as what is left of the chain's, is of nobody or of ten families or more."""
    branches = [branch_of(*each) for each in those]
    tallies = [measures.tally(rows) for rows in branches]
    shown = [tables.shown(tally, tables.alone(tally), sums=True)["sums"] for tally in tallies]
    made, _ = tables.total(tallies)
    whole = tables.shown(made, tables.alone(made), sums=True)["sums"]
    for name in SUMS:
        open_ones = [place for place, sums in enumerate(shown) if sums is not None and sums[name] is not None]
        for place in open_ones:
            assert sum(row[name] > 0 for row in branches[place]) not in range(1, 10) or name in ("invited", "booked")
        if whole is not None and whole[name] is not None:
            assert whole[name] == sum(shown[place][name] for place in open_ones), "nothing is left to those who are hidden"
