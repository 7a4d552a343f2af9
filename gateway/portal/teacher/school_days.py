"""On which days there is school, and when something set today can be due. Plain values."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta

_A_MONTH = 31  # days; no holiday is looked across that is longer


def is_school(day: date, weekdays: Collection[int], holidays: Sequence[tuple[date, date]]) -> bool:
    """`weekdays` from 0, Monday; `holidays` with their first and last day."""
    return day.weekday() in weekdays and not any(first <= day <= last for first, last in holidays)


def due_days(today: date, weekdays: Collection[int], holidays: Sequence[tuple[date, date]]) -> list[tuple[str, date]]:
    """What three buttons offer, each day once: tomorrow if there is school, the next school day after it, a week from today
    or the first school day from then on."""
    tomorrow, week = today + timedelta(days=1), today + timedelta(days=7)
    offered = [("tomorrow", tomorrow)] if is_school(tomorrow, weekdays, holidays) else []
    for word, begin in (("next school day", today + timedelta(days=len(offered) + 1)), ("next week", week)):
        coming = (begin + timedelta(days=after) for after in range(_A_MONTH))
        found = next((day for day in coming if is_school(day, weekdays, holidays)), begin)
        if found not in [day for _, day in offered]:
            offered.append((word, found))
    return offered
