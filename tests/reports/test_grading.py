"""Marks become percentages, totals and grades."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reports.gradebook import grading

outs = st.decimals("0.01", "10000", places=2)
shares = st.fractions(0, 1)


@st.composite
def marks(draw: st.DrawFn) -> tuple[Decimal, Decimal]:
    out_of = draw(outs)
    return draw(st.decimals(0, out_of, places=2)), out_of


@pytest.mark.parametrize(
    ("score", "out_of", "percent", "letter"),
    [
        ("79.95", "100", "80.0", "A+"),
        ("79.94", "100", "79.9", "A"),
        ("0", "20", "0.0", "F"),
        ("33", "100", "33.0", "E"),
        ("32.94", "100", "32.9", "F"),
        ("1", "3", "33.3", "E"),
        ("17.5", "17.5", "100.0", "A+"),
    ],
)
def test_a_mark_has_a_percentage_and_a_grade(score: str, out_of: str, percent: str, letter: str) -> None:
    percentage = grading.percent(Decimal(score), Decimal(out_of))
    assert (str(percentage), grading.grade(percentage).letter) == (percent, letter)


@given(marks())
def test_a_percentage_lies_between_0_and_100_and_has_a_grade(mark: tuple[Decimal, Decimal]) -> None:
    percentage = grading.percent(*mark)
    assert 0 <= percentage <= 100
    assert grading.grade(percentage) in grading.SCHEME


@given(marks(), marks())
def test_who_has_more_of_the_same_never_gets_a_lower_grade(
    one: tuple[Decimal, Decimal], other: tuple[Decimal, Decimal]
) -> None:
    less, more = sorted([one[0] / one[1], other[0] / other[1]])
    ranks = [band.letter for band in grading.SCHEME]
    worse, better = (ranks.index(grading.grade(grading.percent(part, Decimal(1))).letter) for part in (less, more))
    assert better <= worse


@given(st.lists(marks(), min_size=1, max_size=20))
def test_a_total_is_the_exact_sum_and_lies_between_the_worst_and_the_best(sheet: list[tuple[Decimal, Decimal]]) -> None:
    score, out_of = grading.total(sheet)
    assert (score, out_of) == (sum(s for s, _ in sheet), sum(o for _, o in sheet))
    parts = [s / o for s, o in sheet]
    slack = Decimal("1e-20")
    assert min(parts) - slack <= score / out_of <= max(parts) + slack


@given(st.decimals(0, 10_000, places=2))
def test_a_number_is_shown_short_and_without_loss(number: Decimal) -> None:
    text = grading.shown(number)
    assert Decimal(text) == number
    assert "E" not in text
    assert not ("." in text and text.endswith("0"))


def test_no_minus_before_zero() -> None:
    assert grading.shown(Decimal("-0.00")) == "0"
