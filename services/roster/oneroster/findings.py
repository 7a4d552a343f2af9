"""What is wrong in a set (it is refused) and what is odd in it (it is taken, and the result says so)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

SHOWN = 100  # problems, and kinds of warnings, at hand; all are counted
MOST = 100_000  # problems, and as many warnings, that are handed to `keep`
_BATCH = 1000

Place: TypeAlias = int | str | None  # a line from 1; of a row that stands in the set before, its sourcedId; None: the file


def _nowhere(found: Sequence[dict[str, Any]]) -> None:
    """For those who only want to see some."""


@dataclass
class Findings:
    """`keep` gets all of them in batches, in the order in which they are found, warnings row by row."""

    keep: Callable[[Sequence[dict[str, Any]]], None] = _nowhere
    problems: list[dict[str, Any]] = field(default_factory=list)  # {"file", "line", "sourced_id", "column", "reason"}
    problem_count: int = 0
    warning_count: int = 0
    _warnings: dict[tuple[str, str | None, str], dict[str, Any]] = field(default_factory=dict)
    _batch: list[dict[str, Any]] = field(default_factory=list)

    def problem(self, file: str, place: Place, column: str | None, reason: str) -> None:
        self.problem_count += 1
        if self.problem_count > MOST:
            return
        found = _finding(file, place, column, reason)
        if len(self.problems) < SHOWN:
            self.problems.append(found)
        self._put({"kind": "problem", **found})

    def warn(self, file: str, place: Place, column: str | None, reason: str) -> None:
        """Warnings of one reason are one: its first row, and how many rows have it. So a reason names no value of a row."""
        self.warning_count += 1
        key = (file, column, reason)
        known = self._warnings.get(key)
        if known is not None:
            known["rows"] += 1
        elif len(self._warnings) < SHOWN:
            self._warnings[key] = {**_finding(file, place, column, reason), "rows": 1}
        if self.warning_count <= MOST:
            self._put({"kind": "warning", **_finding(file, place, column, reason)})

    @property
    def warnings(self) -> list[dict[str, Any]]:
        """{"file", "line", "sourced_id", "column", "reason", "rows"}"""
        return list(self._warnings.values())

    def flush(self) -> None:
        if self._batch:
            self.keep(self._batch)
            self._batch = []

    def _put(self, found: dict[str, Any]) -> None:
        if self.keep is not _nowhere:
            self._batch.append(found)
            if len(self._batch) == _BATCH:
                self.flush()


def _finding(file: str, place: Place, column: str | None, reason: str) -> dict[str, Any]:
    line, sourced_id = (None, place) if isinstance(place, str) else (place, None)
    return {"file": file, "line": line, "sourced_id": sourced_id, "column": column, "reason": reason}
