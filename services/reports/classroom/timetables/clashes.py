"""Where a teacher would be in two places at once. Plain values: times are texts HH:MM, which have their order."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from schoolbus.problems import Sentence

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
                wrong.setdefault(str(index), []).append(
                    Sentence("The teacher is in period %(before)s of this timetable then.", before=before)
                )
            elif at_once(one, other) and one["subject"].casefold() == other["subject"].casefold():
                wrong.setdefault(str(index), []).append(Sentence("Period %(before)s is the same lesson.", before=before))
    return wrong


def between(periods: Sequence[Period], elsewhere: Iterable[tuple[str, Period]]) -> dict[str, list[str]]:
    """What is wrong by what stands in other timetables that hold at the same time, each with the words that say where."""
    wrong: dict[str, list[str]] = {}
    others = list(elsewhere)
    for index, one in enumerate(periods):
        for where, other in others:
            if one["teacher_id"] and one["teacher_id"] == other["teacher_id"] and at_once(one, other):
                wrong.setdefault(str(index), []).append(
                    Sentence(
                        "The teacher is in %(where)s then: %(weekday)s, %(starts)s to %(ends)s.",
                        where=where,
                        weekday=WEEKDAYS[other["weekday"]],
                        starts=other["starts"],
                        ends=other["ends"],
                    )
                )
    return wrong
