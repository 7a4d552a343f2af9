"""What reports holds about a person. A table: `schoolbus.privacy` exports and erases by it.

Marks and report cards stay and count, under an id that leads nowhere; what was said about somebody in words does not stay.
"""

from schoolbus.privacy import COPY, COPY_NOBODY, Held

HELD = (
    *COPY,
    Held(
        "homework", "teacher_id", shows=("class_title", "title", "text", "set_at", "due_on"), blanks={"title": "", "text": ""}
    ),
    Held("marks", "student_id", shows=("term", "subject", "score", "out_of", "remark", "marked_at"), blanks={"remark": None}),
    Held("marks", "marked_by"),
    Held("runs", "student_ids"),
    Held("runs", "asked_by"),
    Held("files", "report_card_id", shows=("report_card_id", "pdf"), goes=True, via=("report_cards", "student_id")),
    Held(
        "report_cards",
        "student_id",
        shows=("term", "state", "version", "percent", "grade", "issued_at"),
        blanks={"made_as": "", "record": None},
    ),
    Held("card_templates", "changed_by"),
    Held("card_template_editions", "changed_by"),
    Held("remark_bank", "written_by"),
    Held("home_notes", "guardian_id", shows=("kind", "text", "written_at", "acknowledged_at"), blanks={"text": ""}),
    Held("home_notes", "student_id", shows=("kind", "text", "written_at", "acknowledged_at"), blanks={"text": ""}),
    Held("home_notes", "acknowledged_by", shows=("acknowledged_at",)),
    # made from all of these, and made again when somebody asks
    Held("overviews", "_id", goes=True, in_branch=True),
    Held("overviews", "guardians", goes=True),
    Held("overviews", "home_notes.guardian_id", goes=True),
    Held("briefs", "student_id", goes=True),
)
NOBODY = (*COPY_NOBODY, "metered", "brief_fill", "paper_texts")
