"""A child's "today", as `today.py` writes it."""

from marshmallow import Schema, fields


class DueHomework(Schema):
    homework_id = fields.String()
    class_id = fields.String()
    class_title = fields.String()
    subject = fields.String(allow_none=True)
    title = fields.String()
    text = fields.String()
    due_on = fields.String(metadata={"format": "date"})
    set_at = fields.DateTime()


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
    report_cards = fields.List(fields.Nested(NewReportCard))
    home_notes = fields.List(fields.Nested(AcknowledgedNote))
    attendance = fields.List(fields.Nested(Attended), metadata={"description": "Of today"})
    reasons_wanted = fields.List(fields.Nested(ReasonWanted), metadata={"description": "Absences that nobody has explained"})
    behaviour = fields.List(fields.Nested(NewBehaviourNote))
