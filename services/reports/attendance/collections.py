"""What is kept of attendance; `Store` names each."""

from schoolbus.store import Documents

REGISTERS = Documents(  # of a class and a day, or a lesson of it
    "registers",
    indexes=["branch_id class_id held_on lesson", "branch_id held_on lesson class_id"],
    what="Register",
)
REGISTER_CHANGES = Documents("register_changes", indexes=["branch_id register_id edition _id"])
ABSENCES = Documents(  # of a child and a day: whatever is not simply present, in whichever register
    "absences",
    indexes=[
        "branch_id student_id held_on _id",
        "branch_id held_on _id",
        "branch_id entries.class_id held_on _id",
        "branch_id status reason_kind held_on _id",
    ],
    what="Absence",
    tells=True,
)
PLANNED_ABSENCES = Documents("planned_absences", indexes=["branch_id student_id until _id"], what="Planned absence")
SCHOOL_WEEKS = Documents("school_weeks")  # one of a branch that has said its own
