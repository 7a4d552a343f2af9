"""What a card says beside marks, counted in the days of its term: attendance, behaviour, goals, home."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from schoolbus import clock
from schoolbus.scope import Scope
from schoolbus.store import Asked
from services.reports.attendance import queries as registers
from services.reports.attendance.spans import Span
from services.reports.attendance.states import ABSENT, AWAY, EXCUSED, LATE
from services.reports.behaviour import queries as behaviour_notes
from services.reports.cards.parts import OPEN, REACHED, Aspect, Attendance, Goal, Home
from services.reports.classroom.homework.states import SET

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
MOST_GOALS = 8  # the newest
LONGEST_GOAL = 160  # characters: a card has one line or two for it
_DONE = ("done", "late")  # what a teacher found


def attendance(store: Store, scope: Scope, student_id: str, span: Span) -> Attendance | None:
    """None: in no register."""
    of = registers.days(store, scope, span, [student_id]).get(student_id)
    if not of:
        return None
    days, away = sum(of.values()), sum(of.get(status, 0) for status in AWAY)
    return Attendance(days, days - away, of.get(ABSENT, 0), of.get(EXCUSED, 0), of.get(LATE, 0))


def behaviour(store: Store, scope: Scope, student_id: str, span: Span) -> tuple[Aspect, ...]:
    counts = behaviour_notes.counts(store, scope, student_id, span.since.isoformat(), span.until.isoformat())
    return tuple(Aspect(each["aspect"], each["praise"], each["concern"], each["aspect_ur"]) for each in counts)


def goals(store: Store, scope: Scope, student_id: str, classes: Sequence[str], span: Span) -> tuple[Goal, ...]:
    """The child's own and those of its classes that are open, or were reached in these days; the oldest first."""
    begins, ends = _moments(span)
    whose = {"$or": [{"student_id": student_id}, {"student_id": None, "class_id": {"$in": list(classes)}}]}
    when = {"$or": [{"state": OPEN}, {"state": REACHED, "settled_at": {"$gte": begins}}]}
    where = {"$and": [whose, when], "set_at": {"$lt": ends}}
    found = store.learning_goals.find(scope, where, sort="-set_at -_id", limit=MOST_GOALS)
    return tuple(
        Goal(_short(each["text"]), each["text_ur"] and _short(each["text_ur"]), each["state"]) for each in reversed(found)
    )


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_GOAL else f"{text[: LONGEST_GOAL - 1].rstrip()}…"


def home(store: Store, scope: Scope, student_id: str, span: Span) -> Home | None:
    """Homework that was due in these days, from when the child came into the class; and notes from the home. None: nothing."""
    begins, ends = _moments(span)
    attending = store.enrollments.find(scope, {"person_id": student_id, "role": "student", "active": True})
    due = [_due(row, span) for row in attending]
    where: Document = {"state": SET, "$or": due} if due else {"_id": None}
    given, notes = store.together(
        Asked(store.homework, scope, where, ("_id",)),
        Asked(store.home_notes, scope, {"student_id": student_id, "written_at": {"$gte": begins, "$lt": ends}}, ("_id",)),
    )
    if not given and not notes:
        return None
    ids = [each["_id"] for each in given]
    answers = store.homework_answers.find(scope, {"student_id": student_id, "homework_id": {"$in": ids}}) if ids else []
    return Home(
        homework_set=len(ids),
        homework_done=sum(map(_done, answers)),
        homework_signed=sum(bool(each.get("signatures")) for each in answers),
        notes=len(notes),
    )


def _due(row: Mapping[str, Any], span: Span) -> Document:
    since = max(span.since.isoformat(), row.get("begins_on") or "")
    return {"class_id": row["class_id"], "due_on": {"$gte": since, "$lte": span.until.isoformat()}}


def _done(answer: Mapping[str, Any]) -> bool:
    """As the teacher found it; where nobody looked, as the family says."""
    checked = answer.get("checked")
    return checked in _DONE if checked else answer.get("done") == "yes"


def _moments(span: Span) -> tuple[datetime, datetime]:
    """From the first moment of the first day to the end of the last."""
    return _midnight(span.since), _midnight(span.until + timedelta(days=1))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.BRANCH_ZONE)
