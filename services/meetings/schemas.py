"""The HTTP shapes of meetings."""

import re
from datetime import UTC, date, datetime

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from schoolbus.events import Id, Utc

_DAY = validate.Range(date(2000, 1, 1), date(2099, 12, 31))  # far from where calendars end
_MOMENT = validate.Range(datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
_SIGN = r"[^\x00-\x1f\x7f-\x9f]"


class Line(fields.String):
    """One line of text that says something."""

    def __init__(self, longest: int) -> None:
        one_line = validate.Regexp(rf"(?=.*\S){_SIGN}+\Z", error="Wants one line of text.")
        super().__init__(required=True, validate=[validate.Length(1, longest), one_line])


class TeacherDraft(Schema):
    teacher_id = Id(required=True)
    place = Line(200)  # a room, a telephone number or a link


class MeetingDayDraft(Schema):
    """`meeting_day_id` is the sender's own choice: sending the same again then makes no second day."""

    meeting_day_id = fields.String(
        validate=validate.Regexp(r"[\w.-]{8,64}\Z", re.ASCII, error="Wants 8 to 64 of A-Z a-z 0-9 . _ -")
    )
    title = Line(120)
    held_on = fields.Date(required=True, validate=_DAY)
    starts = fields.Time("%H:%M", required=True)  # branch time, as is `ends`
    ends = fields.Time("%H:%M", required=True)
    slot_minutes = fields.Integer(required=True, strict=True, validate=validate.Range(1, 240))
    break_minutes = fields.Integer(load_default=0, strict=True, validate=validate.Range(0, 240))
    teachers = fields.List(fields.Nested(TeacherDraft), required=True, validate=validate.Length(1, 300))
    booking_opens_at = Utc(load_default=None, allow_none=True, validate=_MOMENT)

    @validates_schema(skip_on_field_errors=True)
    def check_hours(self, data: dict[str, object], **_: object) -> None:
        if data["starts"] >= data["ends"]:  # type: ignore[operator]
            raise ValidationError("The day ends before it starts.", "ends")


class TeacherPlace(Schema):
    teacher_id = fields.String()
    name = fields.String()
    name_ur = fields.String(allow_none=True)
    place = fields.String()


class MeetingDay(Schema):
    meeting_day_id = fields.String(attribute="_id")
    title = fields.String()
    held_on = fields.String(metadata={"format": "date"})
    starts = fields.String(metadata={"description": "HH:MM, branch time"})
    ends = fields.String(metadata={"description": "HH:MM, branch time"})
    slot_minutes = fields.Integer()
    break_minutes = fields.Integer()
    booking_opens_at = Utc(allow_none=True)
    slot_count = fields.Integer()
    teachers = fields.List(fields.Nested(TeacherPlace))


class SlotsQuery(Schema):
    teacher_id = Id(load_default=None)
    free = fields.Boolean(load_default=False, metadata={"description": "Only what can still be booked"})


class HeldBy(Schema):
    booking_id = fields.String()
    student_id = fields.String()
    student_name = fields.String()
    guardian_id = fields.String()
    guardian_name = fields.String()


class Slot(Schema):
    """`booking` is there for the branch's staff, and for the guardian whose own it is."""

    slot_id = fields.String(attribute="_id")
    meeting_day_id = fields.String()
    teacher_id = fields.String()
    teacher_name = fields.String()
    place = fields.String()
    starts_at = Utc()
    ends_at = Utc()
    free = fields.Boolean()
    booking = fields.Nested(HeldBy, allow_none=True)


class BookingRequest(Schema):
    student_id = Id(required=True)


class BookingsQuery(Schema):
    since = fields.Date(
        load_default=None, validate=_DAY, metadata={"description": "The first day, branch time; today when left out"}
    )


class Booking(HeldBy):
    slot_id = fields.String(attribute="_id")
    meeting_day_id = fields.String()
    title = fields.String()
    student_name_ur = fields.String(allow_none=True)
    teacher_id = fields.String()
    teacher_name = fields.String()
    teacher_name_ur = fields.String(allow_none=True)
    place = fields.String()
    starts_at = Utc()
    ends_at = Utc()
    booked_at = Utc()
