"""Grading schemes: percentages become grades. Exact to the one rounding of each figure that is printed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

KINDS = ("percentage", "letters", "gpa", "board", "competency")
HALF_UP, HALF_EVEN, UP, DOWN = ROUNDINGS = ("half_up", "half_even", "up", "down")
ZERO, LEFT_OUT = MISSING = ("zero", "left_out")  # what counts for a child who handed in nothing
POINTS_PLACES = 2  # of a grade point average


class Grade(NamedTuple):
    """A band: `least` is the percentage from which it is given; words as printed on the card; `points` count for a GPA."""

    letter: str
    least: Decimal
    word: str
    word_ur: str
    points: Decimal | None = None


NO_GRADE = Grade("", Decimal(0), "", "")  # of a scheme that has percentages alone


@dataclass(frozen=True)
class Scheme:
    """How a branch grades. `bands` go down to 0, or there are none; percentages are rounded to `places` decimals as `how` says.

    `scheme_id` and `edition` name what a card was made with; a preset has none.
    """

    title: str
    kind: str
    bands: tuple[Grade, ...]
    pass_percent: Decimal
    places: int = 1
    how: str = HALF_UP
    missing: str = ZERO
    scheme_id: str | None = None
    edition: int = 0


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
BOARD = Scheme("Federal Board", "board", SCHEME, Decimal(33))  # of a branch that has chosen none


def rounded(number: Fraction, places: int, how: str) -> Decimal:
    """Of what is not below 0, in whole numbers all the way: half_up 79.95 is 80.0, half_even 80.0 and of 79.85 79.8."""
    scaled = number * 10**places
    whole, rest = divmod(scaled.numerator, scaled.denominator)
    half = 2 * rest - scaled.denominator  # above 0: more than a half is left
    more = {HALF_UP: half >= 0, HALF_EVEN: half > 0 or (half == 0 and whole % 2 == 1), UP: rest > 0, DOWN: False}
    return Decimal(whole + more[how]).scaleb(-places)


def rounded_percent(number: Fraction, scheme: Scheme = BOARD) -> Decimal:
    return rounded(number, scheme.places, scheme.how)


def percent(score: Decimal, out_of: Decimal, scheme: Scheme = BOARD) -> Decimal:
    """As printed: with one decimal, halves upwards, unless the scheme says otherwise. `out_of` is above 0."""
    return _percent(score, out_of, scheme.places, scheme.how)


@lru_cache(maxsize=4096)  # a class has few: the same marks out of the same
def _percent(score: Decimal, out_of: Decimal, places: int, how: str) -> Decimal:
    return rounded(Fraction(score) * 100 / Fraction(out_of), places, how)


def grade(percentage: Decimal, scheme: Scheme = BOARD) -> Grade:
    """By the percentage as printed, so that 80.0 on paper is never an A."""
    return next((band for band in scheme.bands if percentage >= band.least), NO_GRADE)


def passed(percentage: Decimal, scheme: Scheme = BOARD) -> bool:
    return percentage >= scheme.pass_percent


def average(points: Iterable[Decimal], scheme: Scheme) -> Decimal | None:
    """A grade point average of subjects, each as much as the others; None without any."""
    counted = [Fraction(each) for each in points]
    return rounded(sum(counted, Fraction(0)) / len(counted), POINTS_PLACES, scheme.how) if counted else None


def total(marks: Iterable[tuple[Decimal, Decimal]]) -> tuple[Decimal, Decimal]:
    """Sums of (score, out_of): every mark weighs by what it was out of."""
    scores, outs = zip(*marks, strict=True)
    return sum(scores, Decimal(0)), sum(outs, Decimal(0))


def shown(number: Decimal) -> str:
    """As written by hand: 40, 17.5."""
    text = f"{number + 0:f}"  # no -0
    return text.rstrip("0").rstrip(".") if "." in text else text


# As it is kept, decimals as text


def as_document(scheme: Scheme) -> dict[str, Any]:
    bands = [
        {
            **band._asdict(),
            "least": shown(band.least),
            "points": None if band.points is None else shown(band.points),
        }
        for band in scheme.bands
    ]
    return {
        "title": scheme.title,
        "kind": scheme.kind,
        "bands": bands,
        "pass_percent": shown(scheme.pass_percent),
        "rounding": {"places": scheme.places, "how": scheme.how},
        "missing": scheme.missing,
    }


def from_document(document: Mapping[str, Any]) -> Scheme:
    """Of an edition that is kept."""
    return Scheme(
        title=document["title"],
        kind=document["kind"],
        bands=tuple(_band(band) for band in document["bands"]),
        pass_percent=Decimal(document["pass_percent"]),
        places=document["rounding"]["places"],
        how=document["rounding"]["how"],
        missing=document["missing"],
        scheme_id=document["scheme_id"],
        edition=document["edition"],
    )


def _band(band: Mapping[str, Any]) -> Grade:
    points = None if band["points"] is None else Decimal(band["points"])
    return Grade(band["letter"], Decimal(band["least"]), band["word"], band["word_ur"], points)
