"""What meetings keeps: meeting days, the slots that they offer, bookings, and its copy of the roster.

A booking is one document, made, moved and cancelled by one write each. What two bookings must not share, unique indexes of
those that are live keep from them, whatever races (docs/meetings.md).
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from schoolbus.projection import Projection
from schoolbus.roster import RosterCopy
from schoolbus.scope import WHOLE_CHAIN, Scope
from schoolbus.store import Document, Documents, Index, current_session
from services.meetings.activities import collections
from services.meetings.pta import documents as pta
from services.meetings.timetable import period

LIVE = {"live": True}  # bookings that hold their time
_NEAR = timedelta(days=1)  # no meeting day is longer


class Store(RosterCopy):
    activities = collections.ACTIVITIES
    sign_ups = collections.SIGN_UPS
    attendances = collections.ATTENDANCES
    feedbacks = collections.FEEDBACKS
    volunteer_tasks = collections.VOLUNTEER_TASKS
    stints = collections.STINTS
    permission_slips = collections.PERMISSION_SLIPS
    consents = collections.CONSENTS

    openings = Documents("openings")  # how many days each branch has opened: so that two are not opened at once
    room_uses = Documents(  # nobody is in a room in a minute in which another is (rooms.py)
        "room_uses", indexes=[Index("branch_id room minutes", unique=True), "branch_id room starts_at", "branch_id used_by"]
    )
    meeting_days = Documents("meeting_days", indexes=["branch_id -held_on -_id"])
    slots = Documents(  # what is offered: made with its day, and never changed
        "slots",
        indexes=[
            "branch_id meeting_day_id starts_at _id",
            "branch_id meeting_day_id teacher_id starts_at _id",
            "teacher_id starts_at",
        ],
    )
    bookings = Documents(
        "bookings",
        indexes=[
            "attended_by starts_at _id",
            Index("meeting_day_id slot_id", unique=True, where=LIVE),
            # nobody is in two meetings in the same minute, of whatever branch
            Index("guardian_id minutes", unique=True, where=LIVE),
            Index("teacher_id minutes", unique=True, where=LIVE),
            Index("student_id minutes", unique=True, where=LIVE),
            # one meeting per child and teacher on a meeting day
            Index("meeting_day_id student_id teacher_id", unique=True, where=LIVE),
            "branch_id meeting_day_id teacher_id starts_at _id",
            Index("ends_at", where={"state": "booked"}),  # whose attendance is to be noted
        ],
    )

    feeds = Documents("feeds", indexes=[Index("secret_hash", unique=True)], what="Calendar address")
    pta_members, pta_offices, pta_officers = pta.MEMBERS, pta.OFFICES, pta.OFFICERS
    pta_meetings, pta_minutes, pta_decisions = pta.MEETINGS, pta.MINUTES, pta.DECISIONS
    pta_elections, pta_candidates, pta_voters = pta.ELECTIONS, pta.CANDIDATES, pta.VOTERS
    pta_urns, pta_envelopes, pta_ballots = pta.URNS, pta.ENVELOPES, pta.BALLOTS

    # The day itself, and what follows from it (docs/theday.md)
    briefs = Projection("briefs", key="student_id")  # what reports has told of each student
    delays = Documents("delays")
    notes = Documents("notes", what="Notes")
    attendance_asks = Documents("attendance_asks")
    call_wishes = Documents(
        "call_wishes",
        indexes=["branch_id asked_at _id", "branch_id teacher_id asked_at _id", "branch_id guardian_id asked_at _id"],
        what="Wish",
    )
    commitments = Documents(
        "commitments",
        indexes=[
            "branch_id student_id due_on _id",
            "branch_id teacher_id due_on _id",
            "branch_id guardian_id due_on _id",
            Index("remind_on", where={"state": "open"}),
        ],
    )
    written_meetings = Documents(
        "written_meetings",
        indexes=[
            Index("branch_id student_id teacher_id occasion", unique=True, where=LIVE),
            "branch_id teacher_id asked_at _id",
            "branch_id guardian_id asked_at _id",
            Index("answer_by", where={"open": True}),
            Index("remind_at", where={"open": True}),
            Index("branch_id held_at", where={"state": "done"}),  # who took part
        ],
    )

    def subscribing(self, branch_ids: Iterable[str]) -> set[str]:
        """Those that subscribe to meetings: in others nothing is said by itself."""
        where = {"branch_id": {"$in": sorted(set(branch_ids))}, "active": True, "services": self.service}
        return {row["branch_id"] for row in self.branches.find(WHOLE_CHAIN, where)}

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

    def active_person(self, scope: Scope, person_id: str) -> Document | None:
        return self.people.first(scope, {"person_id": person_id, "active": True})

    def is_somewhere(self, person_id: str) -> bool:
        """Whether some branch still has the person."""
        return self.people.first(WHOLE_CHAIN, {"person_id": person_id, "active": True}) is not None

    def held_around(self, slot: Document, guardian_id: str, student_id: str) -> list[Document]:
        """The live bookings of the guardian and of the child near a slot, in every branch that they belong to."""
        near = {"$gt": slot["starts_at"] - _NEAR, "$lt": slot["starts_at"] + _NEAR}
        either = [{"guardian_id": guardian_id}, {"student_id": student_id}]
        return self.bookings.find(WHOLE_CHAIN, {"$or": [{**LIVE, **one, "starts_at": near} for one in either]})

    def teacher_is_busy(self, slot: Document) -> bool:
        """Whether the slot's teacher is booked in one of these minutes by another slot, of whatever day and branch."""
        where = {**LIVE, "teacher_id": slot["teacher_id"], "minutes": {"$in": period(slot).minutes()}}
        return self.bookings.first(WHOLE_CHAIN, {**where, "slot_id": {"$ne": slot["_id"]}}) is not None

    def bookings_of(self, scope: Scope, slots: Iterable[Document]) -> dict[str, Document]:
        """The live booking of each of these slots that has one, by the slot's id."""
        ids: dict[str, list[str]] = {}
        for slot in slots:
            ids.setdefault(slot["meeting_day_id"], []).append(slot["_id"])
        either = [{**LIVE, "meeting_day_id": day, "slot_id": {"$in": of_day}} for day, of_day in ids.items()]
        return {booking["slot_id"]: booking for booking in self.bookings.find(scope, {"$or": either})} if either else {}

    def taken_slots(self, of_day: Document) -> list[str]:
        """The ids of those slots of a day (`meeting_day_id`, perhaps `teacher_id`) that somebody holds."""
        found = self.bookings.collection.find({**LIVE, **of_day}, {"_id": False, "slot_id": True}, session=current_session())
        return [booking["slot_id"] for booking in found]

    def free_of_teacher(self, scope: Scope, slot: Document, now: datetime) -> list[Document]:
        """What can still be booked with a slot's teacher on its day."""
        of_teacher = {name: slot[name] for name in ("meeting_day_id", "teacher_id")}
        free = {"_id": {"$nin": self.taken_slots(of_teacher)}, "starts_at": {"$gt": now}}
        return self.slots.find(scope, {**of_teacher, **free})

    def free_of_others(self, scope: Scope, slot: Document, now: datetime, limit: int = 20) -> list[Document]:
        """What can still be booked with the other teachers of a slot's day: up to `limit` before it and after it."""
        of_day = {"meeting_day_id": slot["meeting_day_id"]}
        others = {**of_day, "teacher_id": {"$ne": slot["teacher_id"]}, "_id": {"$nin": self.taken_slots(of_day)}}
        earlier, later = {"$gt": now, "$lt": slot["starts_at"]}, {"$gte": slot["starts_at"]}
        before = self.slots.find(scope, {**others, "starts_at": earlier}, sort="-starts_at -_id", limit=limit)
        return before + self.slots.find(scope, {**others, "starts_at": later}, sort="starts_at _id", limit=limit)
