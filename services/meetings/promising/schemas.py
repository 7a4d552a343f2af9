"""The HTTP shapes of commitments."""

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from schoolbus.events import Id, Utc
from services.meetings.schemas import DAY, Line, OfFamily, Text

OWNERS = ("guardian", "teacher")


class CommitmentDraft(Schema):
    """In a meeting or a written one, its guardian and teacher are in it; else they are named, where it is not the caller."""

    student_id = Id(required=True)
    text = Text(1000, required=True)
    due_on = fields.Date(required=True, validate=DAY)
    owners = fields.List(fields.String(validate=validate.OneOf(OWNERS)), required=True, validate=validate.Length(1, 2))
    guardian_id = Id(load_default=None, allow_none=True)
    teacher_id = Id(load_default=None, allow_none=True)
    booking_id = Id(load_default=None, allow_none=True)
    written_meeting_id = Id(load_default=None, allow_none=True)

    @validates_schema(skip_on_field_errors=True)
    def check_source(self, data: dict[str, object], **_: object) -> None:
        if data["booking_id"] and data["written_meeting_id"]:
            raise ValidationError("Of one meeting.", "written_meeting_id")


class CommitmentChange(Schema):
    text = Text(1000)
    due_on = fields.Date(validate=DAY)


class Outcome(Schema):
    state = fields.String(required=True, validate=validate.OneOf(("done", "not_done")))
    word = Line(200, required=False, allow_none=True, load_default=None)


class CommitmentQuery(Schema):
    student_id = Id(load_default=None, metadata={"description": "Of a child; one's own when left out"})
    state = fields.String(load_default=None, validate=validate.OneOf(("open", "done", "not_done")))


class Source(Schema):
    kind = fields.String(validate=validate.OneOf(("meeting", "written_meeting")))
    id = fields.String()


class Commitment(OfFamily):
    commitment_id = fields.String(attribute="_id")
    owners = fields.List(fields.String(validate=validate.OneOf(OWNERS)))
    text = fields.String()
    due_on = fields.String(metadata={"format": "date"})
    source = fields.Nested(Source, allow_none=True, metadata={"description": "The meeting in which it was agreed"})
    state = fields.String(validate=validate.OneOf(("open", "done", "not_done")))
    word = fields.String(allow_none=True)
    settled_by = fields.String(allow_none=True, metadata={"description": "As what: guardian, teacher, head"})
    settled_at = Utc(allow_none=True)
    edition = fields.Integer()
    made_at = Utc()
