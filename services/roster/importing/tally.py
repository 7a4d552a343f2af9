"""What an import does, counted by file for its result, and by branch and kind for its preview."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

ADDED, CHANGED, UNCHANGED, GONE = OUTCOMES = ("added", "changed", "unchanged", "gone")
_TENTH = 10  # more than every tenth of a branch's people at once is rather a fault in the set than a school's week


@dataclass
class Tally:
    files: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    branches: dict[str, dict[str, Counter[str]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(Counter)))
    names: dict[str, str] = field(default_factory=dict)  # of branches, as the set has them
    _people: Counter[str] = field(default_factory=Counter)  # by branch: how many there were
    _leaving: Counter[str] = field(default_factory=Counter)

    def counts(self, file: str) -> dict[str, int]:
        return {outcome: self.files[file][outcome] for outcome in OUTCOMES}

    @property
    def differs(self) -> bool:
        return any(counts[outcome] for counts in self.files.values() for outcome in (ADDED, CHANGED, GONE))

    def one(self, file: str, kind: str, outcome: str, branches: Iterable[str]) -> None:
        """A record that stays in its branches."""
        self.files[file][outcome] += 1
        for branch_id in branches:
            self.branches[branch_id][kind][outcome] += 1

    def unchanged(self, file: str, kind: str, count: int, branches: Iterable[str]) -> None:
        """So many records of the same branches."""
        self.files[file][UNCHANGED] += count
        for branch_id in branches:
            self.branches[branch_id][kind][UNCHANGED] += count
            if kind == "people":
                self._people[branch_id] += count

    def moved(self, file: str, kind: str, before: Sequence[str], after: Sequence[str]) -> None:
        """A changed record: to a branch that it leaves it is gone, to one that it comes to it is new."""
        self.files[file][CHANGED] += 1
        for branch_id in after:
            self.branches[branch_id][kind][CHANGED if branch_id in before else ADDED] += 1
        for branch_id in before:
            if branch_id not in after:
                self.branches[branch_id][kind][GONE] += 1

    def was_here(self, before: Iterable[str], after: Sequence[str]) -> None:
        """Somebody who was in some branches, and in which of them they will be."""
        for branch_id in before:
            self._people[branch_id] += 1
            if branch_id not in after:
                self._leaving[branch_id] += 1

    def of_branch(self, branch_id: str) -> dict[str, Any]:
        people, leaving = self._people[branch_id], self._leaving[branch_id]
        return {
            "counts": {kind: {name: counts[name] for name in OUTCOMES} for kind, counts in self.branches[branch_id].items()},
            "people": people,
            "leaving": leaving,
            "percent": round(100 * leaving / people, 1) if people else 0.0,
            "guarded": self._is_guarded(branch_id),
        }

    def guarded(self) -> list[str]:
        """Branches that would lose too many of their people at once, the worst first."""
        found = [
            (self.of_branch(branch_id)["percent"], branch_id) for branch_id in self._leaving if self._is_guarded(branch_id)
        ]
        return [branch_id for _, branch_id in sorted(found, reverse=True)]

    def _is_guarded(self, branch_id: str) -> bool:
        return self._leaving[branch_id] * _TENTH > self._people[branch_id]
