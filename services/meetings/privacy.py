"""What meetings holds about a person. A table: `schoolbus.privacy` exports and erases by it."""

from schoolbus.privacy import COPY, COPY_NOBODY, Held
from services.meetings.activities.privacy import OF_ACTIVITIES
from services.meetings.pta import held as pta

_MEETING = ("meeting_day_id", "way", "place", "starts_at", "ends_at", "state", "booked_at", "summary")

HELD = (
    *COPY,
    *pta.HELD,
    Held("meeting_days", "teachers.teacher_id", shows=("title", "held_on", "teachers"), blanks={"teachers.ways": {}}),
    Held("slots", "teacher_id", shows=("meeting_day_id", "ways", "starts_at", "ends_at"), blanks={"ways": {}}),
    Held("bookings", "guardian_id", shows=_MEETING, blanks={"summary": ""}),
    Held("bookings", "student_id", shows=_MEETING, blanks={"summary": ""}),
    Held(
        "bookings", "teacher_id", shows=("meeting_day_id", "place", "starts_at", "ends_at"), blanks={"summary": "", "place": ""}
    ),
    *OF_ACTIVITIES,
    Held("feeds", "person_id", shows=("as_staff", "made_at", "read_at"), goes=True),
)
NOBODY = (*COPY_NOBODY, *pta.NOBODY, "openings", "room_uses", "feedbacks")
