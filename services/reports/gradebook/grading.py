"""Marks become percentages and grades. Exact decimals throughout: a card never contradicts itself by a rounding."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple


class Grade(NamedTuple):
    """`least` is the percentage from which it is given; words as printed on the card."""

    letter: str
    least: Decimal
    word: str
    word_ur: str


# The bands of the Federal Board of Intermediate and Secondary Education, Islamabad (A-1 there is A+ here), pass mark 33.
SCHEME = (
    Grade("A+", Decimal(80), "Outstanding", "غیر معمولی"),
    Grade("A", Decimal(70), "Excellent", "بہترین"),
    Grade("B", Decimal(60), "Very good", "بہت اچھا"),
    Grade("C", Decimal(50), "Good", "اچھا"),
    Grade("D", Decimal(40), "Fair", "مناسب"),
    Grade("E", Decimal(33), "Satisfactory", "تسلی بخش"),
    Grade("F", Decimal(0), "Needs more work", "مزید محنت درکار"),
)


def percent(score: Decimal, out_of: Decimal) -> Decimal:
    """With one decimal, halves upwards: 79.95 is 80.0. `out_of` is above 0."""
    return (score * 100 / out_of).quantize(Decimal("0.1"), ROUND_HALF_UP)


def grade(percentage: Decimal) -> Grade:
    """By the percentage as printed, so that 80.0 on paper is never an A."""
    return next(band for band in SCHEME if percentage >= band.least)


def total(marks: Iterable[tuple[Decimal, Decimal]]) -> tuple[Decimal, Decimal]:
    """Sums of (score, out_of): every mark weighs by what it was out of."""
    scores, outs = zip(*marks, strict=True)
    return sum(scores, Decimal(0)), sum(outs, Decimal(0))


def shown(number: Decimal) -> str:
    """As written by hand: 40, 17.5."""
    text = f"{number + 0:f}"  # no -0
    return text.rstrip("0").rstrip(".") if "." in text else text
