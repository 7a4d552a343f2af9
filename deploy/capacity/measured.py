"""What `make bench` has measured, and how people read a number."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bench import report


@dataclass(frozen=True)
class Measured:
    results: Mapping[str, Any]

    @classmethod
    def kept(cls) -> "Measured":
        return cls(report.kept())

    def __getitem__(self, key: str) -> float:
        return float(self.results[key]["value"])

    def shown(self, key: str) -> str:
        """As docs/performance.md has it."""
        return report.number(self[key])

    @property
    def cores(self) -> int:
        """That load and platform shared."""
        return int(self.results["machine"]["cores"])

    def of_all_cores(self, key: str) -> float:
        """Core-ms for one, when all cores do nothing else and one second brings so many."""
        return self.cores * 1000 / self[key]

    def below(self, prefix: str, suffix: str = "_ms") -> dict[str, float]:
        """What follows `prefix` in the keys of some figures, and their values; empty where that was not measured."""
        names = [key for key in self.results if key.startswith(f"{prefix}.") and key.endswith(suffix)]
        return {key.removeprefix(f"{prefix}.").removesuffix(suffix): self[key] for key in names}


def about(value: float) -> str:
    """Three figures, below ten two: 300,000, 14.4, 0.064."""
    if value >= 1_000_000:
        return f"{_figures(value / 1_000_000, 2):,.3g} million"
    return f"{_figures(value, 3):,.0f}" if value >= 100 else f"{value:.3g}" if value >= 10 else f"{value:.2g}"


def lasting(seconds: float) -> str:
    if seconds < 90:
        return f"{max(seconds, 1):.0f} s"
    return f"{about(seconds / 60)} min"


def _figures(value: float, count: int) -> float:
    return round(value, count - 1 - math.floor(math.log10(value)))
