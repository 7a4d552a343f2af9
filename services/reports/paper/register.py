"""A class's register of a month: who was there on which day, on one page across or on as many as the class needs."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.reports.paper import setting
from services.reports.paper.look import Look
from services.reports.paper.pairs import Pair, month, pair
from services.reports.text import one_line

TEMPLATE = "/services/reports/paper/register.typ"
# Letters, not colours: what is printed in black says the same.
MARKS: Mapping[str, Pair] = {
    "present": {"en": "P", "ur": "ح"},
    "absent": {"en": "A", "ur": "غ"},
    "late": {"en": "L", "ur": "د"},
    "left_early": {"en": "E", "ur": "ق"},
    "excused": {"en": "X", "ur": "ر"},
}
_THERE = ("present", "late", "left_early")


@dataclass(frozen=True)
class Attending:
    """A child of the class. `statuses`: a word of MARKS by the day; a day that is not there was not taken."""

    name: str
    statuses: Mapping[date, str]
    name_ur: str | None = None
    roll: str = ""


@dataclass(frozen=True)
class Register:
    """`days`: the school days, in order, at most 31; children as they stand in the register."""

    branch_name: str
    class_title: str
    days: tuple[date, ...]
    children: tuple[Attending, ...]
    branch_name_ur: str | None = None
    teacher: str = ""
    teacher_ur: str | None = None
    number: str = ""


def render(register: Register, edition: str, look: Look | None = None) -> bytes:
    given = {
        "look": (look or Look()).printed(),
        "branch": pair(register.branch_name, register.branch_name_ur),
        "class": one_line(register.class_title),
        "month": month(register.days[0]),
        "teacher": pair(register.teacher, register.teacher_ur),
        "days": [f"{on.day}" for on in register.days],
        "rows": [_row(child, register.days, number) for number, child in enumerate(register.children, start=1)],
        "present": [_there(register, on) for on in register.days],
        "number": one_line(register.number),
    }
    return setting.pdf(TEMPLATE, "register", given, edition)


def _row(child: Attending, days: tuple[date, ...], number: int) -> dict[str, Any]:
    marks = [child.statuses.get(on) for on in days]
    counted = Counter(marks)
    return {
        "roll": one_line(child.roll) or f"{number}",
        "name": pair(child.name, child.name_ur),
        "marks": [MARKS[mark] if mark else {"en": "", "ur": ""} for mark in marks],
        "present": f"{sum(counted[mark] for mark in _THERE)}",
        "absent": f"{counted['absent'] + counted['excused']}",
        "late": f"{counted['late']}",
    }


def _there(register: Register, on: date) -> str:
    """How many were there; nothing where it was not taken."""
    taken = [child.statuses[on] for child in register.children if on in child.statuses]
    return f"{sum(mark in _THERE for mark in taken)}" if taken else ""
