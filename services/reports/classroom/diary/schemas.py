"""The HTTP shapes of the class diary."""

from marshmallow import Schema, fields, validate

from schoolbus.events import Id
from services.reports.fields import Line, Text

MOST_HOMEWORK = 10
_DAY = {"format": "date"}


class DiaryEntryDraft(Schema):
    """`edition`: the one that was seen; 0 where nobody has written yet. One entry for each subject, or for the day."""

    subject = Line(60, load_default=None, allow_none=True)
    text = Text(2000, required=True)
    text_ur = Text(2000, load_default=None, allow_none=True)
    talking_point = Line(200, load_default=None, allow_none=True)
    talking_point_ur = Line(200, load_default=None, allow_none=True)
    homework_ids = fields.List(Id(), load_default=list, validate=validate.Length(max=MOST_HOMEWORK))
    edition = fields.Integer(load_default=0, strict=True, validate=validate.Range(0, 1_000_000))


class EntryQuery(Schema):
    subject = Line(60, load_default=None)


class WeekQuery(Schema):
    on = fields.Date(load_default=None, metadata={"description": "A day of the week; today, if none is given"})


class DiaryEntry(Schema):
    class_id = fields.String()
    class_title = fields.String()
    held_on = fields.String(metadata=_DAY)
    subject = fields.String(allow_none=True)
    text = fields.String()
    text_ur = fields.String(allow_none=True)
    talking_point = fields.String(allow_none=True)
    talking_point_ur = fields.String(allow_none=True)
    homework_ids = fields.List(fields.String())
    written_by = fields.String()
    written_at = fields.DateTime()
    edition = fields.Integer()


class DiaryDay(Schema):
    held_on = fields.String(metadata=_DAY)
    holiday = fields.String(allow_none=True)
    holiday_ur = fields.String(allow_none=True)
    entries = fields.List(fields.Nested(DiaryEntry))


class DiaryWeek(Schema):
    class_id = fields.String()
    class_title = fields.String()
    days = fields.List(fields.Nested(DiaryDay), metadata={"description": "From Monday on"})
