"""What is wrong in a set (it is refused) and what is odd in it (it is taken, and the result says so)."""

from dataclasses import dataclass, field
from typing import Any

SHOWN = 1000  # problems, and kinds of warnings, that are kept; all are counted


@dataclass
class Findings:
    problems: list[dict[str, Any]] = field(default_factory=list)  # {"file", "line", "column", "reason"}; line from 1, or None
    problem_count: int = 0
    _warnings: dict[tuple[str, str | None, str], dict[str, Any]] = field(default_factory=dict)

    def problem(self, file: str, line: int | None, column: str | None, reason: str) -> None:
        self.problem_count += 1
        if len(self.problems) < SHOWN:
            self.problems.append({"file": file, "line": line, "column": column, "reason": reason})

    def warn(self, file: str, line: int | None, column: str | None, reason: str) -> None:
        """Warnings of one reason are one: its first line, and how many rows have it. So a reason names no value of a row."""
        key = (file, column, reason)
        known = self._warnings.get(key)
        if known is not None:
            known["rows"] += 1
        elif len(self._warnings) < SHOWN:
            self._warnings[key] = {"file": file, "line": line, "column": column, "reason": reason, "rows": 1}

    @property
    def warnings(self) -> list[dict[str, Any]]:
        """{"file", "line", "column", "reason", "rows"}"""
        return list(self._warnings.values())
