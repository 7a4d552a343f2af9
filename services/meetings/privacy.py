"""What meetings holds about a person. A table: `schoolbus.privacy` exports and erases by it."""

from schoolbus.privacy import COPY, COPY_NOBODY, Held
from services.meetings.activities.privacy import OF_ACTIVITIES
from services.meetings.pta import held as pta

_WAITING = ("meeting_day_id", "times", "state", "joined_at")
_PLACEMENT = ("meeting_day_id", "way", "place", "starts_at", "ends_at", "reason")
_MEETING = ("meeting_day_id", "way", "place", "starts_at", "ends_at", "state", "booked_at", "summary")
_PREPARED = ("arrived_at", "prepared")
_WISH = ("state", "times", "words", "asked_at")
_COMMITMENT = ("owners", "text", "due_on", "state", "word", "made_at", "settled_at")
_WRITTEN = ("state", "form_version", "answers", "asked_at", "answer_by")
_NO_WORDS = {"text": "", "word": None, "asked": None}

HELD = (
    *COPY,
    *pta.HELD,
    Held("meeting_days", "teachers.teacher_id", shows=("title", "held_on", "until", "teachers"), blanks={"teachers.ways": {}}),
    # a random id in their place: a rule that names nobody would invite everybody
    *(Held("meeting_days", by) for by in ("invited.student_ids", "absences.teacher_id")),
    Held("invitations", "student_id", shows=("meeting_day_id", "told_at"), goes=True),
    Held("priorities", "student_id", goes=True),  # not for families to see
    Held("priorities", "teacher_id", shows=("meeting_day_id", "marked_at"), goes=True),
    Held("availabilities", "teacher_id", shows=("patterns", "exceptions", "changed_at"), goes=True),
    Held("slots", "teacher_id", shows=("meeting_day_id", "ways", "starts_at", "ends_at"), blanks={"ways": {}}),
    Held("bookings", "guardian_id", shows=(*_MEETING, *_PREPARED), blanks={"summary": "", "prepared": {}}),
    Held("bookings", "student_id", shows=(*_MEETING, *_PREPARED), blanks={"summary": "", "prepared": {}}),
    Held("waiting", "guardian_id", shows=_WAITING, goes=True),
    Held("waiting", "student_id", shows=_WAITING, goes=True),
    *(Held("waiting", by) for by in ("teacher_id", "joined_by")),
    *(Held("bookings", by) for by in ("booked_by", "cancelled_by")),
    Held(
        "bookings", "teacher_id", shows=("meeting_day_id", "place", "starts_at", "ends_at"), blanks={"summary": "", "place": ""}
    ),
    # told by reports; who is erased there is told of anew
    Held("briefs", "_id", goes=True, in_branch=True),
    Held("briefs", "home_notes.guardian_id", blanks={"home_notes.text": ""}),
    Held("delays", "teacher_id", shows=("meeting_day_id", "minutes", "changed_at")),
    Held("attendance_asks", "teacher_id", shows=("meeting_day_id", "asked_at")),
    # what a teacher noted for themselves and the head is the teacher's own to have, and goes with the child
    Held("notes", "student_id", shows=("shared", "written_at"), blanks={"shared": "", "private": ""}),
    Held("notes", "guardian_id", shows=("shared", "written_at")),
    Held("notes", "teacher_id", shows=("shared", "private", "written_at")),
    Held("call_wishes", "guardian_id", shows=_WISH, blanks={"words": None}),
    Held("call_wishes", "student_id", shows=_WISH, blanks={"words": None}),
    Held("call_wishes", "teacher_id"),
    Held("commitments", "guardian_id", shows=_COMMITMENT, blanks=_NO_WORDS),
    Held("commitments", "student_id", shows=_COMMITMENT, blanks=_NO_WORDS),
    Held("commitments", "teacher_id", shows=_COMMITMENT),
    Held("written_meetings", "guardian_id", shows=_WRITTEN, blanks={"answers": {}}),
    Held("written_meetings", "student_id", shows=_WRITTEN, blanks={"answers": {}}),
    Held("written_meetings", "teacher_id", shows=_WRITTEN),
    Held("wishes", "guardian_id", shows=("meeting_day_id", "children", "fits", "ways", "together", "put_at"), goes=True),
    Held("wishes", "children.student_id", shows=("meeting_day_id", "children", "put_at")),
    *(Held("wishes", by) for by in ("children.teacher_ids", "put_by")),
    Held("wish_reminders", "asked_by"),
    *(Held("timetables", by) for by in ("asked_by", "published_by")),
    *(Held("placements", f"{who}_id", shows=_PLACEMENT, goes=True) for who in ("guardian", "student")),
    Held("placements", "teacher_id", shows=("meeting_day_id", "starts_at", "ends_at"), blanks={"place": ""}),
    *OF_ACTIVITIES,
    Held("participation_told", "person_id", shows=("month", "item"), goes=True),
    Held("feeds", "person_id", shows=("as_staff", "made_at", "read_at"), goes=True),
)
NOBODY = (*COPY_NOBODY, *pta.NOBODY, "openings", "room_uses", "feedbacks", "counts")
