"""What meetings keeps: meeting days, the slots that they offer, bookings, and its copy of the roster.

A booking is one document, made, moved and cancelled by one write each. What two bookings must not share, unique indexes of
those that are live keep from them, whatever races (docs/meetings.md).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from schoolbus import clock, households
from schoolbus.gathered import GatheredAdds
from schoolbus.projection import Projection
from schoolbus.roster import RosterCopy
from schoolbus.scope import WHOLE_CHAIN, Scope, branch
from schoolbus.store import TEXT, Document, Documents, Index, current_session
from schoolbus.together import Together
from services.meetings.activities import collections
from services.meetings.booking import knowing, looking
from services.meetings.booking.live import LIVE, MOMENT, holding, near
from services.meetings.booking.slots import Remembered
from services.meetings.partaking import documents as partaking
from services.meetings.pta import documents as pta
from services.meetings.theday import briefs
from services.meetings.timetable import period

MOST = 100  # requests that are answered by one round trip
_NEAR = timedelta(days=1)  # no meeting day is longer


class Store(RosterCopy):
    layout = 2  # days have all their terms, slots their ways
    activities = collections.ACTIVITIES
    sign_ups = collections.SIGN_UPS
    attendances = collections.ATTENDANCES
    feedbacks = collections.FEEDBACKS
    volunteer_tasks = collections.VOLUNTEER_TASKS
    stints = collections.STINTS
    permission_slips = collections.PERMISSION_SLIPS
    consents = collections.CONSENTS

    openings = Documents("openings")  # how many days each branch has opened: so that two are not opened at once
    room_uses = Documents(  # nobody is in a room while another is (rooms.py)
        "room_uses", indexes=[Index("branch_id room steps", unique=True), "branch_id room starts_at", "branch_id used_by"]
    )
    meeting_days = Documents("meeting_days", indexes=["branch_id -held_on -_id", "tell_at", "settle_at"], tells=True)
    invitations = Documents("invitations", indexes=["meeting_day_id", "student_id"])  # who has been told of a day
    priorities = Documents(  # the children for whom a teacher finds a meeting important
        "priorities", indexes=["branch_id meeting_day_id student_id", "student_id", "teacher_id"]
    )
    availabilities = Documents("availabilities", indexes=["branch_id teacher_id", "teacher_id"], what="Availability")
    slots = Documents(  # what is offered: made with its day, and never changed but in where its ways lead
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
            Index("meeting_day_id teacher_id student_id", unique=True, where=LIVE),
            # a teacher's list; whose attendance is to be noted
            "branch_id meeting_day_id teacher_id starts_at _id",
            Index("ends_at", where={"state": "booked"}),
            # who took part in something this term
            Index("branch_id starts_at", where={"state": "attended"}),
            # as many of a day as it allows a household and a teacher (booking/turns.py)
            Index("meeting_day_id household_turns", unique=True, where={**LIVE, "household_turns": TEXT}),
            Index("meeting_day_id teacher_id teacher_turn", unique=True, where={**LIVE, "teacher_turn": {"$gt": 0}}),
            # held and offered ones, by when that ends; those to be reminded of, by when
            Index("held_until", where={"held_until": MOMENT}),
            Index("remind_at", where={"remind_at": MOMENT}),
            Index("hold_id", where={"hold_id": TEXT}),
            # those that the school called off, by their day (days/ending.py)
            Index("meeting_day_id called_off", where={"called_off": TEXT}),
            Index("forgotten_at", expires=0, where={"forgotten_at": MOMENT}),
        ],
        tells=True,
    )
    waiting = Documents(  # who waits for a time with a teacher (booking/waiting.py)
        "waiting",
        indexes=[
            Index("meeting_day_id student_id teacher_id", unique=True, where=LIVE),
            Index("meeting_day_id teacher_id since _id", where=LIVE),
            "branch_id meeting_day_id guardian_id",
            Index("branch_id student_id", where=LIVE),
            # who is looked at by the timers
            Index("state offered_until", where=LIVE),
            Index("doubted_at", where={"doubted_at": MOMENT}),
            # those that wait no more
            Index("forgotten_at", expires=0, where={"forgotten_at": MOMENT}),
        ],
        what="Place in a waiting list",
    )

    wishes = Documents(  # what families wish of a day (timetabling/)
        "wishes",
        indexes=[
            "branch_id meeting_day_id _id",
            "branch_id meeting_day_id guardian_id",
            # a child's wishes are one guardian's
            Index("meeting_day_id children.student_id", unique=True, where={"children.student_id": TEXT}),
        ],
        what="Wishes",
    )
    wish_reminders = Documents("wish_reminders", indexes=["meeting_day_id", "branch_id"], tells=True)
    timetables = Documents(
        "timetables",
        indexes=[
            "branch_id meeting_day_id -asked_at -_id",
            Index("meeting_day_id", unique=True, where={"current": True}),  # one of a day is published
            Index("state asked_at", where={"state": "asked"}),
            Index("publication asked_at", where={"publication": "publishing"}),
        ],
    )
    placements = Documents(
        "placements",
        indexes=["branch_id timetable_id made_as order _id", "guardian_id", "student_id", "teacher_id"],
    )

    feeds = Documents("feeds", indexes=[Index("secret_hash", unique=True), "person_id"], what="Calendar address")
    counts, participation_told = partaking.COUNTS, partaking.TOLD
    pta_members, pta_offices, pta_officers = pta.MEMBERS, pta.OFFICES, pta.OFFICERS
    pta_meetings, pta_minutes, pta_decisions = pta.MEETINGS, pta.MINUTES, pta.DECISIONS
    pta_answers = pta.ANSWERS
    pta_elections, pta_candidates, pta_voters = pta.ELECTIONS, pta.CANDIDATES, pta.VOTERS
    pta_urns, pta_envelopes, pta_ballots = pta.URNS, pta.ENVELOPES, pta.BALLOTS

    # The day itself, and what follows from it (docs/theday.md)
    briefs = Projection("briefs", key="student_id", indexes=["branch_id"])  # what reports has told of each student
    delays = Documents("delays", indexes=["branch_id"], tells=True)
    notes = Documents("notes", indexes=["branch_id"], what="Notes")
    attendance_asks = Documents("attendance_asks", indexes=["branch_id"], tells=True)
    call_wishes = Documents(
        "call_wishes",
        indexes=["branch_id asked_at _id", "branch_id teacher_id asked_at _id", "branch_id guardian_id asked_at _id"],
        what="Wish",
        tells=True,
    )
    commitments = Documents(
        "commitments",
        indexes=[
            "branch_id student_id due_on _id",
            "branch_id teacher_id due_on _id",
            "branch_id guardian_id due_on _id",
            Index("remind_on", where={"state": "open"}),
        ],
        tells=True,
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
        tells=True,
    )

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.remembered = Remembered()
        self.booked = GatheredAdds(self.bookings)
        self.looked = Together[looking.Looked, looking.Free](partial(looking.look_together, self), MOST)
        self.sought = Together[knowing.Sought, knowing.Known](partial(knowing.look_together, self), MOST)

    def copies(self) -> dict[str, Projection]:
        return {**super().copies(), "briefs": self.briefs}

    def mended(self, branch_id: str, kind: str, rows: list[Document]) -> None:
        """Of who was erased meanwhile there is no brief."""
        if kind == "briefs":
            briefs.drop_erased(self, branch(branch_id), {row["student_id"] for row in rows if "student_id" in row})

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

    def add_all(self, documents: Documents, added: list[Document]) -> None:
        """All of them, of which there may be none, within a transaction."""
        if added:
            documents.put_all(added)

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

    def students_of_classes(self, scope: Scope, class_ids: Iterable[str]) -> list[str]:
        return self._enrolled(scope, {"class_id": {"$in": list(class_ids)}, "role": "student"}, "person_id")

    def students_among(self, scope: Scope, ids: Iterable[str]) -> list[str]:
        """Which of these are students of the branch."""
        where = {"person_id": {"$in": list(ids)}, "roles": "student", "active": True}
        return sorted(row["person_id"] for row in self.people.find(scope, where))

    def taught_among(self, scope: Scope, teacher_ids: list[str], student_ids: list[str]) -> dict[str, int]:
        """How many of these students each of the teachers teaches."""
        teach = self.enrollments.find(scope, {"person_id": {"$in": teacher_ids}, "role": "teacher", "active": True})
        classes = {"class_id": {"$in": sorted({row["class_id"] for row in teach})}, "role": "student", "active": True}
        known, members = set(student_ids), dict[str, set[str]]()
        for row in self.enrollments.find(scope, classes):
            members.setdefault(row["class_id"], set()).add(row["person_id"])
        theirs: dict[str, set[str]] = {teacher_id: set() for teacher_id in teacher_ids}
        for row in teach:
            theirs[row["person_id"]] |= members.get(row["class_id"], set()) & known
        return {teacher_id: len(students) for teacher_id, students in theirs.items()}

    def teachers_by_student(self, scope: Scope, teacher_ids: list[str]) -> dict[str, list[str]]:
        """Which of these teachers teach each of their students."""
        teach = self.enrollments.find(scope, {"person_id": {"$in": teacher_ids}, "role": "teacher", "active": True})
        classes = {"class_id": {"$in": sorted({row["class_id"] for row in teach})}, "role": "student", "active": True}
        teachers_of, found = dict[str, set[str]](), dict[str, set[str]]()
        for row in teach:
            teachers_of.setdefault(row["class_id"], set()).add(row["person_id"])
        for row in self.enrollments.find(scope, classes):
            found.setdefault(row["person_id"], set()).update(teachers_of[row["class_id"]])
        return {student: [each for each in teacher_ids if each in theirs] for student, theirs in found.items()}

    def availability_of(self, scope: Scope, teacher_ids: Iterable[str]) -> dict[str, Document]:
        """What these teachers keep of when they have time, of those who keep any."""
        found = self.availabilities.find(scope, {"teacher_id": {"$in": list(teacher_ids)}})
        return {each["teacher_id"]: each for each in found}

    def told_of(self, scope: Scope, meeting_day_id: str, mode: str | None = None) -> set[str]:
        """The students whose families have been told of a day; of those who were asked last for what it is in this `mode`."""
        last = {} if mode is None else {"mode": {"$in": [mode, None]}}
        return {each["student_id"] for each in self.invitations.find(scope, {"meeting_day_id": meeting_day_id, **last})}

    def marked(self, scope: Scope, meeting_day_id: str) -> set[str]:
        """The students whom a teacher marked."""
        return {each["student_id"] for each in self.priorities.find(scope, {"meeting_day_id": meeting_day_id})}

    def is_priority(self, scope: Scope, meeting_day_id: str, student_id: str) -> bool:
        return self.priorities.first(scope, {"meeting_day_id": meeting_day_id, "student_id": student_id}) is not None

    def families_of(self, scope: Scope, student_ids: list[str]) -> list[tuple[str, str]]:
        """Each guardian of these students, with the student."""
        found = self.relations.find(scope, {"student_id": {"$in": student_ids}, "active": True})
        return [(row["guardian_id"], row["student_id"]) for row in found]

    def report_receivers(self, scope: Scope, student_ids: list[str]) -> list[str]:
        """The guardians of these students who may receive reports: whom notifications tell of them."""
        where = {"student_id": {"$in": student_ids}, "active": True, "may_receive_reports": True}
        return sorted({row["guardian_id"] for row in self.relations.find(scope, where)})

    def counting_ids(self, scope: Scope, person_ids: Iterable[str]) -> dict[str, str]:
        """Of each of these who is known, instead of a merged record's id that of the one that counts."""
        return {id: row.get("counts_as") or id for id, row in self.people_by_id(scope, person_ids).items()}

    def active_person(self, scope: Scope, person_id: str) -> Document | None:
        return self.people.first(scope, {"person_id": person_id, "active": True})

    def held_near(self, slots: Sequence[Document], guardian_id: str, student_ids: Iterable[str]) -> list[Document]:
        """The live bookings of the guardian and of the children near these slots, in every branch that they belong to."""
        return self.bookings.find(WHOLE_CHAIN, near(slots, [guardian_id], student_ids, clock.now()))

    def is_somewhere(self, person_id: str) -> bool:
        """Whether some branch still has the person."""
        return self.people.first(WHOLE_CHAIN, {"person_id": person_id, "active": True}) is not None

    def held_around(self, slot: Document, guardian_id: str, student_id: str) -> list[Document]:
        """The live bookings of the guardian and of the child near a slot, in every branch that they belong to."""
        return self.held_near([slot], guardian_id, [student_id])

    def teacher_is_busy(self, slot: Document) -> bool:
        """Whether the slot's teacher is booked in one of these minutes by another slot, of whatever day and branch."""
        where = {**holding(clock.now()), "teacher_id": slot["teacher_id"], "minutes": {"$in": period(slot).minutes()}}
        return self.bookings.first(WHOLE_CHAIN, {**where, "slot_id": {"$ne": slot["_id"]}}) is not None

    def bookings_of(self, scope: Scope, slots: Iterable[Document]) -> dict[str, Document]:
        """The booking that holds each of these slots, by the slot's id."""
        live = holding(clock.now())
        ids: dict[str, list[str]] = {}
        for slot in slots:
            ids.setdefault(slot["meeting_day_id"], []).append(slot["_id"])
        either = [{**live, "meeting_day_id": day, "slot_id": {"$in": of_day}} for day, of_day in ids.items()]
        return {booking["slot_id"]: booking for booking in self.bookings.find(scope, {"$or": either})} if either else {}

    def taken_slots(self, of_day: Document) -> list[str]:
        """The ids of those slots of a day (`meeting_day_id`, perhaps `teacher_id`) that somebody holds."""
        where = {**holding(clock.now()), **of_day}
        found = self.bookings.collection.find(where, {"_id": False, "slot_id": True}, session=current_session())
        return [booking["slot_id"] for booking in found]

    def taken_among(self, meeting_day_id: str, slot_ids: Sequence[str]) -> set[str]:
        """Which of these slots of a day somebody holds."""
        return set(self.taken_slots({"meeting_day_id": meeting_day_id, "slot_id": {"$in": list(slot_ids)}}))

    def relations_between(self, scope: Scope, guardian_id: str, student_id: str) -> list[Document]:
        """Of this guardian to this child, those that are active."""
        return self.relations.find(scope, {"guardian_id": guardian_id, "student_id": student_id, "active": True})

    def household_of(self, scope: Scope, student_id: str) -> list[str]:
        """The children of the connected family of a child (households.py), itself among them."""
        return self.households_of(scope, [student_id])

    def households_of(self, scope: Scope, student_ids: Sequence[str]) -> list[str]:
        """As `household_of`, of several children, whether they are of one family or not."""
        return households.household(
            student_ids,
            lambda students: self._related(scope, {"student_id": {"$in": students}}, "guardian_id"),
            lambda guardians: self._related(scope, {"guardian_id": {"$in": guardians}}, "student_id"),
        )

    def _related(self, scope: Scope, where: Document, field: str) -> list[str]:
        return sorted({row[field] for row in self.relations.find(scope, {**where, "active": True})})
