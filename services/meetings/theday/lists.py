"""A teacher's list of the day: each family in time order, with all that helps to talk. A few questions to the database, however
many families come; none to another service."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from schoolbus import audit, clock
from schoolbus.caller import Caller
from schoolbus.problems import Invalid, NotFound
from schoolbus.rights import BRANCH, SELF
from schoolbus.scope import Scope
from services.meetings import views
from services.meetings.booking.rules import ATTENDED, BOOKED, MISSED
from services.meetings.days.dates import date_of
from services.meetings.promising import open_ones
from services.meetings.theday import briefs, delays, preparing
from services.meetings.theday.briefs import Reader
from services.meetings.theday.who import is_teacher

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]


def of_teacher(store: Store, caller: Caller, branch_id: str, meeting_day_id: str, query: Mapping[str, Any]) -> Document:
    """A teacher's own list; for office and head that of the teacher they name. `on`: one date of several; a night is of the
    date on which it began. Raises NotFound, Invalid."""
    scope, teacher_id = caller.branch(branch_id), query["teacher_id"]
    day = store.meeting_days.one(scope, meeting_day_id)
    own = teacher_id is None or is_teacher(store, caller, branch_id, teacher_id)
    teacher_id = _teacher(caller, branch_id, day, teacher_id, own=own)
    held = {"meeting_day_id": meeting_day_id, "teacher_id": teacher_id, "state": {"$in": [BOOKED, ATTENDED, MISSED]}}
    bookings = _on(day, query["on"], store.bookings.find(scope, {**held, **_about(query["on"])}, sort="starts_at _id"))
    audit.note(store, caller, branch_id, {booking["student_id"] for booking in bookings}, by=(SELF,) if own else (BRANCH,))
    late = delays.today(store, scope, day, teacher_id)["minutes"]
    head = caller.has(branch_id, "head")
    return {
        "meeting_day_id": meeting_day_id,
        "title": day["title"],
        "teacher_id": teacher_id,
        "minutes_late": late,
        "meetings": _Looked(store, scope, teacher_id, bookings).shown(late, own=own, head=head),
    }


def _about(on: date | None) -> Document:
    """From when to when the meetings of a date may be: also those after midnight."""
    if on is None:
        return {}
    begins = datetime.combine(on, time(), clock.BRANCH_ZONE)
    return {"starts_at": {"$gte": begins, "$lt": begins + timedelta(days=2)}}


def _on(day: Document, on: date | None, bookings: list[Document]) -> list[Document]:
    return bookings if on is None else [each for each in bookings if date_of(day, each["starts_at"]) == on]


def _teacher(caller: Caller, branch_id: str, day: Document, teacher_id: str | None, *, own: bool) -> str:
    if not own and not caller.reaches_all(branch_id):
        raise NotFound("Teacher")
    if teacher_id is None and not caller.has(branch_id, "teacher"):
        raise Invalid({"teacher_id": ["Wanted from office and head: whose list."]})
    wanted = teacher_id or caller.person_id
    if wanted not in {teacher["teacher_id"] for teacher in day["teachers"]}:
        raise NotFound("Teacher")
    return wanted


class _Looked:
    """All that the list is made of, for all its families at once."""

    def __init__(self, store: Store, scope: Scope, teacher_id: str, bookings: Sequence[Document]) -> None:
        students = {booking["student_id"] for booking in bookings}
        ids = {"_id": {"$in": [booking["_id"] for booking in bookings]}}
        self.bookings = views.bookings(store, scope, bookings)
        self.guardians = store.people_by_id(scope, {booking["guardian_id"] for booking in bookings})
        self.taught = set(store.classes_of(scope, teacher_id, "teacher"))
        self.attends = _classes(store, scope, students)
        self.briefs = briefs.of(store, scope, students)
        self.commitments = open_ones.of_students(store, scope, students)
        self.notes = {each["_id"]: each for each in store.notes.find(scope, ids)}
        self.wishes = {each["_id"]: each for each in store.call_wishes.find(scope, ids)}

    def shown(self, late: int, *, own: bool, head: bool) -> list[Document]:
        return [self._one(booking, late, own=own, head=head) for booking in self.bookings]

    def _one(self, booking: Document, late: int, *, own: bool, head: bool) -> Document:
        """`own`: for the teacher whose list it is."""
        student_id, wish = booking["student_id"], self.wishes.get(booking["_id"])
        attends = self.attends.get(student_id, set())
        reader = Reader(school=not own, classes=self.taught if own else ())
        waits = booking["state"] == BOOKED and booking.get("arrived_at") is None
        sees_commitments = head or (own and (attends & self.taught))
        return {
            **booking,
            "arrived_at": booking.get("arrived_at"),
            "expected_at": _expected(booking, late) if waits else None,
            "needs": preparing.needs(booking, self.guardians.get(booking["guardian_id"])),
            "prepared": preparing.shown(booking, private=True) if own else None,
            "brief": briefs.shown(self.briefs.get(student_id), attends, reader),
            "commitments": self.commitments.get(student_id, []) if sees_commitments else [],
            "notes": self._notes(booking["_id"]) if own or head else None,
            "call_wish": _wish(wish) if wish else None,
        }

    def _notes(self, booking_id: str) -> Document | None:
        notes = self.notes.get(booking_id)
        return {name: notes[name] for name in ("shared", "private", "edition")} if notes else None


def _expected(booking: Document, late: int) -> datetime:
    """`late`: minutes, today; another day of the same meetings begins anew."""
    at: datetime = booking["starts_at"]
    return at + timedelta(minutes=late) if abs(at - clock.now()) < delays.AHEAD else at


def _classes(store: Store, scope: Scope, students: set[str]) -> Mapping[str, set[str]]:
    attending = {"person_id": {"$in": sorted(students)}, "role": "student", "active": True}
    found = defaultdict(set)
    for row in store.enrollments.find(scope, attending):
        found[row["person_id"]].add(row["class_id"])
    return found


def _wish(wish: Document) -> Document:
    return {name: wish[name] for name in ("state", "times", "words")}
