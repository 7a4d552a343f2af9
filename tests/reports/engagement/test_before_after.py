"""Which months are compared, and what the same families come to in them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from schoolbus.problems import Invalid
from services.reports.engagement import months
from services.reports.engagement.before_after import compared, paired, spans
from tests.reports.engagement.rows import child, family


def test_months_around_a_date() -> None:
    counted = months.between("2025-01", "2026-11")
    assert spans(date(2026, 10, 1), 2, counted) == (["2026-08", "2026-09"], ["2026-10", "2026-11"])
    assert spans(date(2026, 1, 15), 2, counted) == (["2025-11", "2025-12"], ["2026-02", "2026-03"])


@given(
    some.integers(0, 900).map(lambda days: date(2025, 1, 1) + timedelta(days)),
    some.integers(2, 12),
    some.sets(some.sampled_from(months.between("2025-01", "2027-06"))),
)
def test_as_many_months_on_both_sides_and_none_that_is_not_counted(on: date, most: int, counted: set[str]) -> None:
    try:
        before, after = spans(on, most, counted)
    except Invalid:
        return
    assert len(before) == len(after) in range(2, most + 1)
    assert {*before, *after} <= counted
    assert before == months.between(before[0], before[-1])
    assert after == months.between(after[0], after[-1])
    assert before[-1] < on.isoformat()[:7] <= after[0]
    assert on.day == 1 or after[0] > on.isoformat()[:7], "a month that is before and after is neither"


@pytest.mark.parametrize("on", [date(2026, 11, 1), date(2026, 10, 2), date(2026, 12, 1), date(2025, 2, 1)])
def test_a_month_that_is_not_there_is_no_half(on: date) -> None:
    with pytest.raises(Invalid):
        spans(on, 2, months.between("2025-01", "2026-11"))


def test_the_same_families_before_and_after() -> None:
    before = [family(f"f{n}", child(f"f{n}", days=10, there=5), read=int(n < 4)) for n in range(20)]
    after = [family(f"f{n}", child(f"f{n}", days=10, there=6), read=int(n < 8)) for n in range(2, 30)]
    made = compared(before, after)
    assert made["families"] == 18
    read = next(each for each in made["measures"] if each["measure"] == "read")
    assert (read["both"], read["before_only"], read["after_only"], read["neither"]) == (2, 0, 4, 12)
    assert (read["before"]["count"], read["after"]["count"], read["after"]["of"]) == (2, 6, 18)
    attended = next(each for each in made["means"] if each["measure"] == "attendance")
    assert attended["difference"] == {"n": 18, "mean": "10.0", "low": "10.0", "high": "10.0"}
    assert compared(before[:10], after)["suppressed"], "eight families are too few"


def test_a_family_is_the_same_when_another_child_has_come() -> None:
    before = [family("m", child("m"))]
    after = [family("a", child("a"), child("m"))]
    assert len(paired(before, after)) == 1
