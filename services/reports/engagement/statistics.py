"""Shares and means with their 95 % intervals. Plain values.

A share's interval is Wilson's (E. B. Wilson, 1927; "score interval"): it stays within 0 and 100 %, and holds for small counts.
A mean's is Student's. Percentages are text with one decimal, halves upwards; intervals are rounded outwards, so that what is
shown is never narrower than what was calculated.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any, NamedTuple

Document = dict[str, Any]
Z = 1.959963984540054  # of the normal distribution, 97.5 %
_TENTH = Decimal("0.1")
WHOLE = 10_000  # 100 %, in hundredths of a percent: what single values are kept as, whole numbers


class Values(NamedTuple):
    """How many numbers there are, their sum, and the sum of their squares: whole numbers, which add up exactly."""

    n: int = 0
    total: int = 0
    squares: int = 0


def values(numbers: Iterable[int]) -> Values:
    found = list(numbers)
    return Values(len(found), sum(found), sum(each * each for each in found))


def added(those: Iterable[Values]) -> Values:
    found = list(those)
    return Values(sum(each.n for each in found), sum(each.total for each in found), sum(each.squares for each in found))


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
    """The 97.5 % point of Student's distribution, by the expansion of Cornish and Fisher: within 0.3 % from 9 on."""
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
    """Of hundredths of a percent. `n` beside it; below two there is no interval."""
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
    if of.n < 2:
        return None
    variance = Fraction(of.squares * of.n - of.total * of.total, of.n * (of.n - 1))
    return student(of.n - 1) * math.sqrt(variance / of.n) / 100


def _decimal(number: Fraction) -> Decimal:
    return Decimal(number.numerator) / Decimal(number.denominator)


def _down(number: float) -> str:
    return _plain(Decimal(repr(number)).quantize(_TENTH, ROUND_FLOOR))


def _up(number: float) -> str:
    return _plain(Decimal(repr(number)).quantize(_TENTH, ROUND_CEILING))


def _plain(number: Decimal) -> str:
    """Never -0.0."""
    return str(number if number else abs(number))
