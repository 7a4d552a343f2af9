"""Whatever results a child has: weights, what is dropped, exempt and missing, rounding."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.reports.gradebook import grading
from services.reports.gradebook.arithmetic import Category, Outcome, adjusted, mean_and_median, of_category, of_subject
from services.reports.gradebook.grading import LEFT_OUT, ROUNDINGS, ZERO
from services.reports.gradebook.presets import PRESETS
from services.reports.gradebook.states import ADD, EXEMPT, FLOOR, FULLY_GRADED, HANDED_IN, NOT_SUBMITTED, SCALE, STATUSES

CATEGORIES = ("tests", "homework", "exam")
points = st.decimals("0.01", 1000, places=6)


@st.composite
def outcomes(draw: st.DrawFn, least: int = 0) -> list[Outcome]:
    made = []
    for number in range(draw(st.integers(least, 12))):
        out_of = draw(points)
        status = draw(st.sampled_from(STATUSES)) if draw(st.booleans()) else FULLY_GRADED
        score = draw(st.decimals(0, out_of, places=6)) if status == FULLY_GRADED else None
        made.append(Outcome(f"i{number}", draw(st.sampled_from(CATEGORIES)), status, score, out_of))
    return made


@st.composite
def categories(draw: st.DrawFn) -> dict[str, Category]:
    weights = st.decimals("0.01", 100, places=6)
    return {id: Category(id, draw(weights), draw(st.integers(0, 3))) for id in CATEGORIES}


missing = st.sampled_from([ZERO, LEFT_OUT])


def percent_of(given: list[Outcome], sorts: Mapping[str, Category], missing: str = ZERO) -> Fraction | None:
    return of_subject(given, sorts, missing)[0]


def test_an_example_by_hand() -> None:
    """docs/gradebook.md tells it."""
    sorts = {"tests": Category("tests", Decimal(30), 1), "exam": Category("exam", Decimal(70))}
    given = [
        Outcome("t1", "tests", FULLY_GRADED, Decimal("8"), Decimal(10)),
        Outcome("t2", "tests", FULLY_GRADED, Decimal("17.5"), Decimal(20)),
        Outcome("t3", "tests", NOT_SUBMITTED, None, Decimal(10)),
        Outcome("x", "exam", FULLY_GRADED, Decimal("51"), Decimal(75)),
    ]
    percent, parts = of_subject(given, sorts, ZERO)
    assert percent == Fraction(30 * Fraction(335, 4) + 70 * 68, 100) == Fraction("72.725")
    assert {part.category_id: (part.share, part.percent, part.dropped) for part in parts} == {
        "tests": (30, Fraction("83.75"), frozenset({"t3"})),
        "exam": (70, 68, frozenset()),
    }
    assert grading.rounded_percent(percent) == Decimal("72.7")


@given(outcomes(), categories(), missing)
def test_a_percentage_lies_between_its_worst_and_best_item(
    given: list[Outcome], sorts: dict[str, Category], missing: str
) -> None:
    percent, parts = of_subject(given, sorts, missing)
    counted = [each for part in parts for each in part.items.values()]
    assert (percent is None) == (not counted)
    if percent is not None:
        assert 0 <= min(counted) <= percent <= max(counted) <= 100
        assert sum(part.share for part in parts) == 100


@given(outcomes(), categories(), missing, st.randoms(use_true_random=False))
def test_the_order_is_nothing(given: list[Outcome], sorts: dict[str, Category], missing: str, random: object) -> None:
    shuffled = list(given)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert of_subject(given, sorts, missing) == of_subject(shuffled, sorts, missing)


@given(outcomes(1), categories(), missing, st.data())
def test_a_higher_score_never_makes_less(
    given: list[Outcome], sorts: dict[str, Category], missing: str, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(given) - 1))
    was = given[index]
    assume(was.score is not None)
    more = replace(was, score=data.draw(st.decimals(was.score, was.out_of, places=6)))
    before, after = percent_of(given, sorts, missing), percent_of([*given[:index], more, *given[index + 1 :]], sorts, missing)
    assert before is not None
    assert after is not None
    assert before <= after


@given(outcomes(), categories(), missing)
def test_what_does_not_count_is_as_if_it_were_not_there(given: list[Outcome], sorts: dict[str, Category], missing: str) -> None:
    left_out = {EXEMPT, HANDED_IN, "partially graded"} | ({NOT_SUBMITTED} if missing == LEFT_OUT else set())
    assert percent_of(given, sorts, missing) == percent_of(
        [each for each in given if each.status not in left_out], sorts, missing
    )


@given(outcomes(), categories())
def test_what_was_not_handed_in_is_a_zero_where_the_scheme_says_so(given: list[Outcome], sorts: dict[str, Category]) -> None:
    as_zero = [replace(each, status=FULLY_GRADED, score=Decimal(0)) if each.status == NOT_SUBMITTED else each for each in given]
    assert percent_of(given, sorts, ZERO) == percent_of(as_zero, sorts, ZERO)


@given(outcomes(), categories(), st.fractions("1/100", 100))
def test_weights_are_shares_of_whatever_they_add_up_to(given: list[Outcome], sorts: dict[str, Category], by: Fraction) -> None:
    scaled = {id: replace(each, weight=Fraction(each.weight) * by) for id, each in sorts.items()}  # type: ignore[arg-type]
    assert percent_of(given, sorts) == percent_of(given, scaled)


@given(outcomes(1), categories())
def test_a_category_without_anything_that_counts_gives_its_weight_to_the_others(
    given: list[Outcome], sorts: dict[str, Category]
) -> None:
    others = [each for each in given if each.category_id != "exam"]
    heavy = {**sorts, "exam": replace(sorts["exam"], weight=Decimal(100_000))}
    assert percent_of(others, sorts) == percent_of(others, heavy)


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.fractions(0, 100), min_size=1, max_size=8), st.integers(0, 10))
def test_the_lowest_are_dropped_and_one_always_stays(items: dict[str, Fraction], drop: int) -> None:
    percent, dropped = of_category(items, drop)
    kept = [items[id] for id in items if id not in dropped]
    assert len(dropped) == min(drop, len(items) - 1)
    assert all(items[id] <= min(kept) for id in dropped)
    assert percent >= of_category(items, max(0, drop - 1))[0]


# Moderation


@given(
    points,
    points,
    st.lists(st.tuples(st.sampled_from([ADD, SCALE, FLOOR]), st.decimals(0, 20, places=2)), min_size=1, max_size=4),
)
def test_an_adjusted_score_stays_within_the_item_and_has_hundredths(
    one: Decimal, other: Decimal, adjustments: list[tuple[str, Decimal]]
) -> None:
    score, most = sorted([one, other])
    made = adjusted(score, adjustments, Decimal(0), most)
    assert 0 <= made <= most
    assert made in (made.quantize(Decimal("0.01")), most)
    assert adjusted(score, [], Decimal(0), most) == score


@given(points, points, st.lists(st.tuples(st.sampled_from([ADD, SCALE, FLOOR]), st.decimals(0, 20, places=2)), max_size=4))
def test_an_adjustment_turns_no_two_children_around(
    one: Decimal, other: Decimal, adjustments: list[tuple[str, Decimal]]
) -> None:
    less, more = sorted([one, other])
    bounds = (Decimal(0), Decimal(1000))
    assert adjusted(less, adjustments, *bounds) <= adjusted(more, adjustments, *bounds)


@pytest.mark.parametrize(
    ("score", "adjustment", "made"),
    [
        ("17.25", (SCALE, "1.05"), "18.11"),
        ("49", (ADD, "3"), "50"),
        ("12", (FLOOR, "20"), "20"),
        ("30.1", (FLOOR, "20"), "30.1"),
    ],
)
def test_adjustments_by_hand(score: str, adjustment: tuple[str, str], made: str) -> None:
    kind, value = adjustment
    assert adjusted(Decimal(score), [(kind, Decimal(value))], Decimal(0), Decimal(50)) == Decimal(made)


# Rounding, grades, averages


@given(st.decimals(0, 100, places=6), st.integers(0, 2), st.sampled_from(ROUNDINGS))
def test_rounding_is_that_of_decimals(number: Decimal, places: int, how: str) -> None:
    as_decimal = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "up": ROUND_UP, "down": "ROUND_DOWN"}[how]
    made = grading.rounded(Fraction(number), places, how)
    assert f"{made}" == f"{number.quantize(Decimal(1).scaleb(-places), as_decimal)}"


@pytest.mark.parametrize(
    ("how", "made"), [("half_up", "80.0"), ("half_even", "80.0"), ("up", "80.0"), ("down", "79.9")], ids=str
)
def test_a_third_is_rounded_from_what_it_is(how: str, made: str) -> None:
    assert f"{grading.rounded(Fraction(240, 3) - Fraction(1, 10**30), 1, how)}" == made
    assert f"{grading.rounded(Fraction(7985, 100), 1, 'half_even')}" == "79.8"


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_grades_every_percentage(name: str) -> None:
    scheme = PRESETS[name]
    leasts = [band.least for band in scheme.bands]
    assert leasts == sorted(set(leasts), reverse=True)
    if scheme.bands:
        assert leasts[-1] == 0
        assert all(band.word and band.word_ur for band in scheme.bands)
    assert (scheme.kind == "gpa") == all(band.points is not None for band in scheme.bands or [grading.NO_GRADE])
    assert grading.grade(Decimal(100), scheme) == (scheme.bands or (grading.NO_GRADE,))[0]


@given(st.sampled_from(list(PRESETS.values())))
def test_a_scheme_is_kept_without_loss(scheme: grading.Scheme) -> None:
    kept = {**grading.as_document(scheme), "scheme_id": scheme.scheme_id, "edition": scheme.edition}
    assert grading.from_document(kept) == scheme


@given(st.lists(st.fractions(0, 100), min_size=1, max_size=9))
def test_mean_and_median_lie_within(numbers: list[Fraction]) -> None:
    mean, median = mean_and_median(numbers)
    assert min(numbers) <= median <= max(numbers)
    assert mean * len(numbers) == sum(numbers)
    assert sum(each < median for each in numbers) <= len(numbers) / 2
