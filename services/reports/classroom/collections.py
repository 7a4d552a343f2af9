"""What is kept of the classroom; `Store` names each."""

from schoolbus.store import Documents, Index

HOMEWORK = Documents("homework", indexes=["branch_id class_id due_on _id"], what="Homework", tells=True)
HOMEWORK_EDITIONS = Documents("homework_editions", indexes=["branch_id homework_id edition"])
HOMEWORK_ANSWERS = Documents(  # one of a child to a piece of homework: whether it was seen, done, signed, checked
    "homework_answers",
    indexes=["branch_id homework_id student_id", "branch_id student_id"],
    what="Answer",
)
HOMEWORK_FILES = Documents(
    "homework_files",
    indexes=["branch_id size", "owner_id used", Index("at", where={"used": False})],
    what="File",
)
DIARY = Documents("diary", indexes=["branch_id class_id held_on subject"], what="Entry")
CLASS_TIMETABLES = Documents(
    "class_timetables", indexes=["branch_id class_id valid_from", "periods.teacher_id"], what="Timetable"
)
TIMETABLE_TURNS = Documents("timetable_turns")  # of a teacher, under a hash: whose timetables change one after the other
EXPECTATIONS = Documents(  # each edition of a class's
    "expectations", indexes=[Index("branch_id class_id edition", unique=True)], what="Expectations", tells=True
)
ACKNOWLEDGEMENTS = Documents("acknowledgements", indexes=["branch_id class_id guardian_id edition"])
LEARNING_GOALS = Documents(
    "learning_goals",
    indexes=["branch_id class_id student_id set_at _id", "branch_id student_id set_at _id"],
    what="Learning goal",
    tells=True,
)
TEACHING_METHODS = Documents(
    "teaching_methods", indexes=["branch_id class_id subject_key _id", "branch_id subject_key _id"], what="Teaching method"
)
