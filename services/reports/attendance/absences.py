"""A child's day that is not simply present: one document, whatever registers of the day and of lessons say of it.

So guardians are told once a day that a child is absent, give one reason for it, and hear when it was wrong or the child came
after all. `told`: absence is the last that they heard. `edition` counts what they were told: of two events that come in the
wrong order, the higher is the truth.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from schoolbus import clock
from schoolbus.contracts.reports import AbsenceCorrected, AbsenceRecorded, ArrivalRecorded
from schoolbus.events import Event
from schoolbus.ids import effect_id
from schoolbus.scope import Scope
from schoolbus.store import Busy
from services.reports.attendance.states import ABSENT, EXCUSED, LATE, PRESENT, of_entries

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
NO_REASON: Document = {
    **dict.fromkeys(("reason_kind", "reason_text", "reason_by", "reason_at")),
    **dict.fromkeys(("planned_absence_id", "accepted", "accepted_by", "accepted_at")),
}


def absence_id(branch_id: str, held_on: str, student_id: str) -> str:
    """One of a child and a day."""
    return effect_id("absence", branch_id, held_on, student_id)


def new(branch_id: str, held_on: str, student_id: str) -> Document:
    return {
        "_id": absence_id(branch_id, held_on, student_id),
        "branch_id": branch_id,
        "student_id": student_id,
        "held_on": held_on,
        "entries": [],
        "status": PRESENT,
        "told": False,
        "told_register": None,
        "seen_at": None,  # when, after absence was told, the child was seen
        "edition": -1,  # nothing was told
        "changes": 0,
        **NO_REASON,
    }


@dataclass(frozen=True)
class Days:
    """The absences of a day that children of a register have so far, and what is planned for it."""

    store: Store
    scope: Scope
    known: Mapping[str, Document]
    planned: Mapping[str, Document]

    @classmethod
    def of(cls, store: Store, scope: Scope, register: Mapping[str, Any]) -> Days:
        students, held_on = [entry["student_id"] for entry in register["entries"]], register["held_on"]
        ids = [absence_id(register["branch_id"], held_on, student_id) for student_id in students]
        known = {row["student_id"]: row for row in store.absences.find(scope, {"_id": {"$in": ids}})}
        return cls(store, scope, known, planned_on(store, scope, students, held_on))

    def excused(self, entries: Iterable[Document]) -> list[Document]:
        """Who is absent with a reason that was given before, or accepted since, is excused."""
        return [
            {**entry, "status": EXCUSED} if entry["status"] == ABSENT and self._excuses(entry["student_id"]) else entry
            for entry in entries
        ]

    def _excuses(self, student_id: str) -> bool:
        known = self.known.get(student_id)
        if known is not None and known["accepted"] is not None:
            return bool(known["accepted"])
        return student_id in self.planned

    def keep(self, register: Document, changes: Sequence[Document], by: str) -> None:
        """Within the register's transaction: the days of those who were changed, with what guardians are told of each."""
        for change in changes:
            student_id, now = change["student_id"], change["after"]
            day = self.known.get(student_id)
            if day is None and now["status"] == PRESENT:
                continue
            day = day or new(register["branch_id"], register["held_on"], student_id)
            plan = self.planned.get(student_id)
            after, said = with_entry(day, register, now, by)
            if plan and now["status"] == EXCUSED and day["reason_kind"] is None:
                after |= of_plan(plan)
            if after != day:
                put(self.store, self.scope, day, after, said)


def put(store: Store, scope: Scope, before: Document, after: Document, said: Sequence[Event] = ()) -> Document:
    """Within a transaction. `changes` guards it; 0 is new."""
    after = {**after, "changes": before["changes"] + 1}
    if before["changes"] == 0:
        return store.absences.add(after, saying=said)
    to = {name: value for name, value in after.items() if name != "_id" and before.get(name) != value}
    changed = store.absences.change(scope, before["_id"], when={"changes": before["changes"]}, to=to, saying=said)
    if changed is None:
        raise Busy
    return changed


def with_entry(day: Document, register: Document, now: Mapping[str, Any], by: str) -> tuple[Document, list[Event]]:
    """The day when a register says this of the child, and what guardians are to be told."""
    others = [entry for entry in day["entries"] if entry["register_id"] != register["_id"]]
    of_register = {name: register[name] for name in ("class_id", "class_title", "lesson")}
    entry = {"register_id": register["_id"], **of_register, "status": now["status"], "minutes": now["minutes"]}
    entries = others if now["status"] == PRESENT else [*others, entry]
    after = {**day, "entries": entries, "status": of_entries(entries)}
    elsewhere = next((entry["register_id"] for entry in others if entry["status"] == ABSENT), None)
    kind = to_tell(day, register, now["status"], clock.today(), elsewhere=elsewhere is not None)
    if kind is None:
        moves = day["told_register"] == register["_id"] and now["status"] != ABSENT and elsewhere
        return {**after, "told_register": elsewhere} if moves else after, []
    told = kind is AbsenceRecorded
    after |= {"told": told, "edition": day["edition"] + 1}
    after |= {"told_register": register["_id"]} if told else {"seen_at": clock.now()}
    return after, [said(kind, after, register, by)]


def to_tell(
    day: Mapping[str, Any], register: Mapping[str, Any], status: str, today: date, *, elsewhere: bool
) -> type[Event] | None:
    """Absence, where guardians don't know of it yet, today and yesterday alone; and whenever it is, that it was told wrongly,
    or that the child came.

    A lesson that was over before the child was seen tells nothing new. Who is excused is away, and they know. `elsewhere`:
    another register says absent: then it was not told wrongly.
    """
    if status == EXCUSED:
        return None
    if status == ABSENT:
        fresh = date.fromisoformat(register["held_on"]) >= today - timedelta(days=1)
        before = register["lesson"] is not None and day["seen_at"] is not None and register["ends_at"] <= day["seen_at"]
        return AbsenceRecorded if fresh and not day["told"] and not before else None
    if not day["told"]:
        return None
    if register["_id"] != day["told_register"] or status == LATE:
        return ArrivalRecorded
    return None if elsewhere else AbsenceCorrected


def said(kind: type[Event], day: Document, register: Document, by: str) -> Event:
    return kind(
        branch_id=day["branch_id"],
        subject=day["_id"],
        attendance_id=day["_id"],
        class_id=register["class_id"],
        class_title=register["class_title"],
        absent_on=date.fromisoformat(day["held_on"]),
        ends_at=register["ends_at"],
        teacher_id=by,
        student_ids=[day["student_id"]],
        edition=day["edition"],
    )


# What was planned


def planned_on(store: Store, scope: Scope, students: Sequence[str], held_on: str) -> dict[str, Document]:
    """By student; of several the first."""
    where = {"student_id": {"$in": list(students)}, "until": {"$gte": held_on}, "since": {"$lte": held_on}}
    rows = store.planned_absences.find(scope, {**where, "withdrawn_at": None}, sort="-said_at -_id")
    return {row["student_id"]: row for row in rows}


def of_plan(plan: Document) -> Document:
    """What an absence has of it: given before, it needs nobody's word."""
    return {
        "reason_kind": plan["reason_kind"],
        "reason_text": plan["reason_text"],
        "reason_by": plan["said_by"],
        "reason_at": plan["said_at"],
        "planned_absence_id": plan["_id"],
    }
