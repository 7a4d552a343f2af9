"""What meetings holds about a person. A table: `schoolbus.privacy` exports and erases by it."""

from schoolbus.privacy import COPY, COPY_NOBODY, Held
from services.meetings.activities.privacy import OF_ACTIVITIES
from services.meetings.pta import held as pta

_WAITING = ("meeting_day_id", "times", "state", "joined_at")
_PLACEMENT = ("meeting_day_id", "way", "place", "starts_at", "ends_at", "reason")
_MEETING = ("meeting_day_id", "way", "place", "starts_at", "ends_at", "state", "booked_at", "summary")

HELD = (
    *COPY,
    *pta.HELD,
    Held("meeting_days", "teachers.teacher_id", shows=("title", "held_on", "until", "teachers"), blanks={"teachers.ways": {}}),
    Held("invitations", "student_id", shows=("meeting_day_id", "told_at"), goes=True),
    Held("priorities", "student_id", goes=True),  # not for families to see
    Held("priorities", "teacher_id", shows=("meeting_day_id", "marked_at"), goes=True),
    Held("availabilities", "teacher_id", shows=("patterns", "exceptions", "changed_at"), goes=True),
    Held("slots", "teacher_id", shows=("meeting_day_id", "ways", "starts_at", "ends_at"), blanks={"ways": {}}),
    Held("waiting", "guardian_id", shows=_WAITING, goes=True),
    Held("waiting", "student_id", shows=_WAITING, goes=True),
    *(Held("waiting", by) for by in ("teacher_id", "joined_by")),
    *(Held("bookings", by) for by in ("booked_by", "cancelled_by")),
    Held("bookings", "guardian_id", shows=_MEETING, blanks={"summary": ""}),
    Held("bookings", "student_id", shows=_MEETING, blanks={"summary": ""}),
    Held(
        "bookings", "teacher_id", shows=("meeting_day_id", "place", "starts_at", "ends_at"), blanks={"summary": "", "place": ""}
    ),
    Held("wishes", "guardian_id", shows=("meeting_day_id", "children", "fits", "ways", "together", "put_at"), goes=True),
    Held("wishes", "children.student_id", shows=("meeting_day_id", "children", "put_at")),
    *(Held("wishes", by) for by in ("children.teacher_ids", "put_by")),
    Held("wish_reminders", "asked_by"),
    *(Held("timetables", by) for by in ("asked_by", "published_by")),
    *(Held("placements", f"{who}_id", shows=_PLACEMENT, goes=True) for who in ("guardian", "student")),
    Held("placements", "teacher_id", shows=("meeting_day_id", "starts_at", "ends_at"), blanks={"place": ""}),
    *OF_ACTIVITIES,
    Held("feeds", "person_id", shows=("as_staff", "made_at", "read_at"), goes=True),
)
NOBODY = (*COPY_NOBODY, *pta.NOBODY, "openings", "room_uses", "feedbacks")
