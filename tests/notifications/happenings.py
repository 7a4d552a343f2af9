"""What other services will say of a branch: results, notes, absences, meetings that change, activities, promises."""

import itertools
from datetime import date, datetime, timedelta
from typing import Any

from schoolbus.clock import now
from schoolbus.contracts import activities, meetings, pta, reports, theday
from schoolbus.events import Event
from tests.notifications.schools import School

_numbers = itertools.count(1)


def file(edition: int, method: str = "PUBLISH") -> str:
    """A calendar file."""
    return f"BEGIN:VCALENDAR\r\nMETHOD:{method}\r\nBEGIN:VEVENT\r\nSEQUENCE:{edition}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"


class Meeting:
    """A booking and what becomes of it; each change has an edition."""

    def __init__(self, school: School, guardian: str, student: str) -> None:
        self.school = school
        self.id = school.name(f"bk{next(_numbers)}")
        self.starts_at = now().replace(microsecond=0) + timedelta(days=9)
        self._whose = {"student_id": student, "guardian_id": guardian, "teacher_id": school.name("t1")}

    def booked(self, edition: int = 0) -> Event:
        ids = {"slot_id": self.school.name("slot"), "meeting_day_id": self.school.name("day")}
        ends_at = self.starts_at + timedelta(minutes=10)
        more = {"ends_at": ends_at, "calendar": file(edition)}
        return meetings.SlotBooked(**self._common(edition, self.starts_at), **ids, **more)

    def moved(self, edition: int, hours: int = 1, place: str = "Room 9") -> Event:
        ids = {"slot_id": self.school.name("slot"), "meeting_day_id": self.school.name("day")}
        at = self.starts_at + timedelta(hours=hours)
        more = {"ends_at": at + timedelta(minutes=10), "calendar": file(edition)}
        return meetings.MeetingMoved(**{**self._common(edition, at), "place": place}, **ids, **more)

    def cancelled(self, edition: int) -> Event:
        more = {"meeting_day_id": self.school.name("day"), "calendar": file(edition, "CANCEL")}
        return meetings.MeetingCancelled(**self._common(edition, self.starts_at), **more)

    def reminder(self, edition: int, starts_at: datetime | None = None) -> Event:
        return meetings.MeetingReminder(**self._common(edition, starts_at or self.starts_at))

    def _common(self, edition: int, starts_at: datetime) -> dict[str, Any]:
        of = {"branch_id": self.school.id, "subject": self.id, "booking_id": self.id, "edition": edition, "place": "Room 4"}
        return {**of, **self._whose, "starts_at": starts_at}


def quiz(school: School, *students: str) -> Event:
    id = school.name(f"q{next(_numbers)}")
    of_class = {"class_id": school.name("c1"), "class_title": "Science 5", "teacher_id": school.name("t1")}
    ids = list(students or school.children)
    return reports.QuizResultRecorded(branch_id=school.id, subject=id, quiz_id=id, title="Plants", student_ids=ids, **of_class)


def behaviour(school: School, student: str) -> Event:
    id = school.name(f"n{next(_numbers)}")
    of_class = {"class_id": school.name("c1"), "teacher_id": school.name("t1")}
    return reports.BehaviourNoted(branch_id=school.id, subject=id, behaviour_note_id=id, student_id=student, **of_class)


def absence(school: School, *students: str, ends_at: datetime | None = None) -> Event:
    """In a lesson that goes on for two more hours."""
    id = school.name(f"a{next(_numbers)}")
    of_class = {"class_id": school.name("c1"), "class_title": "5 A", "teacher_id": school.name("t1")}
    absent = {"absent_on": date(2026, 11, 26), "student_ids": list(students)}
    absent["ends_at"] = ends_at or now() + timedelta(hours=2)
    return reports.AbsenceRecorded(branch_id=school.id, subject=id, attendance_id=id, **of_class, **absent)


class Activity:
    def __init__(self, school: School) -> None:
        self.school = school
        self.id = school.name(f"w{next(_numbers)}")
        self.starts_at = now().replace(microsecond=0) + timedelta(days=9)

    def opened(self, *students: str, edition: int = 0) -> Event:
        more = {"ends_at": self.starts_at + timedelta(hours=1), "student_ids": list(students)}
        return activities.ActivityOpened(**self._common(edition), **more)

    def reminder(self, *people: str) -> Event:
        return activities.ActivityReminder(**self._common(0), person_ids=list(people))

    def _common(self, edition: int) -> dict[str, Any]:
        said = {"title": "Reading at home", "starts_at": self.starts_at, "place": "Hall"}
        return {"branch_id": self.school.id, "subject": self.id, "activity_id": self.id, "edition": edition, **said}


def pta_meeting(school: School, *people: str) -> Event:
    id = school.name(f"m{next(_numbers)}")
    at = now().replace(microsecond=0) + timedelta(days=9)
    when = {"starts_at": at, "ends_at": at + timedelta(hours=1), "place": "Library", "calendar": file(0)}
    whom = {"edition": 0, "title": "New playground", "person_ids": list(people)}
    return pta.PtaMeetingCalled(branch_id=school.id, subject=id, pta_meeting_id=id, **whom, **when)


def commitment(school: School, student: str, owner: str, role: str) -> Event:
    id = school.name(f"p{next(_numbers)}")
    whose = {"student_id": student, "owner_id": owner, "owner_role": role, "due_on": date(2026, 12, 10)}
    return theday.CommitmentDue(branch_id=school.id, subject=id, commitment_id=id, **whose)
