"""The same families in the months before and after a date: of a branch, or of a class. Plain values but for `of`.

The month that the date lies in counts as after when the date is its first day; else it is both, and left out. Of the month that
goes on nothing is compared: it would be part of a month beside a whole one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from eventlet import tpool

from schoolbus.caller import Caller
from schoolbus.metering import month_of
from schoolbus.problems import Invalid, Sentence
from services.reports.engagement import changes, measures, months, reaching, tables, words
from services.reports.engagement.changes import Pair, Row
from services.reports.engagement.tables import Tally

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
# Of one month alone the share of those who are there before and after would stand beside the share of all, and who came or left
# would be the difference.
LEAST_MONTHS = 2
BATCH = 500  # rows that are read at a time: others are served in between
_UNNEEDED = {"_id": False, "guardian_ids": False, "version": False}


def spans(on: date, most: int, counted: Collection[str]) -> tuple[list[str], list[str]]:
    """As many months on one side as on the other: those next to the date that are over and `counted`, up to `most`. Raises
    Invalid where there are fewer than LEAST_MONTHS."""
    month = month_of(on)
    first_after = month if on.day == 1 else months.shifted(month, 1)
    before = _run(months.shifted(month, -1), -1, most, counted)
    after = _run(first_after, 1, most, counted)
    both = min(len(before), len(after))
    if both < LEAST_MONTHS:
        raise Invalid(
            {
                "on": [
                    Sentence("Before it and from it on %(least)s whole months have to be over and counted.", least=LEAST_MONTHS)
                ]
            }
        )
    return before[:both][::-1], after[:both]


def _run(month: str, step: int, most: int, counted: Collection[str]) -> list[str]:
    found: list[str] = []
    while month in counted and len(found) < most:
        found.append(month)
        month = months.shifted(month, step)
    return found


def of(store: Store, caller: Caller, branch_id: str, class_id: str | None, query: Mapping[str, Any]) -> Document:
    """Of the branch, or of a class. Raises NotFound, Invalid."""
    scope = caller.branch(branch_id) if class_id is None else reaching.one_class(store, caller, branch_id, class_id)
    over = store.branch_months.collection.find(scope.filter({"month": months.over_and_kept()}), {"month": True})
    before, after = spans(query["on"], query["months"], {row["month"] for row in over})
    where = scope.filter({"month": {"$in": [*before, *after]}})
    rows = list(store.family_months.collection.find(where, _UNNEEDED, batch_size=BATCH))
    sides = [[row for row in rows if row["month"] in side] for side in (before, after)]
    if class_id is None:
        shown = tpool.execute(compared, *sides)
    else:
        by_month = list(store.class_months.collection.find(where, {"beside": False}))
        shown = tpool.execute(compared_class, *sides, class_id, by_month)
    return {
        "on": query["on"],
        "class_id": class_id,
        "before": before,
        "after": after,
        **shown,
        "note": words.BEFORE_AND_AFTER.en,
        "note_ur": words.BEFORE_AND_AFTER.ur,
    }


def compared(before: Iterable[Row], after: Iterable[Row]) -> Document:
    """Of the families that have rows of both: shares before and after with how many had it in which, and means of their
    children with the mean of each child's difference."""
    made = changes.counted(paired(before, after))
    return changes.shown(made, changes.alone(made))


def compared_class(
    before: Iterable[Row], after: Iterable[Row], class_id: str, by_month: Iterable[Mapping[str, Any]]
) -> Document:
    """The same of a class. Hidden is what would be hidden of it where all classes stand beside their branch, and what is hidden
    of it in any of these months: `by_month` has what all classes come to in each."""
    sides = [_by_class(before), _by_class(after)]
    ids = sorted({class_id, *sides[0], *sides[1]})
    made = [changes.counted(paired(*(side.get(id, ()) for side in sides))) for id in ids]
    hidden = changes.within(made)[ids.index(class_id)]
    return changes.shown(made[ids.index(class_id)], hidden | _hidden_in_months(by_month, class_id))


def _by_class(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        for id in {id for child in row["children"] for id in child["class_ids"]}:
            found.setdefault(id, []).append(measures.in_class(row, id))
    return found


def _hidden_in_months(tallies: Iterable[Tally], class_id: str) -> set[str]:
    by_month: dict[str, list[Tally]] = {}
    for tally in tallies:
        by_month.setdefault(tally["month"], []).append(tally)
    hidden: set[str] = set()
    for those in by_month.values():
        for tally, columns in zip(those, tables.within(those), strict=True):
            if tally["class_id"] == class_id:
                hidden |= columns
    return hidden


def paired(before: Iterable[Row], after: Iterable[Row]) -> list[Pair]:
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
