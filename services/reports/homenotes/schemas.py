"""The HTTP shapes of home notes."""

from marshmallow import Schema, fields, validate

from schoolbus.events import Id
from services.reports.fields import OwnId, Text

KINDS = ("learning", "routines", "strengths", "challenges")


class HomeNoteDraft(Schema):
    home_note_id = OwnId()
    student_id = Id(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    text = Text(2000, required=True)


class HomeNoteQuery(Schema):
    acknowledged = fields.Boolean(load_default=None)


class HomeNote(Schema):
    home_note_id = fields.String(attribute="_id")
    student_id = fields.String()
    guardian_id = fields.String()
    kind = fields.String()
    text = fields.String()
    written_at = fields.DateTime()
    acknowledged = fields.Boolean()
    acknowledged_by = fields.String(allow_none=True)
    acknowledged_at = fields.DateTime(allow_none=True)
