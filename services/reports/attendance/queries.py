"""What others are made of registers and absences: patterns, briefs, "today"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from schoolbus import clock
from schoolbus.scope import Scope, branch
from services.reports.attendance import spans
from services.reports.attendance.spans import Span
from services.reports.attendance.states import ABSENT, AWAY, EXCUSED, LATE, of_day

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
WANTED = timedelta(days=14)  # how long "today" asks why
MOST = 20


def of_class(store: Store, scope: Scope, class_id: str, span: Span) -> list[Document]:
    return store.registers.find(scope, {"class_id": class_id, "held_on": _in(span)}, sort="held_on")


def of_student(store: Store, scope: Scope, student_id: str, span: Span) -> list[tuple[Document, Document]]:
    """Registers with the child's entry, by day."""
    where = {"class_id": {"$in": _ever_in(store, scope, [student_id])}, "held_on": _in(span)}
    return list(_with_entry(store, scope, where, student_id))


def _with_entry(store: Store, scope: Scope, where: Document, student_id: str) -> Iterable[tuple[Document, Document]]:
    own = {"entries": {"$elemMatch": {"student_id": student_id}}}
    shown = dict.fromkeys(("class_id", "class_title", "held_on", "lesson", "ends_at", "taken_at"), True)
    for register in store.registers.collection.find(scope.filter({**where, **own}), {**shown, **own}).sort("held_on"):
        [entry] = register.pop("entries")
        yield register, entry


def _ever_in(store: Store, scope: Scope, student_ids: Sequence[str]) -> list[str]:
    """Classes, also those that they have left."""
    rows = store.enrollments.find(scope, {"person_id": {"$in": list(student_ids)}, "role": "student"})
    return sorted({row["class_id"] for row in rows})


def _in(span: Span) -> Document:
    return {"$gte": span.since.isoformat(), "$lte": span.until.isoformat()}


# Today


def today(store: Store, branch_id: str, student_id: str, classes: Sequence[str]) -> list[Document]:
    """What today's registers say of a child, the whole day's first."""
    where = {"class_id": {"$in": list(classes)}, "held_on": clock.today().isoformat()}
    found = _with_entry(store, branch(branch_id), where, student_id)
    return [
        {
            **{name: register[name] for name in ("class_id", "class_title", "held_on", "lesson")},
            **{name: entry[name] for name in ("status", "minutes")},
            "taken_at": register["taken_at"].isoformat(),
        }
        for register, entry in sorted(found, key=lambda pair: (pair[0]["lesson"] is not None, pair[0]["ends_at"]))
    ]


def reasons_wanted(store: Store, branch_id: str, student_id: str) -> list[Document]:
    """Absences of the last days of which nobody has said why, the latest first."""
    since = (clock.today() - WANTED).isoformat()
    where = {"student_id": student_id, "held_on": {"$gte": since}, "status": ABSENT, "reason_kind": None}
    found = store.absences.find(branch(branch_id), where, sort="-held_on", limit=MOST)
    return [{"absence_id": row["_id"], "held_on": row["held_on"]} for row in found]


# Briefs


def briefs(store: Store, branch_id: str, student_ids: Sequence[str]) -> dict[str, Document]:
    """Days in the term that goes on and how many of them absent, excused, late, by student; of who is in no register none."""
    scope = branch(branch_id)
    span = spans.going_on(store, scope, clock.today())
    return {
        student_id: {
            **span.shown(),
            "days": sum(of_student.values()),
            **{status: of_student.get(status, 0) for status in (ABSENT, EXCUSED, LATE)},
        }
        for student_id, of_student in days(store, scope, span, student_ids).items()
    }


def days(store: Store, scope: Scope, span: Span, student_ids: Sequence[str]) -> dict[str, dict[str, int]]:
    """How many days of each status, by student; of who is in no register none."""
    counts: dict[str, dict[str, int]] = {}
    for row in store.registers.collection.aggregate(_days(store, scope, span, student_ids)):
        key = row["_id"]
        status = of_day(key["day"], key["lessons"])
        of_student = counts.setdefault(key["student_id"], {})
        of_student[status] = of_student.get(status, 0) + row["days"]
    return counts


def days_of_branch(store: Store, scope: Scope, since: date, until: date) -> dict[str, dict[str, int]]:
    """Days with a register, and how many of them each student was there, late and not to the end included."""
    counts: dict[str, dict[str, int]] = {}
    for row in store.registers.collection.aggregate(_by_student({"held_on": _in(Span(since, until))}, scope)):
        key = row["_id"]
        of_student = counts.setdefault(key["student_id"], {"days": 0, "there": 0})
        of_student["days"] += row["days"]
        if of_day(key["day"], key["lessons"]) not in AWAY:
            of_student["there"] += row["days"]
    return counts


def _days(store: Store, scope: Scope, span: Span, student_ids: Sequence[str]) -> list[Document]:
    """How many days each student has of each kind: what the day's register says, and the lessons'."""
    where = {"class_id": {"$in": _ever_in(store, scope, student_ids)}, "held_on": _in(span)}
    return _by_student(where, scope, {"entries.student_id": {"$in": list(student_ids)}})


def _by_student(where: Document, scope: Scope, whose: Document | None = None) -> list[Document]:
    of_whole_day = {"$eq": ["$lesson", None]}
    day = {"$max": {"$cond": [of_whole_day, "$entries.status", None]}}
    lessons = {"$addToSet": {"$cond": [of_whole_day, "$$REMOVE", "$entries.status"]}}
    return [
        {"$match": scope.filter(where)},
        {"$project": {"held_on": 1, "lesson": 1, "entries.student_id": 1, "entries.status": 1}},
        {"$unwind": "$entries"},
        *([{"$match": whose}] if whose else []),
        {
            "$group": {
                "_id": {"student_id": "$entries.student_id", "held_on": "$held_on"},
                "day": day,
                "lessons": lessons,
            }
        },
        {
            "$group": {
                "_id": {
                    "student_id": "$_id.student_id",
                    "day": "$day",
                    "lessons": {"$sortArray": {"input": "$lessons", "sortBy": 1}},
                },
                "days": {"$sum": 1},
            }
        },
    ]
