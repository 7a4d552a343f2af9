"""The lessons of a class on a day, each with a register of its own: those of its timetable, and those that were taken."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from gateway.portal.pages import Visit
from gateway.portal.teacher.room import Room, items


@dataclass(frozen=True)
class Lesson:
    """`name`: of its register. `starts` and `ends` as HH:MM, "" for one that stands in no timetable."""

    name: str
    subjects: str = ""
    starts: str = ""
    ends: str = ""
    taken: bool = False
    mine: bool = False


async def lessons(visit: Visit, found: Room, on: str) -> list[Lesson]:
    """None where the branch has neither timetables nor attendance."""
    timetable, registers = await asyncio.gather(
        visit.api.perhaps(found.path("class-timetables", found.class_id), on=on),
        visit.api.perhaps(found.path("registers"), class_id=found.class_id, since=on, until=on, limit=100),
    )
    periods = timetable["periods"] if timetable and not timetable["holiday"] else []
    names = [each["lesson"] for each in items(registers) if each["lesson"]]
    return of_day(periods, names, date.fromisoformat(on).weekday(), visit.person_id)


def of_day(periods: Iterable[Mapping[str, Any]], taken: Sequence[str], weekday: int, teacher_id: str) -> list[Lesson]:
    """One for each number of the timetable, however many groups have it; then what was taken under other names."""
    of_number: dict[int, list[Mapping[str, Any]]] = {}
    for each in periods:
        if each["weekday"] == weekday:
            of_number.setdefault(each["number"], []).append(each)
    known = {name.casefold() for name in taken}
    found = [
        Lesson(
            name=str(number),
            subjects=", ".join(sorted({each["subject"] for each in same})),
            starts=min(each["starts"] for each in same),
            ends=max(each["ends"] for each in same),
            taken=str(number) in known,
            mine=any(each["teacher_id"] == teacher_id for each in same),
        )
        for number, same in sorted(of_number.items())
    ]
    numbers = {each.name for each in found}
    return found + [Lesson(name=name, taken=True) for name in sorted(taken) if name.casefold() not in numbers]
