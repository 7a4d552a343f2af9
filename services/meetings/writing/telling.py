"""What is said of a written meeting: never what is written in it."""

from __future__ import annotations

from typing import Any

from schoolbus.contracts.theday import WrittenMeetingAsked, WrittenMeetingHeld, WrittenMeetingLapsed, WrittenMeetingReminder
from services.meetings.writing.states import last_day, missing

Document = dict[str, Any]


def asked(meeting: Document) -> WrittenMeetingAsked:
    return WrittenMeetingAsked(**_said(meeting), **_until(meeting))


def held(meeting: Document) -> WrittenMeetingHeld:
    return WrittenMeetingHeld(**_said(meeting))


def lapsed(meeting: Document) -> WrittenMeetingLapsed:
    return WrittenMeetingLapsed(**_said(meeting))


def reminders(meeting: Document) -> list[WrittenMeetingReminder]:
    """One for each side that has not answered."""
    said = _said(meeting)
    whom = {name: said.pop(name) for name in ("guardian_id", "teacher_id")}
    return [
        WrittenMeetingReminder(**said, owner_id=whom[f"{side}_id"], owner_role=side, **_until(meeting))
        for side in missing(meeting["answers"])
    ]


def _said(meeting: Document) -> Document:
    names = ("branch_id", "edition", "student_id", "guardian_id", "teacher_id")
    return {"subject": meeting["_id"], "written_meeting_id": meeting["_id"], **{name: meeting[name] for name in names}}


def _until(meeting: Document) -> Document:
    return {"answer_by": meeting["answer_by"], "last_day": last_day(meeting["answer_by"])}
