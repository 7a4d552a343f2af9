"""What activities hold about a person: a part of the service's table."""

from schoolbus.privacy import Held

_SIGN_UP = ("activity_id", "state", "heads", "coming_ids", "student_ids", "made_at", "answered_at")
_ATTENDANCE = ("activity_id", "session_id", "heads", "came_ids", "student_ids", "held_at")

OF_ACTIVITIES = (
    Held("activities", "created_by"),
    Held("activities", "leader_ids", shows=("kind", "title", "starts_at", "ends_at", "state")),
    Held("sign_ups", "guardian_id", shows=_SIGN_UP, blanks={"keys": []}),
    Held("sign_ups", "student_ids", shows=_SIGN_UP, blanks={"keys": []}),
    Held("sign_ups", "answered_by"),
    Held("attendances", "guardian_id", shows=_ATTENDANCE),
    Held("attendances", "student_ids", shows=_ATTENDANCE),
    Held("attendances", "recorded_by"),
)
