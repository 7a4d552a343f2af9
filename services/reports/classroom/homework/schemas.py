"""The HTTP shapes of homework."""

from datetime import date, timedelta
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from schoolbus.attached import MOST
from schoolbus.clock import today
from schoolbus.events import Id
from services.reports.classroom.homework.states import (
    CHECKED,
    DONE,
    HOMEWORK,
    KINDS,
    MOST_EDITIONS,
    MOST_STEPS,
    PROJECT,
    STATES,
)
from services.reports.fields import MOST_STUDENTS, Line, OwnId, Text, Unread

IN_A_YEAR = "From today to a year from now."
_DAY = {"format": "date"}


def in_a_year(day: date) -> bool:
    return today() <= day <= today() + timedelta(days=366)


def _due(day: date) -> None:
    if not in_a_year(day):
        raise ValidationError(IN_A_YEAR)


class ProjectStepDraft(Schema):
    title = Line(120, required=True)
    due_on = fields.Date(required=True)


class _Content(Schema):
    kind = fields.String(load_default=HOMEWORK, validate=validate.OneOf(KINDS))
    title = Line(120, required=True)
    text = Text(4000, required=True)
    subject = Line(60, load_default=None, allow_none=True)
    steps = fields.List(fields.Nested(ProjectStepDraft), load_default=list, validate=validate.Length(max=MOST_STEPS))
    attachment_ids = fields.List(Id(), load_default=list, validate=validate.Length(max=MOST))

    @validates_schema
    def _steps_lead_to_the_end(self, data: dict[str, Any], **more: Any) -> None:
        steps = data.get("steps") or []
        if steps and data.get("kind") != PROJECT:
            raise ValidationError("A project has steps.", "steps")
        if "due_on" in data and any(step["due_on"] > data["due_on"] for step in steps):
            raise ValidationError("Not after the project is due.", "steps")


class HomeworkDraft(_Content):
    homework_id = OwnId()
    class_id = Id(required=True)
    due_on = fields.Date(required=True, validate=_due)


class HomeworkChange(_Content):
    """`edition`: the one that was seen."""

    due_on = fields.Date(required=True)
    edition = fields.Integer(required=True, strict=True, validate=validate.Range(0, MOST_EDITIONS))


class ProjectStep(Schema):
    title = fields.String()
    due_on = fields.String(metadata=_DAY)


class HomeworkAttachment(Schema):
    file_id = fields.String()
    name = fields.String()
    content_type = fields.String()
    size = fields.Integer()


class FamilysAnswer(Schema):
    """Of a child, as its family sees it; `signed`: this edition, by one of its guardians."""

    student_id = fields.String()
    seen = fields.Boolean(metadata={"description": "By you, in this edition"})
    done = fields.String(allow_none=True, validate=validate.OneOf(DONE))
    signed = fields.Boolean()
    signed_before = fields.Boolean(metadata={"description": "An earlier edition was signed, and this one not yet"})
    checked = fields.String(allow_none=True, validate=validate.OneOf(CHECKED))
    comment = fields.String(allow_none=True, metadata={"description": "By the teacher"})


class Homework(Schema):
    homework_id = fields.String(attribute="_id")
    class_id = fields.String()
    class_title = fields.String()
    kind = fields.String(validate=validate.OneOf(KINDS))
    title = fields.String()
    text = fields.String()
    subject = fields.String(allow_none=True)
    due_on = fields.String(metadata=_DAY)
    steps = fields.List(fields.Nested(ProjectStep))
    attachments = fields.List(fields.Nested(HomeworkAttachment))
    teacher_id = fields.String()
    set_at = fields.DateTime()
    edition = fields.Integer()
    state = fields.String(validate=validate.OneOf(STATES))
    changed_at = fields.DateTime(allow_none=True)
    answers = fields.List(fields.Nested(FamilysAnswer), metadata={"description": "Of the caller's own children in the class"})


class HomeworkEdition(Schema):
    """What homework said before."""

    edition = fields.Integer()
    kind = fields.String()
    title = fields.String()
    text = fields.String()
    subject = fields.String(allow_none=True)
    due_on = fields.String(metadata=_DAY)
    steps = fields.List(fields.Nested(ProjectStep))
    attachments = fields.List(fields.Nested(HomeworkAttachment))
    replaced_at = fields.DateTime()


class FamilysAnswerDraft(Schema):
    """`edition`: the one that was seen. `signed`: false takes one's own signature back."""

    edition = fields.Integer(required=True, strict=True, validate=validate.Range(0, MOST_EDITIONS))
    done = fields.String(load_default=None, validate=validate.OneOf(DONE))
    signed = fields.Boolean(load_default=None)

    @validates_schema
    def _says_something(self, data: dict[str, Any], **more: Any) -> None:
        if data.get("done") is None and data.get("signed") is None:
            raise ValidationError("Say whether it is done, or sign it.", "done")


class HomeworkCheck(Schema):
    student_id = Id(required=True)
    checked = fields.String(required=True, allow_none=True, validate=validate.OneOf(CHECKED))
    comment = Line(300, load_default=None, allow_none=True)


class HomeworkChecksDraft(Schema):
    checks = Unread(fields.Nested(HomeworkCheck), required=True, validate=validate.Length(1, MOST_STUDENTS))


class SeenBy(Schema):
    by = fields.String()
    at = fields.DateTime()
    edition = fields.Integer()


class HomeworkAnswer(Schema):
    """Of a child, as its teachers see it."""

    student_id = fields.String()
    seen = fields.List(fields.Nested(SeenBy), metadata={"description": "By which guardian, which edition"})
    done = fields.String(allow_none=True)
    done_by = fields.String(allow_none=True)
    done_at = fields.DateTime(allow_none=True)
    signatures = fields.List(fields.Nested(SeenBy))
    signed = fields.Boolean()
    checked = fields.String(allow_none=True)
    checked_by = fields.String(allow_none=True)
    checked_at = fields.DateTime(allow_none=True)
    comment = fields.String(allow_none=True)


class HomeworkCounts(Schema):
    students = fields.Integer()
    seen = fields.Integer()
    done = fields.Integer()
    help = fields.Integer(metadata={"description": "The child can't do it alone, its family says"})
    signed = fields.Integer()
    checked = fields.Integer()


class HomeworkAnswers(Schema):
    """Of all who are in the class now, by edition as it is now."""

    homework_id = fields.String()
    edition = fields.Integer()
    counts = fields.Nested(HomeworkCounts)
    answers = fields.List(fields.Nested(HomeworkAnswer))


class HomeworkFileQuery(Schema):
    class_id = Id(required=True)
    client_id = fields.String(required=True, validate=validate.Length(1, 64))
    name = Line(120, load_default=None)


class HomeworkFile(Schema):
    file_id = fields.String(attribute="_id")
    name = fields.String()
    content_type = fields.String()
    size = fields.Integer()
