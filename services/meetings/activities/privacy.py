"""What activities hold about a person: a part of the service's table."""

from schoolbus.privacy import Held

_SIGN_UP = ("activity_id", "state", "heads", "made_at", "answered_at")
_ATTENDANCE = ("activity_id", "session_id", "heads", "held_at")
_STINT = ("volunteer_task_id", "shift_id", "starts_at", "ends_at", "place", "state", "came", "taken_at")
_CONSENT = ("permission_slip_id", "student_id", "answer", "text_version", "how", "note", "answered_at")

OF_ACTIVITIES = (
    Held("activities", "created_by"),
    Held("activities", "leader_ids", shows=("kind", "title", "starts_at", "ends_at", "state")),
    Held("sign_ups", "guardian_id", shows=(*_SIGN_UP, "student_ids", "coming_ids"), blanks={"keys": []}),
    Held("sign_ups", "student_ids", shows=_SIGN_UP, blanks={"keys": []}),
    Held("sign_ups", "answered_by"),
    Held("attendances", "guardian_id", shows=(*_ATTENDANCE, "student_ids", "came_ids")),
    Held("attendances", "student_ids", shows=_ATTENDANCE),
    Held("attendances", "recorded_by"),
    Held("volunteer_tasks", "created_by"),
    Held("volunteer_tasks", "leader_ids", shows=("title", "starts_at", "ends_at", "state")),
    Held("stints", "guardian_id", shows=_STINT),
    Held("stints", "student_ids", shows=_STINT),
    Held("stints", "taken_by"),
    Held("permission_slips", "created_by"),
    Held("permission_slips", "leader_ids", shows=("title", "answer_by", "state")),
    # that somebody allowed something stays for those who relied on it, under a name that leads nowhere
    Held("consents", "guardian_id", shows=_CONSENT, blanks={"note": "", "history": []}),
    Held("consents", "student_id", shows=_CONSENT, blanks={"note": "", "history": []}),
    Held("consents", "recorded_by"),
    Held("consents", "history.recorded_by"),
)
