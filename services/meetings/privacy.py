"""What meetings holds about a person. A table: `schoolbus.privacy` exports and erases by it."""

from schoolbus.privacy import COPY, COPY_NOBODY, Held
from services.meetings.activities.privacy import OF_ACTIVITIES

_MEETING = ("meeting_day_id", "place", "starts_at", "ends_at", "state", "booked_at", "calendar")

HELD = (
    *COPY,
    Held("meeting_days", "teachers.teacher_id", shows=("title", "held_on", "teachers"), blanks={"teachers.place": ""}),
    Held("slots", "guardian_id", shows=_MEETING, blanks={"calendar": ""}),
    Held("slots", "student_id", shows=_MEETING, blanks={"calendar": ""}),
    Held(
        "slots", "teacher_id", shows=("meeting_day_id", "place", "starts_at", "ends_at"), blanks={"calendar": "", "place": ""}
    ),
    *OF_ACTIVITIES,
)
NOBODY = (*COPY_NOBODY, "openings", "room_uses", "feedbacks")
