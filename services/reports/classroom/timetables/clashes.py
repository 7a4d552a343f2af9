"""Where a teacher would be in two places at once. Plain values: times are texts HH:MM, which have their order."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Period = Mapping[str, Any]
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def at_once(one: Period, other: Period) -> bool:
    """Whether two periods have a minute in common."""
    return bool(one["weekday"] == other["weekday"] and one["starts"] < other["ends"] and other["starts"] < one["ends"])


def within(periods: Sequence[Period]) -> dict[str, list[str]]:
    """What is wrong in one timetable, by the index of the later of two periods."""
    wrong: dict[str, list[str]] = {}
    for index, one in enumerate(periods):
        for before, other in enumerate(periods[:index]):
            if one["teacher_id"] and one["teacher_id"] == other["teacher_id"] and at_once(one, other):
                wrong.setdefault(str(index), []).append(f"The teacher is in period {before} of this timetable then.")
            elif at_once(one, other) and one["subject"].casefold() == other["subject"].casefold():
                wrong.setdefault(str(index), []).append(f"Period {before} is the same lesson.")
    return wrong


def between(periods: Sequence[Period], elsewhere: Iterable[tuple[str, Period]]) -> dict[str, list[str]]:
    """What is wrong by what stands in other timetables that hold at the same time, each with the words that say where."""
    wrong: dict[str, list[str]] = {}
    others = list(elsewhere)
    for index, one in enumerate(periods):
        for where, other in others:
            if one["teacher_id"] and one["teacher_id"] == other["teacher_id"] and at_once(one, other):
                time = f"{WEEKDAYS[other['weekday']]}, {other['starts']} to {other['ends']}"
                wrong.setdefault(str(index), []).append(f"The teacher is in {where} then: {time}.")
    return wrong
