"""What of the engagement report is of a person: services/reports/privacy.py.

A child's months go with the child, for their id stands in them; of a guardian they keep the counts, under an id that leads
nowhere. What classes, branches and the chain come to are counts, and stay.
"""

from schoolbus.privacy import Held

_STEP = ("strategy", "taken_on", "note", "outcome", "outcome_on", "outcome_note", "read_on")
_UNSAID = {"note": None, "outcome_note": None}
OF_ENGAGEMENT = (
    Held("family_months", "student_ids", goes=True),
    Held("family_months", "children.student_id", shows=("month", "children")),
    Held("family_months", "guardian_ids", shows=("month", "told", "read", "answered", "met", "home_notes")),
    Held("engagement_steps", "student_ids", shows=_STEP, blanks=_UNSAID),
    Held("engagement_steps", "guardian_ids", shows=_STEP, blanks=_UNSAID),
    Held("engagement_steps", "taken_by"),
    Held("engagement_steps", "outcome_by"),
)
OF_NO_FAMILY = ("class_months", "branch_months", "engagement_due")
