"""The HTTP shapes of marks."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from schoolbus.events import Id
from services.reports.fields import MOST_STUDENTS, ClassQuery, Line, Points, Unread


class MarkRow(Schema):
    student_id = Id(required=True)
    score = Points()
    out_of = Points()
    remark = Line(160, load_default=None, allow_none=True)

    @validates_schema(skip_on_field_errors=True)
    def check(self, row: dict[str, Any], **_: Any) -> None:
        if row["out_of"] == 0:
            raise ValidationError("Must be above 0.", "out_of")
        if row["score"] > row["out_of"]:
            raise ValidationError("More than out_of.", "score")


class MarkSheetDraft(Schema):
    class_id = Id(required=True)
    term = Line(60, required=True)
    subject = Line(60, required=True)
    marks = Unread(fields.Nested(MarkRow), required=True, validate=validate.Length(1, MOST_STUDENTS))


class MarkQuery(ClassQuery):
    term = Line(60, required=True)


class Mark(Schema):
    student_id = fields.String()
    class_id = fields.String()
    term = fields.String()
    subject = fields.String()
    score = fields.String()
    out_of = fields.String()
    remark = fields.String(allow_none=True)
    marked_at = fields.DateTime()


class MarkSheet(Schema):
    marks = fields.List(fields.Nested(Mark))
