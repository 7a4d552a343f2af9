"""Which events a branch's own systems can hear, and what is in them: the whole of it.

Ids and what is needed to act on them; no one-time codes, no names, numbers or addresses of people, nothing that somebody wrote
about a child. Who needs more asks the API for it, with rights of its own.
"""

from collections.abc import Callable, Mapping
from typing import Any

from schoolbus.contracts import activities, meetings, pta, reports, roster, theday
from schoolbus.events import Event

Data = Mapping[str, Any]
TEST = "rabta.test"


def _only(*names: str) -> Callable[[Data], dict[str, Any]]:
    return lambda data: {name: data[name] for name in names}


def _items(*names: str) -> Callable[[Data], dict[str, Any]]:
    """Of each item these fields, and its version: the highest is the truth."""
    pick = _only(*names, "active", "version")
    return lambda data: {"items": [pick(item) for item in data["items"]]}


_PTA_MEETING = ("pta_meeting_id", "edition", "title", "starts_at", "place", "person_ids")
_DECISION = ("pta_decision_id", "edition", "title", "due_on", "person_ids")
_ELECTION = ("pta_election_id", "title", "person_ids")
_ACTIVITY = ("activity_id", "edition", "title", "starts_at")
_SHIFT = ("volunteer_task_id", "shift_id", "edition", "title", "starts_at", "person_ids")
_SLIP = ("permission_slip_id", "edition", "title")
_HOMEWORK = ("homework_id", "edition", "class_id", "class_title", "title", "due_on", "teacher_id", "student_ids")
_MEETING = ("booking_id", "edition", "student_id", "guardian_id", "teacher_id", "starts_at")

_COMMITMENT = ("commitment_id", "edition", "student_id", "guardian_id", "teacher_id")
_WRITTEN = ("written_meeting_id", "edition", "student_id", "guardian_id", "teacher_id")
_ATTENDANCE = ("attendance_id", "edition", "class_id", "class_title", "absent_on", "ends_at", "teacher_id", "student_ids")

OFFERED: dict[type[Event], Callable[[Data], dict[str, Any]]] = {
    reports.HomeworkSet: _only("homework_id", "class_id", "class_title", "title", "due_on", "teacher_id", "student_ids"),
    reports.HomeworkChanged: _only(*_HOMEWORK),
    reports.HomeworkWithdrawn: _only(*_HOMEWORK),
    reports.ExpectationsChanged: _only("expectations_id", "edition", "class_id", "class_title", "teacher_id", "student_ids"),
    reports.GoalSet: _only("learning_goal_id", "class_id", "class_title", "teacher_id", "student_ids"),
    reports.QuizResultRecorded: _only("quiz_id", "class_id", "class_title", "title", "teacher_id", "student_ids"),
    reports.BehaviourNoted: _only("behaviour_note_id", "student_id", "class_id", "teacher_id"),
    reports.BehaviourNotesWithdrawn: _only("items"),
    reports.AbsenceRecorded: _only(*_ATTENDANCE),
    reports.AbsenceCorrected: _only(*_ATTENDANCE),
    reports.ArrivalRecorded: _only(*_ATTENDANCE),
    reports.ReportCardIssued: _only("report_card_id", "student_id", "term"),
    reports.ReportCardCorrected: _only("report_card_id", "student_id", "term", "card_version"),
    reports.HomeNoteWritten: _only("home_note_id", "student_id", "guardian_id", "teacher_ids"),
    reports.HomeNoteAcknowledged: _only("home_note_id", "student_id", "guardian_id", "teacher_id"),
    reports.HomeNotePrompted: _only("home_note_prompt_id", "person_ids"),
    meetings.MeetingDayOpened: _only("meeting_day_id", "title", "held_on", "student_ids"),
    meetings.WishesWanted: _only("meeting_day_id", "title", "held_on", "wishes_until", "student_ids"),
    meetings.SlotBooked: _only(
        *("booking_id", "slot_id", "meeting_day_id", "student_id", "guardian_id", "teacher_id", "starts_at", "ends_at")
    ),
    meetings.MeetingMoved: _only(*_MEETING, "slot_id", "meeting_day_id", "ends_at"),
    meetings.MeetingCancelled: _only(*_MEETING, "meeting_day_id"),
    meetings.MeetingDayCancelled: _only("meeting_day_id", "edition", "title", "held_on", "person_ids"),
    meetings.DayMeetingsCancelled: _only("meeting_day_id", "items"),
    meetings.MeetingCalledOff: _only(*_MEETING, "meeting_day_id"),
    meetings.SlotOffered: _only(*_MEETING, "slot_id", "meeting_day_id", "ends_at", "held_until"),
    meetings.MeetingReminder: _only(*_MEETING),
    pta.PtaMeetingCalled: _only("pta_meeting_id", "edition", "title", "starts_at", "ends_at", "place", "person_ids"),
    pta.PtaMembershipChanged: _only("person_id", "member", "role"),
    pta.PtaOfficeTaken: _only("pta_officer_id", "office_key", "office", "starts_on", "ends_on", "person_ids"),
    pta.PtaOfficeEnded: _only("pta_officer_id", "person_id", "office_key", "ends_on"),
    pta.PtaMeetingCancelled: _only(*_PTA_MEETING),
    pta.PtaMeetingReminder: _only(*_PTA_MEETING),
    pta.PtaMinutesPublished: _only("pta_minutes_id", "edition", "title", "person_ids"),
    pta.PtaDecisionMade: _only(*_DECISION),
    pta.PtaDecisionDue: _only(*_DECISION),
    pta.PtaDecisionSettled: _only("pta_decision_id", "edition", "state"),
    pta.PtaNominated: _only("pta_candidate_id", "pta_election_id", "office", "answer_by", "person_ids"),
    pta.PtaElectionCalled: _only(*_ELECTION, "edition", "answer_by", "opens_at", "closes_at"),
    pta.PtaElectionOpened: _only(*_ELECTION, "edition", "closes_at"),
    pta.PtaElectionReminder: _only("pta_election_id", "title", "edition", "closes_at"),  # not who has yet to vote
    pta.PtaElectionCounted: _only(*_ELECTION, "edition", "digest", "ballots"),
    pta.PtaElectionCancelled: _only(*_ELECTION, "edition"),
    theday.CommitmentDue: _only("commitment_id", "student_id", "owner_id", "owner_role", "due_on"),
    theday.CommitmentMade: _only(*_COMMITMENT, "owners", "due_on"),
    theday.CommitmentSettled: _only(*_COMMITMENT, "done"),
    theday.MeetingDelayed: _only(*_MEETING, "meeting_day_id", "minutes", "expected_at"),
    theday.MeetingHeld: _only(*_MEETING, "meeting_day_id"),
    theday.MeetingMissed: _only(*_MEETING, "meeting_day_id"),
    theday.CallWished: _only("booking_id", "student_id", "guardian_id", "teacher_id"),
    theday.AttendanceWanted: _only("meeting_day_id", "teacher_id", "student_ids"),
    theday.WrittenMeetingAsked: _only(*_WRITTEN, "answer_by", "last_day"),
    theday.WrittenMeetingReminder: _only(
        "written_meeting_id", "edition", "student_id", "owner_id", "owner_role", "answer_by", "last_day"
    ),
    theday.WrittenMeetingHeld: _only(*_WRITTEN),
    theday.WrittenMeetingLapsed: _only(*_WRITTEN),
    activities.ActivityOpened: _only(*_ACTIVITY, "ends_at", "place", "student_ids"),
    activities.ActivityChanged: _only(*_ACTIVITY, "ends_at", "place", "student_ids"),
    activities.ActivityCancelled: _only(*_ACTIVITY, "place", "student_ids"),
    activities.AnswerMissing: _only("activity_id", "title", "starts_at", "student_ids"),
    activities.ActivityReminder: _only(*_ACTIVITY, "place", "person_ids"),
    activities.SignedUp: _only(*_ACTIVITY, "ends_at", "place", "sign_up_id", "heads", "person_ids"),
    activities.SignUpWithdrawn: _only(*_ACTIVITY, "sign_up_id", "person_ids"),
    activities.PlaceOffered: _only(*_ACTIVITY, "sign_up_id", "heads", "answer_by", "person_ids"),
    activities.ActivityAttended: _only("activity_id", "session_id", "student_ids"),
    activities.FeedbackAsked: _only(*_ACTIVITY, "person_ids"),
    activities.MaterialsShared: _only(*_ACTIVITY, "person_ids"),
    activities.VolunteersWanted: _only("volunteer_task_id", "edition", "title", "starts_at", "place", "student_ids"),
    activities.ShiftTaken: _only(*_SHIFT, "ends_at", "place"),
    activities.ShiftGivenBack: _only(*_SHIFT),
    activities.ShiftCancelled: _only(*_SHIFT),
    activities.ShiftReminder: _only(*_SHIFT, "place"),
    activities.PermissionAsked: _only(*_SLIP, "answer_by", "student_ids"),
    activities.PermissionReminder: _only(*_SLIP, "answer_by", "student_ids"),
    activities.ConsentRecorded: _only(*_SLIP, "student_id", "guardian_id", "text_version", "answer", "how"),
    roster.BranchChanged: _only("name", "name_ur", "services", "active"),
    roster.ClassesChanged: _items("class_id", "title", "grade", "subject"),
    roster.PeopleChanged: _items("person_id", "roles"),
    roster.EnrollmentsChanged: _items("enrollment_id", "class_id", "person_id", "role"),
    roster.RelationsChanged: _items(
        *("relation_id", "student_id", "guardian_id", "may_receive_reports", "may_book", "may_collect")
    ),
}
TYPES = tuple(sorted(event.type for event in OFFERED))


def listed() -> list[dict[str, str]]:
    """By what they are about, and their type."""
    found = [
        {"type": event.type, "about": event.__module__.rpartition(".")[2], "says": _first_words(event)} for event in OFFERED
    ]
    return sorted(found, key=lambda each: (each["about"], each["type"]))


def _first_words(event: type[Event]) -> str:
    """Without the release that it came with."""
    return " ".join((event.__doc__ or "").split()).partition(" Since ")[0]


def data_of(event: Event) -> dict[str, Any]:
    """What is given of an event."""
    return {"branch_id": event.branch_id, **OFFERED[type(event)](event.data)}
