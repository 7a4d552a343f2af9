"""One event of each kind and version, as its golden file shows it.

`python -m tests.contracts.samples` writes the files that are missing.
"""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from schoolbus.contracts import meetings, reports, roster
from schoolbus.events import Event, with_sequence

GOLDEN = Path(__file__).parent / "golden"
MOMENT = datetime(2026, 9, 1, 7, 30, tzinfo=UTC)


def sample(kind: type[Event], **data: Any) -> Event:
    event = kind(branch_id="branch-1", subject="subject-1", id=f"event-of-{kind.routing_key()}", **data)
    event.time = MOMENT
    event.correlation_id = "correlation-1"
    return event


SAMPLES = [
    sample(roster.BranchChanged, name="Gulberg", name_ur="گلبرگ", services=["reports"], active=True),
    sample(
        roster.ClassesChanged,
        items=[{"class_id": "c1", "version": 1, "active": True, "title": "5 A Science", "grade": "5", "subject": "Science"}],
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
        items=[{"enrollment_id": "e1", "version": 1, "active": True, "class_id": "c1", "person_id": "p1", "role": "student"}],
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
    ),
    sample(reports.ReportCardIssued, report_card_id="k1", student_id="s1", term="First term"),
    sample(reports.HomeNoteWritten, home_note_id="n1", student_id="s1", guardian_id="g1", teacher_ids=["t1"]),
    sample(reports.HomeNoteAcknowledged, home_note_id="n1", student_id="s1", guardian_id="g1", teacher_id="t1"),
    sample(
        meetings.MeetingDayOpened, meeting_day_id="d1", title="Autumn meeting", held_on=date(2026, 10, 3), student_ids=["s1"]
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
        calendar="BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
    ),
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
