"""What reports holds about a person. A table: `schoolbus.privacy` exports and erases by it.

Marks and report cards stay and count, under an id that leads nowhere; what was said about somebody in words does not stay.
"""

from typing import Any

from schoolbus.privacy import COPY, COPY_NOBODY, Held
from services.reports.classroom.privacy import OF_CLASSROOM, OF_NOBODY
from services.reports.engagement.privacy import OF_ENGAGEMENT, OF_NO_FAMILY
from services.reports.gradebook.privacy import OF_GRADEBOOK
from services.reports.homenotes.privacy import OF_HOME_NOTES

_REASON = ("reason_kind", "reason_text", "reason_at", "accepted")
_PLANNED = ("since", "until", "reason_kind", "reason_text", "said_at", "withdrawn_at")
_NO_CARD: dict[str, Any] = {
    **{"made_as": "", "record": None, "code": None, "remarks": []},
    **dict.fromkeys(("seen_marks", "printed_marks", "returned_reason", "withdrawn_reason")),
}
HELD = (
    *COPY,
    *OF_CLASSROOM,
    *OF_GRADEBOOK,
    Held("runs", "student_ids"),
    Held("runs", "asked_by"),
    Held("runs", "steps.by"),
    Held("files", "report_card_id", shows=("report_card_id", "pdf"), goes=True, via=("report_cards", "student_id")),
    Held(
        "report_cards",
        "student_id",
        shows=("term", "state", "version", "percent", "grade", "issued_at", "remarks", "returned_reason", "withdrawn_reason"),
        blanks=_NO_CARD,
    ),
    Held(
        "certificates",
        "student_id",
        shows=("number", "title", "title_ur", "text", "text_ur", "class_title", "given_on"),
        blanks={"text": "", "text_ur": None},
    ),
    Held("certificates", "given_by"),
    Held("print_runs", "asked_by"),
    Held("print_parts", "sheets.student_id"),
    Held("print_parts", "failed.student_id"),
    Held("failed_contacts", "person_id", goes=True),
    *(Held("report_cards", by) for by in ("reviewed_by", "approved_by", "returned_by", "remarks.by", "withdrawn_by")),
    Held("report_cards", "acknowledgements.by", shows=("term", "version", "acknowledgements")),
    Held("card_templates", "changed_by"),
    Held("card_template_editions", "changed_by"),
    Held("remark_bank", "written_by"),
    *OF_HOME_NOTES,
    Held(
        "registers",
        "entries.student_id",
        shows=("class_title", "held_on", "lesson", "entries"),
        blanks={"entries.note": None},
    ),
    Held("registers", "taken_by"),
    Held("registers", "changed_by"),
    Held("register_changes", "changes.student_id", shows=("held_on", "lesson", "changes", "at")),
    Held("register_changes", "by"),
    Held("absences", "student_id", shows=("held_on", "status", *_REASON), blanks={"reason_text": None}),
    Held("absences", "reason_by", shows=("held_on", *_REASON), blanks={"reason_text": None}),
    Held("absences", "accepted_by"),
    Held("planned_absences", "student_id", shows=_PLANNED, blanks={"reason_text": None}),
    Held("planned_absences", "said_by", shows=_PLANNED, blanks={"reason_text": None}),
    Held(
        "behaviour_notes",
        "student_id",
        shows=("class_title", "aspect", "tone", "level", "text", "text_ur", "noted_on"),
        blanks={"text": None, "text_ur": None},
    ),
    Held("behaviour_notes", "noted_by"),
    Held("reach", "guardian_id", shows=("month", "told", "delivered", "read", "answered", "channels"), goes=True),
    Held("participation", "person_id", shows=("month", "counts"), goes=True),
    *OF_ENGAGEMENT,
    # made from all of these, and made again when somebody asks
    Held("overviews", "_id", goes=True, in_branch=True),
    Held("overviews", "guardians", goes=True),
    Held("overviews", "home_notes.guardian_id", goes=True),
    Held("overviews", "expectations.acknowledged_by", goes=True),
    Held("briefs", "student_id", goes=True),
)
NOBODY = (
    *COPY_NOBODY,
    *OF_NOBODY,
    "metered",
    "brief_fill",
    "school_weeks",
    "behaviour_aspects",
    "schemes",
    "term_keys",
    "categories",
    "machine_clients",
    "paper_texts",
    "home_note_rounds",  # a guardian's id, up to whom a branch's families have been asked, until the round is over
    *OF_NO_FAMILY,
)
