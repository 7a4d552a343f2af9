"""The figures: what is measured, what is wanted, and where the results are kept."""

import json
import platform
from dataclasses import dataclass
from pathlib import Path

RESULTS = Path(__file__).parent / "results.json"


@dataclass(frozen=True)
class Figure:
    """`wanted` is a bound: a floor, or a ceiling when `ceiling`; None when the value is only shown."""

    key: str
    value: float
    unit: str
    wanted: float | None = None
    ceiling: bool = False

    @property
    def met(self) -> bool:
        if self.wanted is None:
            return True
        return self.value <= self.wanted if self.ceiling else self.value >= self.wanted

    @property
    def bound(self) -> str:
        return "shown" if self.wanted is None else f"{'≤' if self.ceiling else '≥'} {self.wanted:,.10g}"


def keep(group: str, figures: list[Figure]) -> None:
    """Adds to the results of other groups; the same key is measured anew."""
    kept = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    kept["machine"] = {"python": platform.python_version(), "cores": _cores(), "system": platform.system()}
    for figure in figures:
        value = round(figure.value, 3)
        kept[figure.key] = {"group": group, "value": value, "unit": figure.unit, "wanted": figure.bound, "met": figure.met}
    RESULTS.write_text(json.dumps(dict(sorted(kept.items())), ensure_ascii=False, indent=2) + "\n")


def table(figures: list[Figure]) -> str:
    rows = [
        (figure.key, f"{figure.value:,.2f} {figure.unit}", figure.bound, "" if figure.met else "SHORT") for figure in figures
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    return "\n".join(
        f"{key:<{widths[0]}}  {value:>{widths[1]}}  {bound:<{widths[2]}}  {short}".rstrip() for key, value, bound, short in rows
    )


def _cores() -> int:
    import os

    return len(os.sched_getaffinity(0))
