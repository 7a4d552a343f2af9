"""What the same families come to before and after a date: counted, and as it is shown. Plain values.

A family has a measure before when it held in any of the months before, as `measures` says of one month.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.reports.engagement import measures, statistics, tables
from services.reports.engagement.measures import MEANS, MEASURES
from services.reports.engagement.statistics import WHOLE, Values
from services.reports.engagement.suppression import Cell, beside_total, small
from services.reports.engagement.tables import COLUMNS, FAMILIES, MEAN_KEYS, SHARES

Document = dict[str, Any]
Row = Mapping[str, Any]
Pair = tuple[list[Row], list[Row]]  # a family's months before and after
KINDS = {"both": (True, True), "before_only": (True, False), "after_only": (False, True), "neither": (False, False)}


@dataclass(frozen=True)
class Change:
    """How many families have what on both sides, on one, on none: of those for whom it could hold on both."""

    both: int
    before_only: int
    after_only: int
    neither: int

    @property
    def of(self) -> int:
        return self.both + self.before_only + self.after_only + self.neither

    @property
    def before(self) -> int:
        return self.both + self.before_only

    @property
    def after(self) -> int:
        return self.both + self.after_only


@dataclass(frozen=True)
class Moved:
    """Of the children who have a mean on both sides."""

    before: Values
    after: Values
    difference: Values


@dataclass(frozen=True)
class Counted:
    families: int
    measures: Mapping[str, Change]
    means: Mapping[str, Moved]


def counted(pairs: Sequence[Pair]) -> Counted:
    return Counted(
        len(pairs),
        {measure.key: _measure(measure, pairs) for measure in MEASURES},
        {mean.key: _mean(mean, pairs) for mean in MEANS},
    )


def _measure(measure: measures.Measure, pairs: Iterable[Pair]) -> Change:
    among = [pair for pair in pairs if all(any(measure.of(row) for row in rows) for rows in pair)]
    had = [tuple(any(measure.of(row) and measure.count(row) for row in rows) for rows in pair) for pair in among]
    return Change(**{name: had.count(kind) for name, kind in KINDS.items()})


def _mean(mean: measures.Mean, pairs: Iterable[Pair]) -> Moved:
    """Of a child the middle of its months before, and after; the children of a family together."""
    both = []
    for pair in pairs:
        before, after = (_by_child(mean, rows) for rows in pair)
        both.append([(before[id], after[id]) for id in sorted(before.keys() & after.keys())])
    sides = [statistics.of_families([each[place] for each in family] for family in both) for place in (0, 1)]
    return Moved(sides[0], sides[1], statistics.of_families([after - before for before, after in family] for family in both))


def _by_child(mean: measures.Mean, rows: Iterable[Row]) -> dict[str, int]:
    found: dict[str, list[int]] = {}
    for row in rows:
        for child in row["children"]:
            if (value := mean.of(child)) is not None:
                found.setdefault(child["student_id"], []).append(value)
    return {id: round(sum(values) / len(values)) for id, values in found.items()}


# What is hidden


def alone(of: Counted) -> set[str]:
    """The columns that a group is too small for, shown by itself."""
    if small(of.families):
        return set(COLUMNS)
    return {column for column in COLUMNS if any(small(cell.of) for cell in _cells(of, column).values())}


def within(those: Sequence[Counted]) -> list[set[str]]:
    """The columns that are hidden of each group, where all stand beside their total: of each number that a column shows."""
    too_small = {place for place, each in enumerate(those) if small(each.families)}
    hidden = [set(COLUMNS) if place in too_small else set() for place in range(len(those))]
    for column in COLUMNS:
        for cells in _numbers([_cells(each, column) for each in those]):
            for place in beside_total(cells, too_small):
                hidden[place].add(column)
    return [tables.with_kin(columns) for columns in hidden]


def _numbers(groups: Sequence[Mapping[str, Cell]]) -> Iterator[list[Cell]]:
    """Each number of all groups. Which of the four kinds nobody has in the total, or everybody, nobody or everybody has in each
    group: there hiding hides nothing."""
    for name in groups[0] if groups else ():
        cells = [group[name] for group in groups]
        some, of = sum(cell.some for cell in cells), sum(cell.of for cell in cells)
        if name not in KINDS or 0 < some < of:
            yield cells


def _cells(of: Counted, column: str) -> dict[str, Cell]:
    if column == FAMILIES:
        return {FAMILIES: Cell(of.families / 2, of.families)}
    if column in MEAN_KEYS:
        sides = {"before": of.means[column].before, "after": of.means[column].after}
        return {name: Cell(side.total / WHOLE, side.n) for name, side in sides.items()}
    change = of.measures[column]
    return {name: Cell(getattr(change, name), change.of) for name in ("before", "after", *KINDS)}


# As HTTP shows it


def shown(of: Counted, hidden: Collection[str]) -> Document:
    known = FAMILIES not in hidden
    return {
        "families": of.families if known else None,
        "suppressed": not known,
        "measures": [_share(of.measures[key], key, key in hidden) for key in SHARES],
        "means": [_moved(of.means[key], key, key in hidden) for key in MEAN_KEYS],
    }


def _share(change: Change, key: str, hidden: bool) -> Document:
    before, after = (tables.share([count, change.of], key, hidden) for count in (change.before, change.after))
    kinds = {name: None if hidden else getattr(change, name) for name in KINDS}
    return {"measure": key, "suppressed": hidden, "before": before, "after": after, **kinds}


def _moved(moved: Moved, key: str, hidden: bool) -> Document:
    before, after = (tables.mean(list(each), key, hidden) for each in (moved.before, moved.after))
    empty = dict.fromkeys(("n", "mean", "low", "high"))
    difference = empty if hidden else statistics.difference(moved.difference)
    return {"measure": key, "suppressed": hidden, "before": before, "after": after, "difference": difference}
