"""What reports holds about a person. A table: `schoolbus.privacy` exports and erases by it.

Marks and report cards stay and count, under an id that leads nowhere; what was said about somebody in words does not stay.
"""

from schoolbus.privacy import COPY, COPY_NOBODY, Held
from services.reports.gradebook.privacy import OF_GRADEBOOK

HELD = (
    *COPY,
    Held(
        "homework", "teacher_id", shows=("class_title", "title", "text", "set_at", "due_on"), blanks={"title": "", "text": ""}
    ),
    *OF_GRADEBOOK,
    Held("runs", "student_ids"),
    Held("runs", "asked_by"),
    Held("files", "report_card_id", shows=("report_card_id", "pdf"), goes=True, via=("report_cards", "student_id")),
    Held(
        "report_cards",
        "student_id",
        shows=("term", "state", "version", "percent", "grade", "issued_at"),
        blanks={"made_as": ""},
    ),
    Held("home_notes", "guardian_id", shows=("kind", "text", "written_at", "acknowledged_at"), blanks={"text": ""}),
    Held("home_notes", "student_id", shows=("kind", "text", "written_at", "acknowledged_at"), blanks={"text": ""}),
    Held("home_notes", "acknowledged_by", shows=("acknowledged_at",)),
    # made from all of these, and made again when somebody asks
    Held("overviews", "_id", goes=True, in_branch=True),
    Held("overviews", "guardians", goes=True),
    Held("overviews", "home_notes.guardian_id", goes=True),
    Held("briefs", "student_id", goes=True),
)
NOBODY = (*COPY_NOBODY, "metered", "brief_fill", "schemes", "categories")
