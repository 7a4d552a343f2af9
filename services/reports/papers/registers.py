"""A class's register of a month, on paper: what its registers of days say, and lessons' where a day has none."""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from schoolbus.scope import Scope
from services.reports.attendance import queries
from services.reports.attendance.showing import by_name
from services.reports.attendance.spans import Span
from services.reports.attendance.states import of_day
from services.reports.paper.register import Attending, Register
from services.reports.papers import looks, words
from services.reports.papers.letters import NothingYet

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
Statuses = dict[str, dict[date, str]]  # by student


def month_of(month: str) -> Span:
    """2026-11. Raises ValueError."""
    first = date.fromisoformat(f"{month}-01")
    if first.isoformat()[:7] != month:
        raise ValueError(month)
    return Span(first, first.replace(day=monthrange(first.year, first.month)[1]))


def of_class(store: Store, scope: Scope, group: Document, month: str) -> Register:
    """Of the days of which a register was taken. Raises NothingYet where none was."""
    taken = queries.of_class(store, scope, group["class_id"], month_of(month))
    if not taken:
        raise NothingYet
    statuses = _statuses(taken)
    people = store.people_by_id(scope, statuses)
    school, school_ur = looks.school(store, scope)
    teacher = _teacher(store, scope, group["class_id"])
    return Register(
        branch_name=school,
        branch_name_ur=school_ur,
        class_title=group["title"],
        days=tuple(sorted({date.fromisoformat(register["held_on"]) for register in taken})),
        children=tuple(
            Attending(_name(people.get(id)), statuses[id], (people.get(id) or {}).get("name_ur"))
            for id in by_name(store, scope, statuses)
        ),
        teacher=_name(teacher) if teacher else "",
        teacher_ur=teacher.get("name_ur") if teacher else None,
        number=words.number("R", scope.branch_id or "", group["class_id"], month),
    )


def _statuses(taken: Iterable[Document]) -> Statuses:
    of_days: dict[str, dict[date, str]] = defaultdict(dict)
    of_lessons: dict[str, dict[date, set[str]]] = defaultdict(lambda: defaultdict(set))
    for register in taken:
        day = date.fromisoformat(register["held_on"])
        for entry in register["entries"]:
            if register["lesson"] is None:
                of_days[entry["student_id"]][day] = entry["status"]
            else:
                of_lessons[entry["student_id"]][day].add(entry["status"])
    found: Statuses = {id: dict(days) for id, days in of_days.items()}
    for id, lessons in of_lessons.items():
        for day, seen in lessons.items():
            found.setdefault(id, {}).setdefault(day, of_day(None, seen))
    return found


def _teacher(store: Store, scope: Scope, class_id: str) -> Document | None:
    """The only one: of several it is not known here whose register it is."""
    teachers = store.teachers_of_class(scope, class_id)
    return store.person(scope, teachers[0]) if len(teachers) == 1 else None


def _name(person: Document | None) -> str:
    return f"{person['given_name']} {person['family_name']}" if person else "–"
