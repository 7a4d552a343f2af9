"""The HTTP shapes of meeting days and their slots."""

import re

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from schoolbus.events import Id, Utc
from services.meetings.schemas import DAY, MOMENT, WAYS, HeldBy, Line, Way


class TeacherDraft(Schema):
    """Ways to meet, each with where: at least one. `place` is the room, `shared` when others may be in it, as in a hall with
    desks; `telephone` says who calls which number, `video` is a link."""

    teacher_id = Id(required=True)
    place = Line(200, required=False)
    telephone = Line(200, required=False)
    video = Line(200, required=False)
    shared = fields.Boolean(load_default=False)

    @validates_schema(skip_on_field_errors=True)
    def check_ways(self, data: dict[str, object], **_: object) -> None:
        if not data.keys() & WAYS.values():
            raise ValidationError("Wants a room, a telephone or a video link.", "place")


class MeetingDayDraft(Schema):
    """`meeting_day_id` is the sender's own choice: sending the same again then makes no second day."""

    meeting_day_id = fields.String(
        validate=validate.Regexp(r"[\w.-]{8,64}\Z", re.ASCII, error="Wants 8 to 64 of A-Z a-z 0-9 . _ -")
    )
    title = Line(120)
    held_on = fields.Date(required=True, validate=DAY)
    starts = fields.Time("%H:%M", required=True)  # branch time, as is `ends`
    ends = fields.Time("%H:%M", required=True)
    slot_minutes = fields.Integer(required=True, strict=True, validate=validate.Range(1, 240))
    break_minutes = fields.Integer(load_default=0, strict=True, validate=validate.Range(0, 240))
    teachers = fields.List(fields.Nested(TeacherDraft), required=True, validate=validate.Length(1, 300))
    booking_opens_at = Utc(load_default=None, allow_none=True, validate=MOMENT)

    @validates_schema(skip_on_field_errors=True)
    def check_hours(self, data: dict[str, object], **_: object) -> None:
        if data["starts"] >= data["ends"]:  # type: ignore[operator]
            raise ValidationError("The day ends before it starts.", "ends")


class TeacherPlace(Schema):
    teacher_id = fields.String()
    name = fields.String()
    name_ur = fields.String(allow_none=True)
    place = fields.String(metadata={"description": "Where the first of the ways leads"})
    ways = fields.List(fields.Nested(Way))
    shared = fields.Boolean()


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


class Slot(Schema):
    """`booking` is there for the branch's staff, and for the guardian whose own it is."""

    slot_id = fields.String(attribute="_id")
    meeting_day_id = fields.String()
    teacher_id = fields.String()
    teacher_name = fields.String()
    place = fields.String(metadata={"description": "Where the first of the ways leads"})
    ways = fields.List(fields.Nested(Way))
    starts_at = Utc()
    ends_at = Utc()
    free = fields.Boolean()
    booking = fields.Nested(HeldBy, allow_none=True)
