"""The HTTP shapes of teaching methods."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from schoolbus.events import Id
from services.reports.fields import Line, OwnId, Text


class _Content(Schema):
    subject = Line(60, required=True)
    text = Text(4000, required=True)
    text_ur = Text(4000, load_default=None, allow_none=True)
    guide_id = Id(load_default=None, allow_none=True)


class MethodDraft(_Content):
    """In a class, or in these grades; in neither: in the whole branch."""

    teaching_method_id = OwnId()
    class_id = Id(load_default=None, allow_none=True)
    grades = fields.List(Line(20), load_default=list, validate=validate.Length(max=20))

    @validates_schema
    def _of_one_or_the_other(self, data: dict[str, Any], **more: Any) -> None:
        if data.get("class_id") and data.get("grades"):
            raise ValidationError("Of a class, or of grades.", "grades")


class MethodChange(_Content):
    """`edition`: the one that was seen."""

    edition = fields.Integer(required=True, strict=True, validate=validate.Range(0, 1_000_000))


class MethodsQuery(Schema):
    class_id = Id(required=True)


class TeachingMethod(Schema):
    teaching_method_id = fields.String(attribute="_id")
    subject = fields.String()
    class_id = fields.String(allow_none=True)
    grades = fields.List(fields.String())
    text = fields.String()
    text_ur = fields.String(allow_none=True)
    guide_id = fields.String(allow_none=True)
    guide = fields.Method("_guide", allow_none=True, metadata={"type": "string", "description": "Its path"})
    written_at = fields.DateTime()
    edition = fields.Integer()

    def _guide(self, method: dict[str, Any]) -> str | None:
        return f"/v1/branches/{method['branch_id']}/guides/{method['guide_id']}" if method["guide_id"] else None
