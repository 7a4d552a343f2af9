"""Shares and means with their 95 % intervals. Plain values.

A share's interval is Wilson's (E. B. Wilson, 1927; "score interval"): it stays within 0 and 100 %, and holds for small counts.
A mean's is Student's, over families: two children of one house are no two of many, and are taken together (the cluster-robust
variance of K.-Y. Liang and S. L. Zeger, 1986, times G/(G - 1); of one child in each family it is the usual one). Percentages
are text with one decimal, halves upwards; intervals are rounded outwards, so that what is shown is never narrower than what was
calculated.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any, NamedTuple

Document = dict[str, Any]
Z = 1.959963984540054  # of the normal distribution, 97.5 %
_STUDENT = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306)  # 97.5 % points of Student's, 1 to 8 degrees of freedom
_TENTH = Decimal("0.1")
WHOLE = 10_000  # 100 %, in hundredths of a percent: what single values are kept as, whole numbers


class Values(NamedTuple):
    """How many numbers there are, and their sum; how many families have any. Over these families, of how many numbers each has
    and their sum: the sum of squares of the one, of products of both, of squares of the other. Whole numbers, which add up
    exactly."""

    n: int = 0
    total: int = 0
    families: int = 0
    sizes: int = 0
    products: int = 0
    squares: int = 0


def of_families(those: Iterable[Iterable[int]]) -> Values:
    """The numbers of each family."""
    sums = [(len(numbers), sum(numbers)) for each in those if (numbers := list(each))]
    return Values(
        sum(n for n, _ in sums),
        sum(total for _, total in sums),
        len(sums),
        sum(n * n for n, _ in sums),
        sum(n * total for n, total in sums),
        sum(total * total for _, total in sums),
    )


def added(those: Iterable[Values]) -> Values:
    return Values(*(sum(column) for column in zip(*those, strict=True)))


def wilson(count: int, of: int) -> tuple[float, float]:
    """Both ends, 0 to 1, of the share `count` of `of`; of nothing, anything may be."""
    if of == 0:
        return 0.0, 1.0
    share, squared = count / of, Z * Z
    middle = share + squared / (2 * of)
    spread = Z * math.sqrt(share * (1 - share) / of + squared / (4 * of * of))
    low, high = ((middle + sign * spread) / (1 + squared / of) for sign in (-1, 1))
    return min(max(low, 0.0), share), max(min(high, 1.0), share)


def student(free: int) -> float:
    """The 97.5 % point of Student's distribution; from 9 on by the expansion of Cornish and Fisher, within 0.3 %."""
    if free <= len(_STUDENT):
        return _STUDENT[free - 1]
    z = Z
    return z + (z**3 + z) / (4 * free) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * free**2)


def percent(count: int, of: int) -> str | None:
    """With one decimal, halves upwards; of nothing none."""
    return None if of == 0 else str((Decimal(count * 100) / of).quantize(_TENTH, ROUND_HALF_UP))


def share(count: int, of: int) -> Document:
    if of == 0:
        return {"count": count, "of": 0, "percent": None, "low": None, "high": None}
    low, high = wilson(count, of)
    return {"count": count, "of": of, "percent": percent(count, of), "low": _down(low * 100), "high": _up(high * 100)}


def mean(of: Values) -> Document:
    """Of hundredths of a percent. `n` beside it; of fewer than two families there is no interval."""
    if of.n == 0:
        return {"n": 0, "mean": None, "low": None, "high": None}
    middle = Fraction(of.total, of.n * 100)
    shown = str(_decimal(middle).quantize(_TENTH, ROUND_HALF_UP))
    spread = _spread(of)
    if spread is None:
        return {"n": of.n, "mean": shown, "low": None, "high": None}
    low, high = max(float(middle) - spread, 0.0), min(float(middle) + spread, 100.0)
    return {"n": of.n, "mean": shown, "low": _down(low), "high": _up(high)}


def difference(of: Values) -> Document:
    """The mean of differences, in percentage points: below 0 it is less than before."""
    if of.n == 0:
        return {"n": 0, "mean": None, "low": None, "high": None}
    middle = Fraction(of.total, of.n * 100)
    spread = _spread(of)
    ends = (None, None) if spread is None else (_down(float(middle) - spread), _up(float(middle) + spread))
    return {"n": of.n, "mean": _plain(_decimal(middle).quantize(_TENTH, ROUND_HALF_UP)), "low": ends[0], "high": ends[1]}


def _spread(of: Values) -> float | None:
    if of.families < 2:
        return None
    middle = Fraction(of.total, of.n)
    around = of.squares - 2 * middle * of.products + middle * middle * of.sizes  # squares of what each family is away from it
    variance = around * of.families / ((of.families - 1) * of.n * of.n)
    return student(of.families - 1) * math.sqrt(variance) / 100


def _decimal(number: Fraction) -> Decimal:
    return Decimal(number.numerator) / Decimal(number.denominator)


def _down(number: float) -> str:
    return _plain(Decimal(repr(number)).quantize(_TENTH, ROUND_FLOOR))


def _up(number: float) -> str:
    return _plain(Decimal(repr(number)).quantize(_TENTH, ROUND_CEILING))


def _plain(number: Decimal) -> str:
    """Never -0.0."""
    return str(number if number else abs(number))
