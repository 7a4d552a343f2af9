"""What is kept of activities, of those who help, of permission slips; `Store` names each."""

from schoolbus.store import Documents, Index

LIVE = {"live": True}

ACTIVITIES = Documents(
    "activities",
    indexes=[
        "branch_id state starts_at _id",
        "branch_id starts_at _id",
        "leader_ids",
        "remind_at",
        "announce_at",
        "ask_feedback_at",
    ],
    what="Activity",
    tells=True,
)
SIGN_UPS = Documents(
    "sign_ups",
    indexes=[
        Index("activity_id student_ids", unique=True),  # a family has one of an activity: a child is in no two of them
        "branch_id activity_id state asked_at _id",
        "branch_id student_ids activity_id",
        "offer_until",
        "guardian_id state",
    ],
    what="Sign-up",
    tells=True,
)
ATTENDANCES = Documents(
    "attendances",
    indexes=[
        Index("session_id student_ids", unique=True),  # a family is counted once at a session
        "branch_id activity_id session_id",
        "branch_id held_at student_ids",  # who took part in something this term: one query
    ],
)
FEEDBACKS = Documents("feedbacks", indexes=["activity_id"], what="Feedback")  # of nobody: a sign-up knows that it was given

VOLUNTEER_TASKS = Documents(
    "volunteer_tasks", indexes=["branch_id starts_at _id", "branch_id activity_id", "remind_at"], what="Task", tells=True
)
STINTS = Documents(  # somebody's part in a shift
    "stints",
    indexes=[
        Index("shift_id guardian_id", unique=True, where=LIVE),
        Index("guardian_id minutes", unique=True, where=LIVE),  # nobody helps in two places in the same minute
        "branch_id volunteer_task_id live starts_at _id",
        "branch_id starts_at student_ids",  # who took part in something this term
    ],
    tells=True,
)
PERMISSION_SLIPS = Documents(
    "permission_slips",
    indexes=["branch_id -answer_by -_id", "branch_id activity_id", "remind_at"],
    what="Permission slip",
    tells=True,
)
CONSENTS = Documents(
    "consents",
    indexes=[
        Index("permission_slip_id student_id guardian_id", unique=True),  # a guardian has one answer for a child
        "branch_id student_id permission_slip_id",
    ],
    tells=True,
)
