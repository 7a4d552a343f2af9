"""Groups of families as they are shown: measures as shares, with what is too small left out. Plain values."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from services.reports.engagement import statistics
from services.reports.engagement.measures import BESIDE, MEANS, MEASURES, SUMS
from services.reports.engagement.statistics import WHOLE, Values
from services.reports.engagement.suppression import Cell, beside_total, pooled, small

Document = dict[str, Any]
Tally = Mapping[str, Any]  # as measures.tally makes it
FAMILIES = "families"
SHARES = tuple(measure.key for measure in MEASURES)
MEAN_KEYS = tuple(mean.key for mean in MEANS)
# Where one is hidden among others, what it could be read off: who was told is all who could read, and who is not reached is so
# for one of the reasons.
_REASONS = {key for key in SHARES if key.startswith("unreached")}
KIN = {"told": {"delivered", "failed", "read"}, **dict.fromkeys(_REASONS, _REASONS)}
COLUMNS = (FAMILIES, *SHARES, *MEAN_KEYS)
# The measure that tells whose a sum is, and whether they are those of whom it counts, or all those of whom it could
COUNT, OF = 0, 1
SUM_OF: Mapping[str, tuple[str, int]] = {
    **{name: (name, COUNT) for name in SUMS if name in SHARES},
    **dict.fromkeys(("invited", "booked"), ("met", OF)),
    "homework_set": ("signed", OF),
    "cards": ("acknowledged", OF),
}


def cell(tally: Tally, column: str) -> Cell:
    """What a column has of a group. Families are counted whole: that there are some is no share of anything."""
    if column == FAMILIES:
        return Cell(tally["families"] / 2, tally["families"])
    if column in MEAN_KEYS:
        n, total, *_ = tally["means"][column]
        return Cell(total / WHOLE, n)
    return Cell(*tally["shares"][column])


def alone(tally: Tally) -> set[str]:
    """The columns that a group is too small for, shown by itself."""
    if small(tally["families"]):
        return set(COLUMNS)
    return {column for column in COLUMNS if small(cell(tally, column).of)}


def within(tallies: Sequence[Tally]) -> list[set[str]]:
    """The columns that are hidden of each group, where all stand beside their total."""
    too_small = {place for place, tally in enumerate(tallies) if small(tally["families"])}
    hidden = [set(COLUMNS) if place in too_small else set() for place in range(len(tallies))]
    for column in COLUMNS:
        cells = [cell(tally, column) for tally in tallies]
        for place in beside_total(cells, too_small):
            hidden[place].add(column)
    return [with_kin(columns) for columns in hidden]


def with_kin(columns: set[str]) -> set[str]:
    """With those that they could be read off. What is hidden more is no less safe: where a set of groups gives nothing away,
    neither does one that holds it."""
    return columns.union(*(KIN.get(column, ()) for column in columns))


def total(tallies: Sequence[Tally]) -> tuple[Document, Document]:
    """All groups as one, where each is shown by itself too; and how many of them each column leaves out. A sum is of those
    groups alone that show theirs: else the rest of it would be that of the others."""
    left: Document = {}
    made: Document = {"shares": {}, "means": {}}
    too_small = {place for place, tally in enumerate(tallies) if small(tally["families"])}
    for column in COLUMNS:
        out = pooled([cell(tally, column) for tally in tallies], too_small)
        left[column] = len(out)
        among = [tally for place, tally in enumerate(tallies) if place not in out]
        if column == FAMILIES:
            made |= {name: sum(tally[name] for tally in among) for name in ("families", "students")}
        elif column in MEAN_KEYS:
            made["means"][column] = list(statistics.added(Values(*tally["means"][column]) for tally in among))
        else:
            made["shares"][column] = [sum(tally["shares"][column][part] for tally in among) for part in (0, 1)]
    each_sums = [sums_shown(tally, alone(tally)) for tally in tallies]
    made["sums"] = {name: _summed([sums[name] for sums in each_sums]) for name in SUMS}
    return made, left


def _summed(numbers: Sequence[int | None]) -> int | None:
    """Where some are hidden and the others are nothing, it is not known either: nothing would be said of those that are."""
    found = [number for number in numbers if number is not None]
    return sum(found) or (0 if len(found) == len(numbers) else None)


# As HTTP shows it


def shown(tally: Tally, hidden: Collection[str], *, sums: bool) -> Document:
    """`sums`: of messages and the like. Of groups beside each other there are none: each would be a total to subtract from."""
    known = FAMILIES not in hidden
    return {
        "families": tally["families"] if known else None,
        "students": tally["students"] if known else None,
        "suppressed": not known,
        "measures": [share(tally["shares"][key], key, key in hidden) for key in SHARES],
        "means": [mean(tally["means"][key], key, key in hidden) for key in MEAN_KEYS],
        "sums": sums_shown(tally, hidden) if sums and known else None,
    }


def sums_shown(tally: Tally, hidden: Collection[str]) -> dict[str, int | None]:
    """None for what is of fewer than ten families, and where the measure that it belongs to is hidden."""

    def fits(name: str) -> bool:
        key, part = SUM_OF[name]
        return key not in hidden and not small(tally["shares"][key][part])

    return {name: tally["sums"][name] if fits(name) else None for name in SUMS}


def share(numbers: Sequence[int], key: str, hidden: bool) -> Document:
    empty = dict.fromkeys(("count", "of", "percent", "low", "high"))
    return {"measure": key, "suppressed": hidden, **(empty if hidden else statistics.share(*numbers))}


def mean(numbers: Sequence[int], key: str, hidden: bool) -> Document:
    empty = dict.fromkeys(("n", "mean", "low", "high"))
    return {"measure": key, "suppressed": hidden, **(empty if hidden else statistics.mean(Values(*numbers)))}


# Families beside others


def beside_hidden(pair: Sequence[Mapping[str, Any]], of: Tally) -> set[str]:
    """The columns that are hidden of two groups of families of a branch. Where one is too small, neither is shown: the other
    would be the total without it. Nor is a mean where few children are in neither, as what is left of the branch is theirs."""
    if any(small(each[FAMILIES]) for each in pair):
        return {FAMILIES, *MEAN_KEYS}

    def few(key: str) -> bool:
        sizes = [each["means"][key][0] for each in pair]
        return any(small(size) for size in (*sizes, of["means"][key][0] - sum(sizes)))

    return {key for key in MEAN_KEYS if few(key)}


def beside_total_of(branches: Sequence[Tally]) -> Document:
    """`beside` of several branches as one: of each kind, and of each mean, those alone who show it. So what is left of a total
    is of other branches as they are shown, and of enough children of these."""
    made: Document = {}
    for key in BESIDE:
        both = [(branch["beside"][key], beside_hidden(branch["beside"][key], branch)) for branch in branches]
        made[key] = [_together([(pair[place], hidden) for pair, hidden in both]) for place in (0, 1)]
    return made


def _together(groups: Sequence[tuple[Mapping[str, Any], Collection[str]]]) -> Document:
    def those(column: str) -> list[Mapping[str, Any]]:
        return [each for each, hidden in groups if column not in hidden]

    means = {key: list(statistics.added(Values(*each["means"][key]) for each in those(key))) for key in MEAN_KEYS}
    return {FAMILIES: sum(each[FAMILIES] for each in those(FAMILIES)), "means": means}


def beside_shown(pair: Sequence[Mapping[str, Any]], hidden: Collection[str]) -> list[Document]:
    known = FAMILIES not in hidden
    return [
        {
            "families": each[FAMILIES] if known else None,
            "suppressed": not known,
            "means": [mean(each["means"][key], key, key in hidden) for key in MEAN_KEYS],
        }
        for each in pair
    ]
