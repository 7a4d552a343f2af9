"""One event of each kind and version, as its golden file shows it.

`python -m tests.contracts.samples` writes the files that are missing.
"""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from schoolbus.contracts import activities, meetings, notifications, pta, reports, roster, theday
from schoolbus.events import Event, with_sequence

GOLDEN = Path(__file__).parent / "golden"
MOMENT = datetime(2026, 9, 1, 7, 30, tzinfo=UTC)


def sample(kind: type[Event], /, **data: Any) -> Event:
    event = kind(branch_id="branch-1", subject="subject-1", id=f"event-of-{kind.routing_key()}", **data)
    event.time = MOMENT
    event.correlation_id = "correlation-1"
    return event


ACCESS = {
    "entry_id": "a1",
    "at": MOMENT.isoformat(),
    "person_id": "t1",
    "role": "teacher",
    "right": "see today",
    "action": "read",
    "branch_id": "branch-1",
    "student_ids": ["s1"],
    "class_id": None,
    "outcome": "allowed",
    "correlation_id": "correlation-1",
}

ATTENDANCE = {
    "attendance_id": "a1",
    "class_id": "c1",
    "class_title": "5 A",
    "absent_on": date(2026, 9, 1),
    "ends_at": MOMENT,
    "teacher_id": "t1",
    "student_ids": ["s1"],
}
BOOKING = {
    "booking_id": "b1",
    "student_id": "s1",
    "guardian_id": "g1",
    "teacher_id": "t1",
    "starts_at": MOMENT,
    "place": "Room 4",
}
PTA_MEETING = {
    "pta_meeting_id": "m1",
    "edition": 1,
    "title": "New playground",
    "starts_at": MOMENT,
    "place": "Library",
    "person_ids": ["g1", "t1"],
}
PTA_DECISION = {
    "pta_decision_id": "d1",
    "edition": 1,
    "title": "Three quotes",
    "due_on": date(2026, 10, 17),
    "person_ids": ["g1"],
}
PTA_ELECTION = {"pta_election_id": "v1", "title": "Committee 2027", "person_ids": ["g1"]}
_FILE = "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
_TITLE = {"title": "Reading at home", "title_ur": "گھر پر پڑھنا", "edition": 0}
_ACTIVITY = {**_TITLE, "activity_id": "w1", "starts_at": MOMENT}
_SHIFT = {**_TITLE, "volunteer_task_id": "v1", "shift_id": "f1", "starts_at": MOMENT, "person_ids": ["g1"]}
_SLIP = {**_TITLE, "permission_slip_id": "p1"}
OF_ACTIVITIES = [
    sample(activities.ActivityOpened, **_ACTIVITY, ends_at=MOMENT, place="Hall", student_ids=["s1", "s2"]),
    sample(activities.ActivityChanged, **_ACTIVITY, ends_at=MOMENT, place="Hall", student_ids=["s1"], calendar=_FILE),
    sample(activities.ActivityCancelled, **_ACTIVITY, place="Hall", student_ids=["s1"], calendar=_FILE),
    sample(activities.AnswerMissing, activity_id="w1", title="Reading", title_ur=None, starts_at=MOMENT, student_ids=["s1"]),
    sample(activities.ActivityReminder, **_ACTIVITY, place="Hall", person_ids=["g1"]),
    sample(
        activities.SignedUp,
        **_ACTIVITY,
        **{"sign_up_id": "u1", "ends_at": MOMENT, "place": "Hall", "heads": 3, "person_ids": ["g1"], "calendar": _FILE},
    ),
    sample(activities.SignUpWithdrawn, **_ACTIVITY, sign_up_id="u1", person_ids=["g1"], calendar=_FILE),
    sample(activities.PlaceOffered, **_ACTIVITY, sign_up_id="u1", heads=2, answer_by=MOMENT, person_ids=["g1"]),
    sample(activities.ActivityAttended, activity_id="w1", session_id="e1", student_ids=["s1", "s2"]),
    sample(activities.FeedbackAsked, **_ACTIVITY, person_ids=["g1"]),
    sample(activities.MaterialsShared, **_ACTIVITY, person_ids=["g1"]),
    sample(
        activities.VolunteersWanted,
        **{**_TITLE, "volunteer_task_id": "v1", "starts_at": MOMENT, "place": "Hall", "student_ids": ["s1"]},
    ),
    sample(activities.ShiftTaken, **_SHIFT, ends_at=MOMENT, place="Hall", calendar=_FILE),
    sample(activities.ShiftGivenBack, **_SHIFT, calendar=_FILE),
    sample(activities.ShiftCancelled, **_SHIFT, calendar=_FILE),
    sample(activities.ShiftReminder, **_SHIFT, place="Hall"),
    sample(activities.PermissionAsked, **_SLIP, answer_by=MOMENT, student_ids=["s1", "s2"]),
    sample(activities.PermissionReminder, **_SLIP, answer_by=MOMENT, student_ids=["s1"]),
    sample(activities.ConsentRecorded, **_SLIP, student_id="s1", guardian_id="g1", text_version=1, answer="yes", how="app"),
]

COMMITMENT = {"commitment_id": "c1", "student_id": "s1", "guardian_id": "g1", "teacher_id": "t1"}
WRITTEN = {"written_meeting_id": "w1", "student_id": "s1", "guardian_id": "g1", "teacher_id": "t1"}
MET = {
    "booking_id": "b1",
    "meeting_day_id": "d1",
    "student_id": "s1",
    "guardian_id": "g1",
    "teacher_id": "t1",
    "starts_at": MOMENT,
}

SAMPLES = [
    *(sample(publisher.AccessNoted, items=[ACCESS]) for publisher in (meetings, reports, notifications)),
    *(
        sample(
            publisher.PersonExported,
            export_id="x1",
            set_id="set-1",
            part=1,
            parts=None,
            collection="slots",
            documents=['{"id": "l1", "place": "Room 4"}'],
        )
        for publisher in (meetings, reports, notifications)
    ),
    *(
        sample(publisher.PersonErased, erasure_id="z1", counts={"relations": 2})
        for publisher in (meetings, reports, notifications)
    ),
    sample(roster.ExportAsked, export_id="x1", person_id="p1", branch_ids=["branch-1"]),
    sample(roster.PersonErased, erasure_id="z1", person_id="p1", branch_ids=["branch-1"]),
    sample(
        roster.BranchChanged, name="Gulberg", name_ur="گلبرگ", services=["reports"], active=True, limits={"storage_mb": 500}
    ),
    sample(
        roster.ClassesChanged,
        items=[{"class_id": "c1", "version": 1, "active": True, "title": "5 A Science", "grade": "5", "subject": "Science"}],
    ),
    sample(
        roster.CalendarChanged,
        terms=[
            {
                "term_id": "y1",
                "title": "2026-27",
                "kind": "schoolYear",
                "starts_on": "2026-08-03",
                "ends_on": "2027-06-30",
                "parent_id": None,
                "year": "2027",
            }
        ],
        holidays=[
            {
                "holiday_id": "h1",
                "title": "Iqbal Day",
                "title_ur": "یوم اقبال",
                "starts_on": "2026-11-09",
                "ends_on": "2026-11-09",
            }
        ],
    ),
    sample(
        roster.MachineClientChanged,
        name="Learning platform",
        scopes=["https://purl.imsglobal.org/spec/or/v1p2/scope/gradebook.readonly"],
        branch_ids=["branch-1"],
        whole_chain=False,
        active=True,
    ),
    sample(
        roster.PeopleChanged,
        items=[
            {
                "person_id": "p1",
                "version": 2,
                "active": True,
                "roles": ["guardian"],
                "given_name": "Ayesha",
                "family_name": "Khan",
                "name_ur": "عائشہ خان",
                "given_name_ur": "عائشہ",
                "phone": "+923001110001",
                "email": None,
                "language": "ur",
                "channels": ["whatsapp", "sms"],
                "preferences": {
                    "hours": {"from": "16:00", "to": "20:30"},
                    "literacy": "reads",
                    "shared_phone": True,
                    "meeting_needs": ["evening", "woman_teacher"],
                },
                "counts_as": "p0",
            }
        ],
    ),
    sample(
        roster.EnrollmentsChanged,
        items=[
            {
                "enrollment_id": "e1",
                "version": 1,
                "active": True,
                "class_id": "c1",
                "person_id": "p1",
                "role": "student",
                "begins_on": "2026-08-03",
                "ends_on": None,
            }
        ],
    ),
    sample(
        roster.RelationsChanged,
        items=[
            {
                "relation_id": "r1",
                "version": 1,
                "active": True,
                "student_id": "s1",
                "guardian_id": "g1",
                "may_receive_reports": True,
                "may_book": True,
                "may_collect": False,
            }
        ],
    ),
    sample(roster.ContactConfirmed, person_id="g1", channel="sms"),
    sample(
        notifications.ContactFailed,
        person_id="g1",
        channel="sms",
        address_hash="9b1f0e8a6c3d4f5e8a7b6c5d4e3f2a1b",
        reason="unknown",
        failed_at=MOMENT,
    ),
    sample(roster.SignInCodeRequested, phone="+923001110001", language="ur", code="123456", expires_at=MOMENT),
    sample(
        reports.HomeworkSet,
        homework_id="h1",
        class_id="c1",
        class_title="5 A Science",
        title="How plants drink",
        due_on=date(2026, 9, 3),
        teacher_id="t1",
        student_ids=["s1", "s2"],
        kind="project",
        edition=0,
    ),
    *(
        sample(
            kind,
            homework_id="h1",
            edition=1,
            class_id="c1",
            class_title="5 A Science",
            title="How plants drink",
            due_on=date(2026, 9, 4),
            teacher_id="t1",
            student_ids=["s1", "s2"],
        )
        for kind in (reports.HomeworkChanged, reports.HomeworkWithdrawn)
    ),
    sample(
        reports.ExpectationsChanged,
        expectations_id="c1",
        edition=2,
        class_id="c1",
        class_title="5 A",
        teacher_id="t1",
        student_ids=["s1", "s2"],
    ),
    sample(reports.GoalSet, learning_goal_id="g1", class_id="c1", class_title="5 A", teacher_id="t1", student_ids=["s1"]),
    sample(
        reports.QuizResultRecorded,
        quiz_id="q1",
        class_id="c1",
        class_title="5 A Science",
        title="Plants",
        teacher_id="t1",
        student_ids=["s1", "s2"],
    ),
    sample(reports.BehaviourNoted, behaviour_note_id="n1", student_id="s1", class_id="c1", teacher_id="t1", edition=0),
    sample(
        reports.BehaviourNotesWithdrawn,
        items=[{"behaviour_note_id": "n1", "edition": 1, "student_id": "s1", "class_id": "c1", "teacher_id": "t1"}],
    ),
    sample(reports.AbsenceCorrected, **ATTENDANCE, edition=1),
    sample(reports.ArrivalRecorded, **ATTENDANCE, edition=1),
    sample(reports.AbsenceRecorded, **ATTENDANCE, edition=0),
    sample(reports.ReportCardIssued, report_card_id="k1", student_id="s1", term="First term"),
    sample(reports.ReportCardCorrected, report_card_id="k2", student_id="s1", term="First term", card_version=2),
    sample(reports.HomeNoteWritten, home_note_id="n1", student_id="s1", guardian_id="g1", teacher_ids=["t1"]),
    sample(reports.HomeNoteAcknowledged, home_note_id="n1", student_id="s1", guardian_id="g1", teacher_id="t1"),
    sample(
        reports.HomeNotePrompted,
        home_note_prompt_id="b1:2026-09-05",
        person_ids=["g1"],
        until=datetime(2026, 9, 6, 11, tzinfo=UTC),
    ),
    sample(
        notifications.ReachCounted,
        items=[
            {
                "reach_id": "g1:2026-09",
                "guardian_id": "g1",
                "month": "2026-09",
                "version": 2,
                "told": 4,
                "delivered": 3,
                "read": 2,
                "failed": 1,
                "answered": 1,
                "other_language": 0,
                "channels": {
                    "sms": {"told": 3, "delivered": 2, "read": 1, "failed": 1},
                    "app": {"told": 1, "delivered": 1, "read": 1, "failed": 0},
                },
                "last_read_on": "2026-09-03",
                "unread_since": None,
                "language": "ur",
                "contact": "works",
            }
        ],
    ),
    sample(
        meetings.ParticipationCounted,
        items=[
            {
                "participation_id": "g1:2026-09",
                "person_id": "g1",
                "role": "guardian",
                "month": "2026-09",
                "version": 1,
                "counts": {"invited": 1, "booked": 2, "met": 1, "missed": 1},
            }
        ],
    ),
    sample(
        reports.StudentsBriefed,
        items=[
            {
                "student_id": "s1",
                "version": 3,
                "marks": [
                    {
                        "class_id": "c1",
                        "term": "First term",
                        "subject": "Science",
                        "score": "17.5",
                        "out_of": "25",
                        "marked_on": "2026-08-28",
                        "on_card": False,
                    }
                ],
                "homework": [
                    {
                        "homework_id": "h1",
                        "class_title": "5 A Science",
                        "subject": None,
                        "title": "How plants drink",
                        "due_on": "2026-09-03",
                    }
                ],
                "home_notes": [
                    {
                        "home_note_id": "n1",
                        "guardian_id": "g1",
                        "kind": "strengths",
                        "text": "She draws maps.",
                        "written_on": "2026-08-30",
                    }
                ],
                "attendance": {
                    "since": "2026-08-03",
                    "until": "2026-09-01",
                    "term": "First term",
                    "days": 24,
                    "absent": 1,
                    "excused": 2,
                    "late": 0,
                },
                "behaviour": {
                    "since": "2026-07-06",
                    "counts": [{"aspect_id": "listening", "aspect": "Listening", "aspect_ur": None, "praise": 3, "concern": 0}],
                    "notes": [
                        {
                            "behaviour_note_id": "n1",
                            "aspect_id": "listening",
                            "aspect": "Listening",
                            "aspect_ur": None,
                            "tone": "praise",
                            "level": None,
                            "text": None,
                            "noted_on": "2026-08-31",
                        }
                    ],
                },
            }
        ],
    ),
    sample(reports.UsageMetered, month="2026-09", used={"report_cards": 30, "storage_bytes": 4_500_000}),
    sample(notifications.UsageMetered, month="2026-09", used={"messages": 1200, "sms_parts": 1500, "app_messages": 90}),
    sample(
        meetings.MeetingDayOpened,
        meeting_day_id="d1",
        title="Autumn meeting",
        held_on=date(2026, 10, 3),
        student_ids=["s1"],
        edition=0,
    ),
    sample(
        meetings.WishesWanted,
        meeting_day_id="d1",
        title="Autumn meeting",
        held_on=date(2026, 10, 3),
        wishes_until=MOMENT,
        student_ids=["s1"],
        edition=0,
    ),
    sample(
        meetings.SlotBooked,
        booking_id="b1",
        slot_id="l1",
        meeting_day_id="d1",
        student_id="s1",
        guardian_id="g1",
        teacher_id="t1",
        starts_at=MOMENT,
        ends_at=MOMENT,
        place="Room 4",
        edition=0,
        calendar="BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
    ),
    sample(
        meetings.MeetingMoved,
        **BOOKING,
        edition=1,
        slot_id="l2",
        meeting_day_id="d1",
        ends_at=MOMENT,
        calendar="BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
    ),
    sample(
        meetings.MeetingCancelled,
        **BOOKING,
        edition=2,
        meeting_day_id="d1",
        calendar="BEGIN:VCALENDAR\r\nMETHOD:CANCEL\r\nEND:VCALENDAR\r\n",
    ),
    sample(
        meetings.MeetingDayCancelled,
        meeting_day_id="d1",
        edition=1,
        title="Autumn meeting",
        held_on=date(2026, 10, 3),
        person_ids=["g1", "t1"],
        calendars={"g1": "BEGIN:VCALENDAR\r\nMETHOD:CANCEL\r\nEND:VCALENDAR\r\n"},
    ),
    sample(
        meetings.DayMeetingsCancelled,
        meeting_day_id="d1",
        items=[
            {
                "booking_id": "b1",
                "edition": 1,
                "student_id": "s1",
                "guardian_id": "g1",
                "teacher_id": "t1",
                "starts_at": MOMENT.isoformat(),
            }
        ],
    ),
    sample(
        meetings.MeetingCalledOff,
        **BOOKING,
        edition=2,
        meeting_day_id="d1",
        calendar="BEGIN:VCALENDAR\r\nMETHOD:CANCEL\r\nEND:VCALENDAR\r\n",
    ),
    sample(
        meetings.SlotOffered,
        **{name: value for name, value in BOOKING.items() if name != "place"},
        **{"edition": 0, "slot_id": "l2", "meeting_day_id": "d1", "ends_at": MOMENT, "held_until": MOMENT},
    ),
    sample(meetings.MeetingReminder, **BOOKING, edition=1),
    *OF_ACTIVITIES,
    sample(
        pta.PtaMeetingCalled,
        pta_meeting_id="m1",
        edition=0,
        title="New playground",
        starts_at=MOMENT,
        ends_at=MOMENT,
        place="Library",
        person_ids=["g1", "t1"],
        calendar="BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
    ),
    sample(pta.PtaMembershipChanged, person_id="g1", member=True, role="guardian"),
    sample(
        pta.PtaOfficeTaken,
        pta_officer_id="o1",
        office_key="chair",
        office="Chair",
        starts_on=date(2026, 10, 1),
        ends_on=date(2027, 9, 30),
        person_ids=["g1"],
    ),
    sample(pta.PtaOfficeEnded, pta_officer_id="o1", person_id="g1", office_key="chair", ends_on=date(2027, 1, 31)),
    sample(pta.PtaMeetingCancelled, **PTA_MEETING, calendar="BEGIN:VCALENDAR\r\nMETHOD:CANCEL\r\nEND:VCALENDAR\r\n"),
    sample(pta.PtaMeetingReminder, **PTA_MEETING),
    sample(pta.PtaMinutesPublished, pta_minutes_id="m1", edition=2, title="New playground", person_ids=["g1", "t1"]),
    sample(pta.PtaDecisionMade, **PTA_DECISION),
    sample(pta.PtaDecisionDue, **PTA_DECISION),
    sample(pta.PtaDecisionSettled, pta_decision_id="d1", edition=2, state="done"),
    sample(
        pta.PtaNominated,
        pta_candidate_id="k1",
        pta_election_id="v1",
        office="Treasurer",
        answer_by=MOMENT,
        person_ids=["g1"],
    ),
    sample(pta.PtaElectionCalled, **PTA_ELECTION, edition=0, answer_by=MOMENT, opens_at=MOMENT, closes_at=MOMENT),
    sample(pta.PtaElectionOpened, **PTA_ELECTION, edition=1, closes_at=MOMENT),
    sample(pta.PtaElectionReminder, **PTA_ELECTION, edition=1, closes_at=MOMENT),
    sample(pta.PtaVoteCast, **PTA_ELECTION),
    sample(pta.PtaElectionCounted, **PTA_ELECTION, edition=2, digest="9f86d081884c7d65", ballots=212),
    sample(pta.PtaElectionCancelled, **PTA_ELECTION, edition=2),
    sample(
        theday.CommitmentDue,
        commitment_id="c1",
        student_id="s1",
        owner_id="g1",
        owner_role="guardian",
        due_on=date(2026, 10, 17),
        edition=0,
    ),
    sample(
        theday.CommitmentMade,
        **COMMITMENT,
        edition=0,
        owners=["guardian", "teacher"],
        due_on=date(2026, 10, 17),
    ),
    sample(theday.CommitmentSettled, **COMMITMENT, edition=1, done=True),
    sample(theday.MeetingDelayed, **MET, edition=0, minutes=15, expected_at=MOMENT),
    sample(theday.MeetingHeld, **MET, edition=2),
    sample(theday.MeetingMissed, **MET, edition=1),
    sample(theday.CallWished, booking_id="b1", student_id="s1", guardian_id="g1", teacher_id="t1"),
    sample(theday.AttendanceWanted, meeting_day_id="d1", teacher_id="t1", student_ids=["s1", "s2"]),
    sample(theday.WrittenMeetingAsked, **WRITTEN, edition=0, answer_by=MOMENT, last_day=date(2026, 8, 31)),
    sample(
        theday.WrittenMeetingReminder,
        written_meeting_id="w1",
        edition=1,
        student_id="s1",
        owner_id="t1",
        owner_role="teacher",
        answer_by=MOMENT,
        last_day=date(2026, 8, 31),
    ),
    sample(theday.WrittenMeetingHeld, **WRITTEN, edition=2),
    sample(theday.WrittenMeetingLapsed, **WRITTEN, edition=1),
]


def _told(kind: type[Event]) -> Any:
    """Items as the events of every day tell them."""
    return next(each.data["items"] for each in SAMPLES if type(each) is kind)


_RUN = {"run_id": "r1"}
_DOUBT = {**_RUN, "doubt_id": "d1", "kind": "people", "keys": ["p1", "p2"]}
_BRANCH = {"branch_id": "branch-1", "version": 4, "name": "Gulberg", "name_ur": None, "services": ["reports"], "active": True}
_MACHINE = {"client_id": "m1", "version": 2, "name": "ERP", "scopes": [], "branch_ids": [], "whole_chain": True, "active": True}
_PART = {**_RUN, "set_id": "s1", "part": 2, "parts": 2, "doubt_id": None, "gone": ["p3"], "told_branches": []}
_ITEMS = {"branches": [_BRANCH], **{kind: [] for kind in ("calendars", "classes", "people", "enrollments", "relations")}}
SAMPLES += [
    *(sample(each.ReplayAsked, **_RUN, branch_ids=["branch-1"]) for each in (meetings, reports, notifications)),
    *(sample(each.ReplayDoubted, **_DOUBT) for each in (meetings, reports, notifications)),
    sample(roster.ReplayedToMeetings, **_PART, **_ITEMS),
    sample(roster.ReplayedToReports, **_PART, **_ITEMS, machine_clients=[_MACHINE]),
    sample(roster.ReplayedToNotifications, **_PART, **_ITEMS),
    *(
        sample(asked, **_RUN, branch_ids=["branch-1"])
        for asked in (meetings.ReplayAskedOfReports, reports.ReplayAskedOfMeetings, reports.ReplayAskedOfNotifications)
    ),
    sample(meetings.ReplayDoubtedOfReports, **{**_DOUBT, "kind": "briefs", "keys": ["s1"]}),
    sample(reports.ReplayDoubtedOfMeetings, **{**_DOUBT, "kind": "participation", "keys": ["g1:2026-09"]}),
    sample(reports.ReplayDoubtedOfNotifications, **{**_DOUBT, "kind": "reach", "keys": ["g1:2026-09"]}),
    sample(reports.ReplayedToMeetings, **_PART, briefs=_told(reports.StudentsBriefed)),
    sample(meetings.ReplayedToReports, **_PART, participation=_told(meetings.ParticipationCounted)),
    sample(notifications.ReplayedToReports, **_PART, reach=_told(notifications.ReachCounted)),
]


def golden(kind: type[Event]) -> Path:
    return GOLDEN / f"{kind.routing_key()}.json"


def on_the_wire(event: Event) -> Any:
    return json.loads(with_sequence(event.encode(), 7))


if __name__ == "__main__":
    for event in SAMPLES:
        if not golden(type(event)).exists():
            golden(type(event)).write_text(json.dumps(on_the_wire(event), ensure_ascii=False, indent=2) + "\n")
            print(f"wrote {golden(type(event)).name}")
