"""Intervals hold what they are of, and small groups stay hidden."""

import itertools
import math
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from statistics import variance

import pytest
from hypothesis import assume, given
from hypothesis import strategies as some

from services.reports.engagement import statistics
from services.reports.engagement.statistics import Values, mean, share, student, wilson
from services.reports.engagement.suppression import LEAST, Cell, beside_total, pooled, safe


def values(numbers: Iterable[int]) -> Values:
    """Each of a family of its own."""
    return statistics.of_families([number] for number in numbers)


COUNTS = some.integers(0, 400_000).flatmap(lambda of: some.tuples(some.integers(0, of), some.just(of)))
PERCENTS = some.lists(some.integers(0, statistics.WHOLE), min_size=2, max_size=60)


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [  # R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3; here rounded outwards
        (81, 263, "25.5", "36.7"),
        (15, 148, "6.2", "16.1"),
        (0, 20, "0.0", "16.2"),
        (1, 29, "0.6", "17.2"),
    ],
)
def test_wilson_as_it_is_published(count: int, of: int, low: str, high: str) -> None:
    shown = share(count, of)
    assert (shown["low"], shown["high"]) == (low, high)


@given(COUNTS)
def test_an_interval_holds_its_share_and_stays_within_0_and_1(counts: tuple[int, int]) -> None:
    count, of = counts
    low, high = wilson(count, of)
    assert 0 <= low <= high <= 1
    if of:
        assert low <= count / of <= high
        shown = share(count, of)
        assert Decimal(shown["low"]) <= Decimal(shown["percent"]) <= Decimal(shown["high"])
        assert Decimal(shown["low"]) <= Decimal(repr(low * 100))
        assert Decimal(shown["high"]) >= Decimal(repr(high * 100))


@given(some.integers(1, 2_000), some.integers(2, 40))
def test_more_families_narrow_it(of: int, times: int) -> None:
    count = of // 2
    low, high = wilson(count, of)
    nearer, further = wilson(count * times, of * times)
    assert low <= nearer <= further <= high


def test_of_nobody_there_is_no_percentage() -> None:
    assert share(0, 0) == {"count": 0, "of": 0, "percent": None, "low": None, "high": None}
    assert mean(values([])) == {"n": 0, "mean": None, "low": None, "high": None}
    assert mean(values([5_000]))["low"] is None, "of one child there is no interval"


@pytest.mark.parametrize(("free", "point"), [(1, 12.706), (8, 2.306), (9, 2.262), (19, 2.093), (99, 1.984), (1_000_000, 1.960)])
def test_the_points_of_students_distribution(free: int, point: float) -> None:
    assert student(free) == pytest.approx(point, rel=3e-3)


@given(PERCENTS, PERCENTS)
def test_values_add_up_to_those_of_all(some_of: list[int], others: list[int]) -> None:
    together = statistics.added([values(some_of), values(others)])
    assert together == values([*some_of, *others])
    shown = mean(together)
    exact = Fraction(sum(some_of) + sum(others), len(some_of) + len(others)) / 100
    assert abs(Fraction(shown["mean"]) - exact) <= Fraction(1, 20)
    assert Decimal(shown["low"]) <= Decimal(shown["mean"]) <= Decimal(shown["high"])


@given(PERCENTS)
def test_of_one_child_in_each_family_it_is_the_usual_interval(numbers: list[int]) -> None:
    spread = student(len(numbers) - 1) * (variance([Fraction(each) for each in numbers]) / len(numbers)) ** 0.5 / 100
    shown, middle = mean(values(numbers)), sum(numbers) / len(numbers) / 100
    assert float(shown["low"]) == pytest.approx(max(middle - spread, 0), abs=0.1001)
    assert float(shown["high"]) == pytest.approx(min(middle + spread, 100), abs=0.1001)


@given(some.lists(some.lists(some.integers(0, statistics.WHOLE), max_size=4), min_size=2, max_size=30))
def test_families_are_taken_together(those: list[list[int]]) -> None:
    """By the definition: the squares of what each family is away from the mean of all children."""
    whole, families = statistics.of_families(those), [each for each in those if each]
    assume(len(families) > 1)
    assert statistics.added([statistics.of_families(those[:1]), statistics.of_families(those[1:])]) == whole
    middle = Fraction(whole.total, whole.n)
    away = sum((sum(each) - middle * len(each)) ** 2 for each in families)
    spread = student(len(families) - 1) * math.sqrt(away * len(families) / (len(families) - 1)) / whole.n / 100
    shown = statistics.difference(whole)
    assert float(shown["high"]) - float(shown["low"]) == pytest.approx(2 * spread, abs=0.2001)


def test_a_difference_has_its_sign() -> None:
    less = statistics.difference(values([-300] * 20))
    assert less == {"n": 20, "mean": "-3.0", "low": "-3.0", "high": "-3.0"}
    assert statistics.difference(Values(10, 0, 0))["mean"] == "0.0"


# Suppression

CELLS = some.lists(
    some.integers(0, 40).flatmap(lambda of: some.builds(Cell, some.integers(0, of), some.just(of))), min_size=1, max_size=8
)


@given(CELLS)
def test_what_is_too_small_is_hidden(cells: list[Cell]) -> None:
    hidden = beside_total(cells)
    assert all(place in hidden for place, cell in enumerate(cells) if 0 < cell.of < LEAST)
    assert not hidden or any(0 < cells[place].of < LEAST for place in hidden), "nothing is hidden without need"
    assert all(cells[place].of for place in hidden)


@given(CELLS)
def test_nothing_hidden_can_be_computed_from_what_is_shown(cells: list[Cell]) -> None:
    """For each hidden group there is another count that fits all that is shown, be it known how large each group is.

    Left out: a total of which nobody counts, or everybody (then each group is so, however it is cut), and one that is itself
    too small to be shown.
    """
    total = Cell(sum(cell.some for cell in cells), sum(cell.of for cell in cells))
    hidden = beside_total(cells)
    assume(hidden and total.of >= LEAST and 0 < total.some < total.of)
    assume(len([cell for cell in cells if cell.of]) > 1)
    together = sum(cells[place].some for place in hidden)
    for place in hidden:
        others = sum(cells[each].of for each in hidden if each != place)
        fits = [count for count in range(cells[place].of + 1) if 0 <= together - count <= others]
        assert len(fits) > 1, (cells, hidden, place)


@given(CELLS)
def test_a_total_of_groups_that_are_shown_one_by_one_gives_none_away(cells: list[Cell]) -> None:
    out = pooled(cells)
    small = {place for place, cell in enumerate(cells) if 0 < cell.of < LEAST}
    assert out in (set(), small)
    inside = [cells[place] for place in small - out]
    assert not inside or safe(inside)


def test_one_small_class_takes_the_next_smallest_with_it() -> None:
    assert beside_total([Cell(3, 5), Cell(20, 40), Cell(8, 12)]) == {0, 2}
    assert beside_total([Cell(20, 40), Cell(8, 12)]) == set()


def test_where_nobody_of_the_hidden_counts_another_is_hidden_too() -> None:
    assert beside_total([Cell(0, 5), Cell(0, 6), Cell(4, 30), Cell(9, 40)]) == {0, 1, 2}


def test_of_nobody_there_is_nothing_to_hide() -> None:
    assert beside_total([Cell(0, 0), Cell(8, 12)]) == set()


def test_brute_force_of_all_small_tables() -> None:
    for first, second, third in itertools.product((4, 9, 12), repeat=3):
        cells = [Cell(2, first), Cell(3, second), Cell(4, third)]
        hidden = beside_total(cells)
        assert len(hidden) != 1
        assert not hidden or sum(cells[place].of for place in hidden) >= LEAST
