"""What the classroom holds about a person: a part of the service's table.

What a teacher set for a class stays with the class; what was said about a child in words goes with the child.
"""

from typing import Any

from schoolbus.privacy import Held

_HOMEWORK = ("class_title", "kind", "title", "text", "steps", "set_at", "due_on", "state")
_ANSWER = ("homework_id", "done", "done_at", "checked", "checked_at", "comment")
_GOAL = ("class_title", "subject", "text", "text_ur", "due_on", "steps", "state", "notes", "set_at")
_NOTHING_SAID = {"title": "", "text": ""}
_NO_WORDS: dict[str, Any] = {"text": "", "text_ur": None, "steps": [], "notes": []}
_DIARY = ("class_title", "held_on", "subject", "text", "text_ur", "talking_point", "talking_point_ur", "written_at")

OF_CLASSROOM = (
    Held("homework", "teacher_id", shows=_HOMEWORK, blanks={**_NOTHING_SAID, "steps": [], "attachments": []}),
    *(Held("homework", by) for by in ("changed_by", "withdrawn_by")),
    Held("homework_editions", "written_by", shows=("homework_id", "edition", "title", "text"), blanks=_NOTHING_SAID),
    Held("homework_editions", "replaced_by"),
    Held("homework_answers", "student_id", shows=_ANSWER, blanks={"comment": None}),
    Held("homework_answers", "seen.by", shows=("homework_id", "seen")),
    Held("homework_answers", "signatures.by", shows=("homework_id", "signatures")),
    Held("homework_answers", "checked_by"),  # who says that it is done has seen it, too
    Held("homework_files", "owner_id", shows=("name", "content_type", "size", "at"), blanks={"name": ""}),
    Held("diary", "written_by", shows=_DIARY),
    Held("class_timetables", "periods.teacher_id", shows=("class_title", "valid_from", "periods")),
    Held("class_timetables", "written_by"),
    Held("expectations", "written_by"),
    Held("acknowledgements", "guardian_id", shows=("class_id", "edition", "at")),
    Held("learning_goals", "student_id", shows=_GOAL, blanks=_NO_WORDS),
    *(Held("learning_goals", by) for by in ("set_by", "changed_by", "notes.by")),
    Held("teaching_methods", "written_by"),
)
OF_NOBODY = ("timetable_turns",)
