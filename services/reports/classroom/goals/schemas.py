"""The HTTP shapes of learning goals."""

from datetime import date, timedelta
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from schoolbus.clock import today
from schoolbus.events import Id
from services.reports.fields import Line, OwnId, Text

OPEN, REACHED, DROPPED = STATES = ("open", "reached", "dropped")
MOST_STEPS, MOST_NOTES = 20, 100
_DAY = {"format": "date"}


def _within_two_years(day: date) -> None:
    if not today() - timedelta(days=731) <= day <= today() + timedelta(days=731):
        raise ValidationError("Within two years.")


class GoalStep(Schema):
    text = Line(200, required=True)
    done = fields.Boolean(load_default=False)


class _Content(Schema):
    subject = Line(60, load_default=None, allow_none=True)
    text = Text(1000, required=True)
    text_ur = Text(1000, load_default=None, allow_none=True)
    due_on = fields.Date(load_default=None, allow_none=True, validate=_within_two_years)
    steps = fields.List(fields.Nested(GoalStep), load_default=list, validate=validate.Length(max=MOST_STEPS))


class GoalDraft(_Content):
    """Of a class, or of one child in it."""

    learning_goal_id = OwnId()
    class_id = Id(required=True)
    student_id = Id(load_default=None, allow_none=True)


class GoalChange(_Content):
    """`edition`: the one that was seen."""

    state = fields.String(load_default=OPEN, validate=validate.OneOf(STATES))
    edition = fields.Integer(required=True, strict=True, validate=validate.Range(0, 1_000_000))


class GoalNoteDraft(Schema):
    note_id = OwnId()
    text = Text(1000, required=True)
    text_ur = Text(1000, load_default=None, allow_none=True)


class GoalsQuery(Schema):
    class_id = Id(load_default=None)
    student_id = Id(load_default=None)
    state = fields.String(load_default=None, validate=validate.OneOf(STATES))

    @validates_schema
    def _of_somebody(self, data: dict[str, Any], **more: Any) -> None:
        if data.get("class_id") is None and data.get("student_id") is None:
            raise ValidationError("Of which class, or which child?", "class_id")


class GoalNote(Schema):
    note_id = fields.String()
    text = fields.String()
    text_ur = fields.String(allow_none=True)
    by = fields.String()
    at = fields.DateTime()


class LearningGoal(Schema):
    learning_goal_id = fields.String(attribute="_id")
    class_id = fields.String()
    class_title = fields.String()
    student_id = fields.String(allow_none=True, metadata={"description": "None: of the whole class"})
    subject = fields.String(allow_none=True)
    text = fields.String()
    text_ur = fields.String(allow_none=True)
    due_on = fields.String(allow_none=True, metadata=_DAY)
    steps = fields.List(fields.Nested(GoalStep))
    state = fields.String(validate=validate.OneOf(STATES))
    notes = fields.List(fields.Nested(GoalNote), metadata={"description": "On how it goes, the newest last"})
    set_by = fields.String()
    set_at = fields.DateTime()
    settled_at = fields.DateTime(allow_none=True)
    edition = fields.Integer()
