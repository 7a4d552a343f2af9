"""Small groups are not shown, nor what would give them away. Plain values.

A group of fewer than ten families is hidden. Where it stands beside others and their total, whoever subtracts would have it
again: so the next smallest is hidden with it, until what is hidden is at least two groups, of ten families together, of which
neither none nor all count (else each of them would be known to be none, or all).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

LEAST = 10  # families, or children where children are counted


class Cell(NamedTuple):
    """`some` of `of`, of one group; of a mean, what all that it is made of come to."""

    some: float
    of: int


def small(of: int) -> bool:
    """Nobody is no group: that there is nobody may be said."""
    return 0 < of < LEAST


def beside_total(cells: Sequence[Cell], too_small: Collection[int] = ()) -> set[int]:
    """Which of them (by place) are hidden where all stand beside their total, and the total is shown. `too_small`: groups of
    which nothing is shown, whatever is counted."""
    hidden = _hidden(cells, too_small)
    rest = sorted((cell.of, place) for place, cell in enumerate(cells) if cell.of and place not in hidden)
    while hidden and rest and not safe([cells[place] for place in hidden]):
        hidden.add(rest.pop(0)[1])
    return hidden


def safe(together: Collection[Cell]) -> bool:
    """Whether their sum may be known: nothing of one of them follows from it."""
    some, of = sum(cell.some for cell in together), sum(cell.of for cell in together)
    return len(together) > 1 and of >= LEAST and 0 < some < of


def pooled(cells: Sequence[Cell], too_small: Collection[int] = ()) -> set[int]:
    """Which of them (by place) a total leaves out, where each group is shown by itself, in an answer of its own.

    Those that are too small to be shown count in the total together, unless that would give one of them away.
    """
    hidden = _hidden(cells, too_small)
    return set() if safe([cells[place] for place in hidden]) else hidden


def _hidden(cells: Sequence[Cell], too_small: Collection[int]) -> set[int]:
    """A group in which nobody could count has nothing to hide."""
    return {place for place, cell in enumerate(cells) if small(cell.of) or (cell.of and place in too_small)}
