"""The HTTP shapes of a class's timetable."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from schoolbus.events import Id
from services.reports.fields import Line, Unread

MOST_PERIODS = 140  # twenty a day
_CLOCK = validate.Regexp(r"([01]\d|2[0-3]):[0-5]\d\Z", error="Wants HH:MM of the branch's day.")
_DAY = {"format": "date"}


class LessonPeriod(Schema):
    """`weekday` from 0, Monday; times of the branch's clock. Of parallel lessons, where a class is in groups, each is one."""

    weekday = fields.Integer(required=True, strict=True, validate=validate.Range(0, 6))
    number = fields.Integer(required=True, strict=True, validate=validate.Range(1, 20))
    starts = fields.String(required=True, validate=_CLOCK)
    ends = fields.String(required=True, validate=_CLOCK)
    subject = Line(60, required=True)
    teacher_id = Id(load_default=None, allow_none=True)
    room = Line(40, load_default=None, allow_none=True)

    @validates_schema
    def _goes_forward(self, data: dict[str, Any], **more: Any) -> None:
        if data.get("starts", "") >= data.get("ends", "99"):
            raise ValidationError("It ends after it has begun.", "ends")


class ClassTimetableDraft(Schema):
    """The whole week. `edition`: the one that was seen; 0 where none begins on this day yet."""

    periods = Unread(fields.Nested(LessonPeriod), required=True, validate=validate.Length(1, MOST_PERIODS))
    edition = fields.Integer(load_default=0, strict=True, validate=validate.Range(0, 1_000_000))


class TimetableQuery(Schema):
    on = fields.Date(load_default=None, metadata={"description": "The day on which it holds; today, if none is given"})


class ClassTimetable(Schema):
    class_id = fields.String()
    class_title = fields.String()
    valid_from = fields.String(allow_none=True, metadata=_DAY)
    valid_until = fields.String(allow_none=True, metadata={**_DAY, "description": "The last day; none: until further notice"})
    periods = fields.List(fields.Nested(LessonPeriod))
    edition = fields.Integer()
    holiday = fields.String(allow_none=True, metadata={"description": "That the day asked for is in"})
    others = fields.List(fields.String(metadata=_DAY), metadata={"description": "Days on which other timetables begin"})
