"""The HTTP shapes of the classroom."""

from datetime import date, timedelta

from marshmallow import Schema, ValidationError, fields

from schoolbus.clock import today
from schoolbus.events import Id
from services.reports.fields import Line, OwnId, Text


def _due(day: date) -> None:
    if not today() <= day <= today() + timedelta(days=366):
        raise ValidationError("From today to a year from now.")


class HomeworkDraft(Schema):
    homework_id = OwnId()
    class_id = Id(required=True)
    title = Line(120, required=True)
    text = Text(4000, required=True)
    subject = Line(60, load_default=None, allow_none=True)
    due_on = fields.Date(required=True, validate=_due)


class Homework(Schema):
    homework_id = fields.String(attribute="_id")
    class_id = fields.String()
    class_title = fields.String()
    title = fields.String()
    text = fields.String()
    subject = fields.String(allow_none=True)
    due_on = fields.String(metadata={"format": "date"})
    teacher_id = fields.String()
    set_at = fields.DateTime()
