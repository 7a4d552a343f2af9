"""Values that several printed things show."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from services.reports.paper.pairs import pair

HIGHEST = Decimal(100)


@dataclass(frozen=True)
class Point:
    """One term's percentage, 0 to 100."""

    term: str
    percent: Decimal
    term_ur: str | None = None


@dataclass(frozen=True)
class Signer:
    """Who signs, as printed under the line."""

    en: str
    ur: str | None = None


def course(points: tuple[Point, ...]) -> list[dict[str, Any]]:
    """For the chart, the oldest first. `x`, `at`: how far and how high, 0 to 1, rounded to what a printer can show."""
    return [
        {
            "term": pair(point.term, point.term_ur),
            "percent": f"{point.percent}",
            "x": _across(place, len(points)),
            "at": round(float(min(max(point.percent, Decimal(0)), HIGHEST) / HIGHEST), 3),
        }
        for place, point in enumerate(points)
    ]


def _across(place: int, count: int) -> float:
    return 0.5 if count == 1 else round(0.12 + 0.78 * place / (count - 1), 3)


def signers(those: tuple[Signer, ...]) -> list[dict[str, str]]:
    return [pair(one.en, one.ur) for one in those]
