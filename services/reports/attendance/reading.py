"""Reading registers: one, a class's, what was changed, and which are missing today."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from schoolbus import access, clock
from schoolbus.caller import Caller
from schoolbus.paging import Paged
from schoolbus.scope import Scope
from services.reports.attendance import absences, registers, sheets, week
from services.reports.attendance.states import EXCUSED, PRESENT, STATUSES

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]


def one(store: Store, caller: Caller, branch_id: str, class_id: str, held_on: str, query: Document) -> Document:
    """The register; where it is not taken yet, the one to begin with: all are present but those whose absence is planned."""
    scope, group = access.led_class(store, caller, branch_id, class_id)
    day = week.read_day(held_on)
    begun = registers.blank(branch_id, group, day, query["lesson"])
    there = store.registers.first(scope, {"_id": begun["_id"]})
    if there:
        return registers.shown(there)
    day, ends = week.register_day(store, scope, held_on)
    students = sorted(registers.students_on(store, scope, class_id, begun["held_on"]))
    planned = absences.planned_on(store, scope, students, begun["held_on"])
    entries = [sheets.plain(id, EXCUSED if id in planned else PRESENT) for id in students]
    nobody = dict.fromkeys(("taken_by", "taken_at", "changed_by", "changed_at"))
    return registers.shown({**begun, **nobody, "ends_at": week.at(day, ends), "edition": 0, "entries": entries})


def of_class(store: Store, caller: Caller, branch_id: str, query: Document) -> Paged:
    """A class's registers with their counts, the latest first."""
    scope, _ = access.led_class(store, caller, branch_id, query["class_id"])
    where: Document = {"class_id": query["class_id"]}
    if days := {name: query[key].isoformat() for name, key in (("$gte", "since"), ("$lte", "until")) if query[key]}:
        where["held_on"] = days
    found = store.registers.page(scope, where, sort="-held_on", page=query["page"])
    return Paged([{**register, "counts": counts(register)} for register in found.items], found.next)


def counts(register: Document) -> dict[str, int]:
    found = dict.fromkeys(STATUSES, 0)
    for entry in register["entries"]:
        found[entry["status"]] += 1
    return {"students": len(register["entries"]), **found}


def changes(store: Store, caller: Caller, branch_id: str, class_id: str, held_on: str, query: Document) -> Paged:
    """What was changed in a register, the latest first: before and after, by whom and why."""
    scope, _ = access.led_class(store, caller, branch_id, class_id)
    day = week.read_day(held_on).isoformat()
    where = {"register_id": registers.register_id(branch_id, class_id, day, query["lesson"])}
    return store.register_changes.page(scope, where, sort="-edition", page=query["page"])


def missing(store: Store, caller: Caller, branch_id: str, query: Document) -> Document:
    """Classes with students and without a register of the day: of the branch for office and head, a teacher's own.

    Classes that are no homerooms have lessons alone, and miss none.
    """
    scope, day = caller.branch(branch_id), query["on"] or clock.today()
    on = day.isoformat()
    closed = _closed(store, scope, day)
    taken = {row["class_id"] for row in _taken(store, scope, on)}
    wanted = {} if closed else _wanted(store, caller, branch_id)
    rows = [row for class_id, row in wanted.items() if class_id not in taken]
    return {
        "on": on,
        "closed": closed,
        "taken": len(taken & wanted.keys()),
        "missing": sorted(rows, key=lambda row: (row["title"], row["class_id"])),
    }


def _closed(store: Store, scope: Scope, day: date) -> str | None:
    if holiday := store.holiday_on(scope, day):
        return str(holiday["title"])
    return None if day.weekday() in week.weekdays(week.of_branch(store, scope)) else "No school on this day of the week"


def _taken(store: Store, scope: Scope, on: str) -> Iterable[Document]:
    of_day = {"held_on": on, "lesson": None}
    return store.registers.collection.find(scope.filter(of_day), {"class_id": True, "_id": False})


def _wanted(store: Store, caller: Caller, branch_id: str) -> dict[str, Document]:
    """Homerooms with students, by class."""
    scope = caller.branch(branch_id)
    where: Document = {"active": True, "homeroom": {"$ne": False}}
    if not caller.reaches_all(branch_id):
        where["class_id"] = {"$in": store.classes_of(scope, caller.person_id, "teacher")}
    found = {row["class_id"]: row for row in store.classes.find(scope, where)}
    members: dict[str, dict[str, list[str]]] = defaultdict(lambda: {"student": [], "teacher": []})
    for row in store.enrollments.find(scope, {"class_id": {"$in": sorted(found)}, "active": True}):
        members[row["class_id"]][row["role"]].append(row["person_id"])
    return {
        id: {
            **{name: row[name] for name in ("class_id", "title", "grade")},
            "students": len(set(members[id]["student"])),
            "teacher_ids": sorted(set(members[id]["teacher"])),
        }
        for id, row in found.items()
        if members[id]["student"]
    }
