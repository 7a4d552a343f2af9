"""What gradebooks hold about a person: a part of the service's table."""

from schoolbus.privacy import Held

_RESULT = ("term", "subject", "status", "score", "out_of", "text_score", "scored_on", "comment", "marked_at", "corrected_at")

OF_GRADEBOOK = (
    Held("results", "student_id", shows=_RESULT, blanks={"comment": None, "text_score": None, "sourced_id": None}),
    Held("results", "entered_by"),
    # that something was corrected stays; what it was, and why, is the child's
    Held(
        "result_history",
        "student_id",
        shows=("before", "after", "reason", "at"),
        blanks={"before": None, "after": None, "reason": ""},
    ),
    Held("result_history", "by"),
    Held("line_items", "created_by"),
    Held("line_items", "steps.by"),
    Held("line_items", "adjustments.by"),
    Held("scheme_editions", "by"),
    Held("term_locks", "by"),
    Held("term_locks", "log.by"),
)
