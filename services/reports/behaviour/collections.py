"""What is kept of behaviour; `Store` names each."""

from schoolbus.store import Documents

BEHAVIOUR_ASPECTS = Documents("behaviour_aspects", indexes=["branch_id position _id"], what="Aspect")  # a school's own
BEHAVIOUR_NOTES = Documents(
    "behaviour_notes",
    indexes=["branch_id student_id noted_on _id", "branch_id class_id noted_on _id"],
    what="Behaviour note",
    tells=True,
)
