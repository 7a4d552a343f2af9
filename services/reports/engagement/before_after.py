"""The same families in the months before and after a date: of a branch, or of a class. Plain values but for `of`.

A family has a measure before when it held in any of the months before, as `measures` says of one month. The month that the
date lies in counts as after when the date is its first day; else it is both, and left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from schoolbus.caller import Caller
from schoolbus.metering import month_of
from services.reports.engagement import measures, months, reaching, statistics, tables, words
from services.reports.engagement.measures import MEANS, MEASURES
from services.reports.engagement.suppression import small

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
Row = Mapping[str, Any]


def spans(on: date, count: int) -> tuple[list[str], list[str]]:
    """So many whole months before and after."""
    month = month_of(on)
    first_after = month if on.day == 1 else months.shifted(month, 1)
    before = months.between(months.shifted(month, -count), months.shifted(month, -1))
    return before, months.between(first_after, months.shifted(first_after, count - 1))


def of(store: Store, caller: Caller, branch_id: str, class_id: str | None, query: Mapping[str, Any]) -> Document:
    """Of the branch, or of a class. Raises NotFound."""
    before, after = spans(query["on"], query["months"])
    scope = caller.branch(branch_id) if class_id is None else reaching.one_class(store, caller, branch_id, class_id)
    where: Document = {"month": {"$in": [*before, *after]}}
    if class_id is not None:
        where["children.class_ids"] = class_id
    rows = store.family_months.find(scope, where)
    if class_id is not None:
        rows = [measures.in_class(row, class_id) for row in rows]
    return {
        "on": query["on"],
        "class_id": class_id,
        "before": before,
        "after": after,
        **compared([row for row in rows if row["month"] in before], [row for row in rows if row["month"] in after]),
        "note": words.BEFORE_AND_AFTER.en,
        "note_ur": words.BEFORE_AND_AFTER.ur,
    }


def compared(before: Iterable[Row], after: Iterable[Row]) -> Document:
    """Of the families that have rows of both: shares before and after with how many had it in which, and means of their
    children with the mean of each child's difference."""
    pairs = paired(before, after)
    hidden = small(len(pairs))
    return {
        "families": None if hidden else len(pairs),
        "suppressed": hidden,
        "measures": [_measure(measure, pairs, hidden) for measure in MEASURES],
        "means": [_mean(mean, pairs, hidden) for mean in MEANS],
    }


def paired(before: Iterable[Row], after: Iterable[Row]) -> list[tuple[list[Row], list[Row]]]:
    """A family is the same where it shares a child: brothers and sisters who came to school later change its id."""
    ways: tuple[list[Row], list[Row]] = (list(before), list(after))
    family_of: dict[str, str] = {}
    links = [row["student_ids"] for rows in ways for row in rows]
    for ids in links:
        roots = sorted({_root(family_of, id) for id in ids})
        for root in roots:
            family_of[root] = roots[0]
    found: dict[str, tuple[list[Row], list[Row]]] = {}
    for place, rows in enumerate(ways):
        for row in rows:
            found.setdefault(_root(family_of, row["student_ids"][0]), ([], []))[place].append(row)
    return [pair for _, pair in sorted(found.items()) if all(pair)]


def _root(family_of: dict[str, str], id: str) -> str:
    family_of.setdefault(id, id)
    while family_of[id] != id:
        id = family_of[id]
    return id


def _measure(measure: measures.Measure, pairs: Sequence[tuple[list[Row], list[Row]]], hidden: bool) -> Document:
    """`of`: families for whom it could hold on both sides."""
    among = [pair for pair in pairs if all(any(measure.of(row) for row in rows) for rows in pair)]
    had = [tuple(any(measure.of(row) and measure.count(row) for row in rows) for rows in pair) for pair in among]
    hidden = hidden or small(len(among))
    before, after = (tables.share([sum(each[place] for each in had), len(had)], measure.key, hidden) for place in (0, 1))
    kinds = {"both": (True, True), "before_only": (True, False), "after_only": (False, True), "neither": (False, False)}
    changes = {name: None if hidden else had.count(kind) for name, kind in kinds.items()}
    return {"measure": measure.key, "suppressed": hidden, "before": before, "after": after, **changes}


def _mean(mean: measures.Mean, pairs: Sequence[tuple[list[Row], list[Row]]], hidden: bool) -> Document:
    """Of children who have it on both sides: the middle of a child's months before, and after."""
    both = []
    for pair in pairs:
        before, after = (_by_child(mean, rows) for rows in pair)
        both += [(before[id], after[id]) for id in sorted(before.keys() & after.keys())]
    hidden = hidden or small(len(both))
    values = [statistics.values(each[place] for each in both) for place in (0, 1)]
    shown = [tables.mean(list(each), mean.key, hidden) for each in values]
    differences = statistics.values(after - before for before, after in both)
    empty = dict.fromkeys(("n", "mean", "low", "high"))
    difference = empty if hidden else statistics.difference(differences)
    return {"measure": mean.key, "suppressed": hidden, "before": shown[0], "after": shown[1], "difference": difference}


def _by_child(mean: measures.Mean, rows: Iterable[Row]) -> dict[str, int]:
    found: dict[str, list[int]] = {}
    for row in rows:
        for child in row["children"]:
            if (value := mean.of(child)) is not None:
                found.setdefault(child["student_id"], []).append(value)
    return {id: round(sum(values) / len(values)) for id, values in found.items()}
