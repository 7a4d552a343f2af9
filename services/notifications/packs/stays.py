"""Since when a child has been at a branch, from the days of its enrolments. Plain values; days are ISO dates."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

Row = Mapping[str, Any]
GAP = timedelta(days=120)  # away for longer than a summer: whoever comes back begins anew
_FOREVER = date.max - GAP
_KNOWN = date(2000, 1, 1), date(2100, 1, 1)  # 9999-12-31 stands for no day; and everything after a day must still be a date


def began(rows: Iterable[Row]) -> date | None:
    """The first day of the stay that goes on now. `rows`: all enrolments as a student in one branch, also those that are over.

    A move to another section or the next grade goes on with the same stay. None: the child is not here, or nobody knows since
    when.
    """
    known = list(rows)
    days = [read(row.get("begins_on")) for row in known]
    if not any(row["active"] for row in known) or None in days:
        return None
    first: date | None = None
    until = date.min
    for begins, row in sorted(zip(days, known, strict=True), key=lambda each: each[0] or date.min):
        assert begins is not None
        if first is None or begins > until + GAP:
            first = begins
        until = max(until, _end(row))
    return first


def read(day: str | None) -> date | None:
    """None: not known, or no day on which a child of today came or will leave."""
    try:
        found = date.fromisoformat(day) if day else None
    except ValueError:
        return None
    return found if found and _KNOWN[0] <= found <= _KNOWN[1] else None


def _end(row: Row) -> date:
    """An enrolment that is over and has no last day may have ended at any time: no gap comes after it."""
    ended = None if row["active"] else read(row.get("ends_on"))
    return min(ended, _FOREVER) if ended else _FOREVER
