"""What meetings keeps: meeting days, their slots, and its copy of the roster.

A booking is not a document of its own: it is what a booked slot says, so one guarded write makes it. Unique indexes keep
what one document cannot see (docs/meetings.md).
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from schoolbus.roster import RosterCopy
from schoolbus.scope import WHOLE_CHAIN, Scope
from schoolbus.store import Document, Documents, Index, current_session
from services.meetings.activities import collections
from services.meetings.rules import BOOKED, FREE, period

_IS_BOOKED = {"state": BOOKED}
_NEAR = timedelta(days=1)  # no meeting day is longer


class Store(RosterCopy):
    activities = collections.ACTIVITIES
    sign_ups = collections.SIGN_UPS
    attendances = collections.ATTENDANCES
    feedbacks = collections.FEEDBACKS

    openings = Documents("openings")  # how many days each branch has opened: so that two are not opened at once
    room_uses = Documents(  # nobody is in a room in a minute in which another is (rooms.py)
        "room_uses", indexes=[Index("branch_id room minutes", unique=True), "branch_id room starts_at", "branch_id used_by"]
    )
    meeting_days = Documents("meeting_days", indexes=["branch_id -held_on -_id"])
    slots = Documents(
        "slots",
        indexes=[
            "branch_id meeting_day_id starts_at _id",
            "branch_id meeting_day_id teacher_id starts_at _id",
            "teacher_id starts_at",
            Index("branch_id attended_by starts_at _id", where=_IS_BOOKED),
            Index("booking_id", unique=True, where=_IS_BOOKED),
            # nobody is in two meetings in the same minute, of whatever branch
            Index("guardian_id minutes", unique=True, where=_IS_BOOKED),
            Index("teacher_id minutes", unique=True, where=_IS_BOOKED),
            Index("student_id minutes", unique=True, where=_IS_BOOKED),
            # one meeting per child and teacher on a meeting day
            Index("meeting_day_id student_id teacher_id", unique=True, where=_IS_BOOKED),
        ],
    )

    def open_alone(self, branch_id: str) -> None:
        """Within a transaction: another day of the branch that is opened meanwhile begins again, and sees this one."""
        self.openings.collection.update_one(
            {"_id": branch_id},
            {"$inc": {"days": 1}, "$setOnInsert": {"branch_id": branch_id}},
            upsert=True,
            session=current_session(),
        )

    def add_slots(self, slots: list[Document]) -> None:
        """All of them, within the transaction of their day."""
        self.slots.collection.insert_many(slots, session=current_session())

    def slots_between(self, teacher_ids: Iterable[str], begins: datetime, ends: datetime) -> list[Document]:
        """The slots of these teachers, in every branch, that may overlap what is between the two moments."""
        near = {"$gt": begins - _NEAR, "$lt": ends}
        return self.slots.find(WHOLE_CHAIN, {"teacher_id": {"$in": list(teacher_ids)}, "starts_at": near}, sort="starts_at")

    def teachers_among(self, scope: Scope, ids: Iterable[str]) -> set[str]:
        """Which of these are teachers of the branch."""
        where = {"person_id": {"$in": list(ids)}, "roles": "teacher", "active": True}
        return {row["person_id"] for row in self.people.find(scope, where)}

    def students_taught_by(self, scope: Scope, teacher_ids: Iterable[str]) -> list[str]:
        classes = self._enrolled(scope, {"person_id": {"$in": list(teacher_ids)}, "role": "teacher"}, "class_id")
        return self._enrolled(scope, {"class_id": {"$in": classes}, "role": "student"}, "person_id")

    def families_of(self, scope: Scope, student_ids: list[str]) -> list[tuple[str, str]]:
        """Each guardian of these students, with the student."""
        found = self.relations.find(scope, {"student_id": {"$in": student_ids}, "active": True})
        return [(row["guardian_id"], row["student_id"]) for row in found]

    def booking(self, scope: Scope, booking_id: str) -> Document | None:
        return self.slots.first(scope, {"state": BOOKED, "booking_id": booking_id})

    def held_around(self, slot: Document, guardian_id: str, student_id: str) -> list[Document]:
        """What the guardian and the child hold near a slot, in every branch that they belong to."""
        near = {"$gt": slot["starts_at"] - _NEAR, "$lt": slot["starts_at"] + _NEAR}
        either = [{"guardian_id": guardian_id}, {"student_id": student_id}]
        return self.slots.find(WHOLE_CHAIN, {"$or": [{**_IS_BOOKED, **one, "starts_at": near} for one in either]})

    def teacher_is_busy(self, slot: Document) -> bool:
        """Whether the slot's teacher is booked in one of these minutes by another slot, of whatever day and branch."""
        where = {**_IS_BOOKED, "teacher_id": slot["teacher_id"], "minutes": {"$in": period(slot).minutes()}}
        return self.slots.first(WHOLE_CHAIN, {**where, "_id": {"$ne": slot["_id"]}}) is not None

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
