"""A child's "today", as `today.py` writes it."""

from marshmallow import Schema, fields

from services.reports.classroom.homework.schemas import ProjectStep


class DueHomework(Schema):
    homework_id = fields.String()
    class_id = fields.String()
    class_title = fields.String()
    subject = fields.String(allow_none=True)
    kind = fields.String()
    title = fields.String()
    text = fields.String()
    due_on = fields.String(metadata={"format": "date"})
    steps = fields.List(fields.Nested(ProjectStep))
    edition = fields.Integer()
    set_at = fields.DateTime()
    done = fields.String(allow_none=True, metadata={"description": "By the family"})
    signed = fields.Boolean(metadata={"description": "As it is now, by a guardian"})
    checked = fields.String(allow_none=True, metadata={"description": "By the teacher"})


class TalkingPoint(Schema):
    class_id = fields.String()
    class_title = fields.String()
    subject = fields.String(allow_none=True)
    talking_point = fields.String(allow_none=True)
    talking_point_ur = fields.String(allow_none=True)


class DoneToday(Schema):
    """What was done today."""

    class_id = fields.String()
    class_title = fields.String()
    subject = fields.String(allow_none=True)
    text = fields.String()
    text_ur = fields.String(allow_none=True)


class NewGoal(Schema):
    learning_goal_id = fields.String()
    class_id = fields.String()
    class_title = fields.String()
    student_id = fields.String(allow_none=True, metadata={"description": "None: of the whole class"})
    subject = fields.String(allow_none=True)
    text = fields.String()
    text_ur = fields.String(allow_none=True)
    due_on = fields.String(allow_none=True, metadata={"format": "date"})
    set_at = fields.DateTime()


class WaitingExpectations(Schema):
    expectations_id = fields.String(metadata={"description": "Of the class whose they are"})
    class_title = fields.String()
    edition = fields.Integer()


class Tonight(Schema):
    """What the home can do."""

    homework_ids = fields.List(fields.String(), metadata={"description": "Due, and not yet signed"})
    talking_points = fields.List(fields.Nested(TalkingPoint))


class NewResult(Schema):
    line_item_id = fields.String()
    class_id = fields.String()
    subject = fields.String()
    title = fields.String()
    kind = fields.String()
    status = fields.String()
    score = fields.String(allow_none=True)
    out_of = fields.String()
    text_score = fields.String(allow_none=True)
    new_at = fields.DateTime(metadata={"description": "Published, entered or corrected"})


class NewReportCard(Schema):
    report_card_id = fields.String()
    term = fields.String()
    version = fields.Integer()
    issued_at = fields.DateTime()


class AcknowledgedNote(Schema):
    home_note_id = fields.String()
    guardian_id = fields.String()
    kind = fields.String()
    acknowledged_at = fields.DateTime()


class Attended(Schema):
    class_id = fields.String()
    class_title = fields.String()
    held_on = fields.String(metadata={"format": "date"})
    lesson = fields.String(allow_none=True)
    status = fields.String()
    minutes = fields.Integer(allow_none=True)
    taken_at = fields.DateTime()


class ReasonWanted(Schema):
    absence_id = fields.String()
    held_on = fields.String(metadata={"format": "date"})


class NewBehaviourNote(Schema):
    behaviour_note_id = fields.String()
    class_id = fields.String()
    class_title = fields.String()
    aspect_id = fields.String()
    aspect = fields.String()
    aspect_ur = fields.String(allow_none=True)
    tone = fields.String()
    level = fields.Integer(allow_none=True)
    text = fields.String(allow_none=True)
    text_ur = fields.String(allow_none=True)
    noted_on = fields.String(metadata={"format": "date"})
    noted_at = fields.DateTime()


class Today(Schema):
    student_id = fields.String()
    given_name = fields.String()
    family_name = fields.String()
    name_ur = fields.String(allow_none=True)
    date = fields.String(metadata={"format": "date"})
    homework = fields.List(fields.Nested(DueHomework))
    diary = fields.List(fields.Nested(DoneToday))
    goals = fields.List(fields.Nested(NewGoal))
    expectations = fields.List(
        fields.Nested(WaitingExpectations),
        metadata={"description": "That wait for the caller; for the school: for all of the child's guardians"},
    )
    tonight = fields.Nested(Tonight)
    results = fields.List(
        fields.Nested(NewResult), metadata={"description": "Published lately; for guardians, head and office"}
    )
    report_cards = fields.List(fields.Nested(NewReportCard))
    home_notes = fields.List(fields.Nested(AcknowledgedNote))
    attendance = fields.List(fields.Nested(Attended), metadata={"description": "Of today"})
    reasons_wanted = fields.List(fields.Nested(ReasonWanted), metadata={"description": "Absences that nobody has explained"})
    behaviour = fields.List(fields.Nested(NewBehaviourNote))
