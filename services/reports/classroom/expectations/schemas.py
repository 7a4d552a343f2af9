"""The HTTP shapes of what a class expects."""

from marshmallow import Schema, fields, validate

from services.reports.fields import Text

_EDITION = validate.Range(0, 1_000_000)


class ExpectationsDraft(Schema):
    """`edition`: the one that was seen; 0 where there is none yet."""

    rules = Text(4000, required=True)
    rules_ur = Text(4000, load_default=None, allow_none=True)
    homework = Text(4000, required=True)
    homework_ur = Text(4000, load_default=None, allow_none=True)
    assessments = Text(4000, required=True)
    assessments_ur = Text(4000, load_default=None, allow_none=True)
    edition = fields.Integer(load_default=0, strict=True, validate=_EDITION)


class Expectations(Schema):
    expectations_id = fields.String(attribute="class_id", metadata={"description": "Of the class whose they are"})
    class_title = fields.String()
    rules = fields.String()
    rules_ur = fields.String(allow_none=True)
    homework = fields.String()
    homework_ur = fields.String(allow_none=True)
    assessments = fields.String()
    assessments_ur = fields.String(allow_none=True)
    edition = fields.Integer()
    written_at = fields.DateTime()
    acknowledged = fields.Boolean(metadata={"description": "By the caller, this edition"})


class ExpectationsRead(Schema):
    """`edition`: the one that was read."""

    edition = fields.Integer(required=True, strict=True, validate=_EDITION)


class ExpectingFamily(Schema):
    student_id = fields.String()
    acknowledged_by = fields.List(fields.String(), metadata={"description": "Guardians; one of them is enough"})
    waiting = fields.List(fields.String(), metadata={"description": "Guardians who have not"})


class ExpectationsAcknowledged(Schema):
    """Of all who are in the class now, of the edition as it is now."""

    expectations_id = fields.String()
    edition = fields.Integer()
    students = fields.Integer()
    acknowledged = fields.Integer(metadata={"description": "Students of whom a guardian has"})
    families = fields.List(fields.Nested(ExpectingFamily))
