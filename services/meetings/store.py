"""What meetings keeps: meeting days, their slots, and its copy of the roster.

A booking is not a document of its own: it is what a booked slot says, so one guarded write makes it. Unique indexes keep
what one document cannot see (docs/meetings.md).
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from schoolbus.roster import RosterCopy
from schoolbus.scope import WHOLE_CHAIN, Scope
from schoolbus.store import Document, Documents, Index, current_session
from services.meetings.rules import BOOKED, FREE

_IS_BOOKED = {"state": BOOKED}
_NEAR = timedelta(days=1)  # no meeting day is longer


class Store(RosterCopy):
    meeting_days = Documents("meeting_days", indexes=["branch_id -held_on -_id"])
    slots = Documents(
        "slots",
        indexes=[
            "branch_id meeting_day_id starts_at _id",
            "branch_id meeting_day_id teacher_id starts_at _id",
            Index("branch_id attended_by starts_at _id", where=_IS_BOOKED),
            Index("booking_id", unique=True, where=_IS_BOOKED),
            # nobody is in two meetings in the same minute, of whatever branch
            Index("guardian_id minutes", unique=True, where=_IS_BOOKED),
            Index("student_id minutes", unique=True, where=_IS_BOOKED),
            # one meeting per child and teacher on a meeting day
            Index("meeting_day_id student_id teacher_id", unique=True, where=_IS_BOOKED),
        ],
    )

    def add_slots(self, slots: list[Document]) -> None:
        """All of them, within the transaction of their day."""
        self.slots.collection.insert_many(slots, session=current_session())

    def teachers_among(self, scope: Scope, ids: Iterable[str]) -> set[str]:
        """Which of these are teachers of the branch."""
        where = {"person_id": {"$in": list(ids)}, "roles": "teacher", "active": True}
        return {row["person_id"] for row in self.people.find(scope, where)}

    def students_taught_by(self, scope: Scope, teacher_ids: Iterable[str]) -> list[str]:
        classes = self._enrolled(scope, {"person_id": {"$in": list(teacher_ids)}, "role": "teacher"}, "class_id")
        return self._enrolled(scope, {"class_id": {"$in": classes}, "role": "student"}, "person_id")

    def booking(self, scope: Scope, booking_id: str) -> Document | None:
        return self.slots.first(scope, {"state": BOOKED, "booking_id": booking_id})

    def held_around(self, slot: Document, guardian_id: str, student_id: str) -> list[Document]:
        """What the guardian and the child hold near a slot, in every branch that they belong to."""
        near = {"$gt": slot["starts_at"] - _NEAR, "$lt": slot["starts_at"] + _NEAR}
        either = [{"guardian_id": guardian_id}, {"student_id": student_id}]
        return self.slots.find(WHOLE_CHAIN, {"$or": [{**_IS_BOOKED, **one, "starts_at": near} for one in either]})

    def free_of_teacher(self, scope: Scope, slot: Document, now: datetime) -> list[Document]:
        """What can still be booked with a slot's teacher on its day."""
        return self.slots.find(scope, {**_free_on_day_of(slot), "teacher_id": slot["teacher_id"], "starts_at": {"$gt": now}})

    def free_of_others(self, scope: Scope, slot: Document, now: datetime, limit: int = 20) -> list[Document]:
        """What can still be booked with the other teachers of a slot's day: up to `limit` before it and after it."""
        others = {**_free_on_day_of(slot), "teacher_id": {"$ne": slot["teacher_id"]}}
        earlier, later = {"$gt": now, "$lt": slot["starts_at"]}, {"$gte": slot["starts_at"]}
        before = self.slots.find(scope, {**others, "starts_at": earlier}, sort="-starts_at -_id", limit=limit)
        return before + self.slots.find(scope, {**others, "starts_at": later}, sort="starts_at _id", limit=limit)


def _free_on_day_of(slot: Document) -> Document:
    return {"meeting_day_id": slot["meeting_day_id"], "state": FREE}
