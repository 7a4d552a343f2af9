"""From results to a subject's percentage. Plain values, exact fractions: nothing is rounded here.

Of an item: score of what it is out of. Of a category: the mean of its items, without the lowest `drop_lowest` (one always
stays); so a higher score never makes less of a child. Of a subject: the mean of its categories by their weights, of those that
have something that counts: the weights of the others are shared out by themselves.

What is exempt, handed in, or only partly graded does not count. What was not handed in is 0 or does not count, as the scheme
says. A child without a result is none of these: who came later has missed nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from services.reports.gradebook.grading import ZERO
from services.reports.gradebook.states import ADD, FLOOR, FULLY_GRADED, NOT_SUBMITTED, SCALE

WHOLE = Fraction(100)
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Category:
    """`weight`: percent, points, whatever adds up; 0 counts nothing."""

    category_id: str
    weight: Decimal
    drop_lowest: int = 0


@dataclass(frozen=True)
class Outcome:
    """A child's result of an item. `out_of` is above 0; `score` None: there is none."""

    line_item_id: str
    category_id: str
    status: str
    score: Decimal | None
    out_of: Decimal


@dataclass(frozen=True)
class Part:
    """A category within a child's subject. `share`: percent of the subject that it makes; `items`: percentages of those that
    count, `dropped`: of them, those that are left out as the lowest."""

    category_id: str
    weight: Decimal
    share: Fraction
    percent: Fraction
    items: Mapping[str, Fraction]
    dropped: frozenset[str]


def of_item(outcome: Outcome, missing: str) -> Fraction | None:
    """0 to 100; None: it does not count."""
    if outcome.status == FULLY_GRADED and outcome.score is not None:
        return _percent(outcome.score, outcome.out_of)
    return Fraction(0) if outcome.status == NOT_SUBMITTED and missing == ZERO else None


@lru_cache(maxsize=50_000)
def _percent(score: Decimal, out_of: Decimal) -> Fraction:
    """Remembered: a class's results are of few different scores, and fractions are slow to make."""
    return min(max(Fraction(score) * 100 / Fraction(out_of), Fraction(0)), WHOLE)


def of_category(items: Mapping[str, Fraction], drop_lowest: int) -> tuple[Fraction, frozenset[str]]:
    """The mean of what is kept, and what is not. `items` has one at least."""
    lowest_first = sorted(items, key=lambda id: (items[id], id)) if drop_lowest else []
    dropped = frozenset(lowest_first[: min(drop_lowest, len(items) - 1)])
    kept = [percent for id, percent in items.items() if id not in dropped]
    return sum(kept, Fraction(0)) / len(kept), dropped


def of_subject(
    outcomes: Iterable[Outcome], categories: Mapping[str, Category], missing: str
) -> tuple[Fraction | None, tuple[Part, ...]]:
    """A child's percentage of a subject, and what it is made of. None: nothing counts yet."""
    counted: dict[str, dict[str, Fraction]] = defaultdict(dict)
    for outcome in outcomes:
        percent = of_item(outcome, missing)
        if percent is not None:
            counted[outcome.category_id][outcome.line_item_id] = percent
    weighing = sum((Fraction(categories[id].weight) for id in counted), Fraction(0))
    parts = tuple(_part(categories[id], items, weighing) for id, items in sorted(counted.items()))
    if not weighing:
        return None, parts
    return sum((part.percent * part.share for part in parts), Fraction(0)) / WHOLE, parts


def _part(category: Category, items: Mapping[str, Fraction], weighing: Fraction) -> Part:
    percent, dropped = of_category(items, category.drop_lowest)
    share = Fraction(category.weight) * WHOLE / weighing if weighing else Fraction(0)
    return Part(category.category_id, category.weight, share, percent, items, dropped)


def mean_and_median(numbers: Sequence[Fraction]) -> tuple[Fraction, Fraction]:
    """Of one number at least; the median of an even count lies between the two in the middle."""
    ordered, half = sorted(numbers), len(numbers) // 2
    median = ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
    return sum(ordered, Fraction(0)) / len(ordered), median


def adjusted(score: Decimal, adjustments: Sequence[tuple[str, Decimal]], least: Decimal, most: Decimal) -> Decimal:
    """A score after moderation, one adjustment after the other: `add` so much, `scale` by a factor, `floor`: no less than so
    much. Never outside `least` to `most`; in hundredths, halves upwards, once and at the end. Without any it is the score."""
    if not adjustments:
        return score
    exact = Fraction(score)
    for kind, value in adjustments:
        by = Fraction(value)
        exact = {ADD: exact + by, SCALE: exact * by, FLOOR: max(exact, by)}[kind]
    within = min(max(exact, Fraction(least)), Fraction(most))
    hundredths = Decimal((within * 200 + 1) // 2) * _CENT
    return min(max(hundredths, least), most)  # which may have more decimals
