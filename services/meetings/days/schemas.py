"""What is sent of meeting days, and of when teachers have time."""

import re
from datetime import timedelta
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from schoolbus.events import Id, Utc
from services.meetings.days.planning import LONGEST
from services.meetings.schemas import DAY, MOMENT, WAYS, Line

_WEEKDAY = validate.Range(0, 6)
_LENGTH, _PAUSE = validate.Range(1, 240), validate.Range(0, 240)
_MOST = validate.Range(1, 100)


class Hours(Schema):
    """Branch time. `ends` before `starts` is on the next date: an evening until half past midnight."""

    starts = fields.Time("%H:%M", required=True)
    ends = fields.Time("%H:%M", required=True)

    @validates_schema(skip_on_field_errors=True)
    def check_hours(self, data: dict[str, Any], **_: object) -> None:
        if data["starts"] == data["ends"]:
            raise ValidationError("Ends when it starts.", "ends")


class OtherHours(Hours):
    """Of one date, or of one weekday."""

    on = fields.Date(load_default=None, validate=DAY)
    weekday = fields.Integer(load_default=None, strict=True, validate=_WEEKDAY, metadata={"description": "0 is Monday"})

    @validates_schema(skip_on_field_errors=True)
    def check_which(self, data: dict[str, Any], **_: object) -> None:
        if (data["on"] is None) == (data["weekday"] is None):
            raise ValidationError("Wants a date or a weekday.", "on")


class WaysDraft(Schema):
    """Ways to meet, each with where: at least one. `place` is the room, `shared` when others may be in it, as in a hall with
    desks; `telephone` says who calls which number, `video` is a link."""

    place = Line(200, required=False)
    telephone = Line(200, required=False)
    video = Line(200, required=False)
    shared = fields.Boolean(load_default=False)

    @validates_schema(skip_on_field_errors=True)
    def check_ways(self, data: dict[str, object], **_: object) -> None:
        if not data.keys() & WAYS.values():
            raise ValidationError("Wants a room, a telephone or a video link.", "place")


class TeacherDraft(WaysDraft):
    """What is left out is the day's."""

    teacher_id = Id(required=True)
    slot_minutes = fields.Integer(load_default=None, allow_none=True, strict=True, validate=_LENGTH)
    break_minutes = fields.Integer(load_default=None, allow_none=True, strict=True, validate=_PAUSE)
    hours = fields.Nested(Hours, load_default=None, allow_none=True)
    breaks = fields.List(fields.Nested(Hours), load_default=list, validate=validate.Length(max=10))


class Invited(Schema):
    """Students of these grades or classes, and these students. None of them: all whom the day's teachers teach."""

    grades = fields.List(fields.String(validate=validate.Length(1, 20)), load_default=list, validate=validate.Length(max=30))
    class_ids = fields.List(Id(), load_default=list, validate=validate.Length(max=300))
    student_ids = fields.List(Id(), load_default=list, validate=validate.Length(max=3000))


class Terms(Schema):
    """Who may book when, and how much: all can be changed later."""

    title = Line(120)
    booking_opens_at = Utc(load_default=None, allow_none=True, validate=MOMENT)
    early_opens_at = Utc(
        load_default=None,
        allow_none=True,
        validate=MOMENT,
        metadata={"description": "For families with several invited children, and those that a teacher marked"},
    )
    mode = fields.String(
        load_default="booking",
        validate=validate.OneOf(("booking", "timetable")),
        metadata={"description": "timetable: families say their wishes first, and booking opens with what is left"},
    )
    wishes_until = Utc(load_default=None, allow_none=True, validate=MOMENT)
    change_until_hours = fields.Integer(
        load_default=0,
        strict=True,
        validate=validate.Range(0, 336),
        metadata={"description": "Hours before a meeting until when its family may book, change and cancel it"},
    )
    most_per_household = fields.Integer(load_default=None, allow_none=True, strict=True, validate=_MOST)
    most_per_teacher = fields.Integer(load_default=None, allow_none=True, strict=True, validate=validate.Range(1, 1000))
    travel_minutes = fields.Integer(
        load_default=0,
        strict=True,
        validate=_PAUSE,
        metadata={"description": "At least this much between two visits of a family to different teachers"},
    )
    offer_minutes = fields.Integer(
        load_default=30,
        strict=True,
        validate=validate.Range(5, 1440),
        metadata={"description": "How long a freed time is offered to one who waits for it"},
    )


class MeetingDayDraft(Terms):
    """`meeting_day_id` is the sender's own choice: sending the same again then makes no second day.

    Held from `held_on` to `until`, on `weekdays` (0 is Monday; all but Sunday when left out), not on holidays.
    """

    meeting_day_id = fields.String(
        validate=validate.Regexp(r"[\w.-]{8,64}\Z", re.ASCII, error="Wants 8 to 64 of A-Z a-z 0-9 . _ -")
    )
    held_on = fields.Date(required=True, validate=DAY)
    until = fields.Date(load_default=None, allow_none=True, validate=DAY)
    weekdays = fields.List(fields.Integer(strict=True, validate=_WEEKDAY), load_default=list, validate=validate.Length(max=7))
    starts = fields.Time("%H:%M", required=True)  # branch time, as is `ends`
    ends = fields.Time("%H:%M", required=True)
    other_hours = fields.List(fields.Nested(OtherHours), load_default=list, validate=validate.Length(max=40))
    slot_minutes = fields.Integer(required=True, strict=True, validate=_LENGTH)
    break_minutes = fields.Integer(load_default=0, strict=True, validate=_PAUSE)
    breaks = fields.List(fields.Nested(Hours), load_default=list, validate=validate.Length(max=10))
    teachers = fields.List(fields.Nested(TeacherDraft), required=True, validate=validate.Length(1, 300))
    invited = fields.Nested(Invited, load_default=lambda: Invited().load({}))

    @validates_schema(skip_on_field_errors=True)
    def check_hours(self, data: dict[str, Any], **_: object) -> None:
        if data["starts"] == data["ends"]:
            raise ValidationError("The day ends when it starts.", "ends")
        until = data["until"] or data["held_on"]
        if not timedelta() <= until - data["held_on"] <= LONGEST:
            raise ValidationError(f"Wants a date from held_on up to {LONGEST.days} days later.", "until")


class SlotsQuery(Schema):
    teacher_id = Id(load_default=None)
    free = fields.Boolean(load_default=False, metadata={"description": "Only what can still be booked"})
    on = fields.Date(load_default=None, validate=DAY, metadata={"description": "Of one date of the day's"})


class DayChange(Terms):
    """What is left out stays as it is. Who was told that they may book still may when the others are `invited`."""

    invited = fields.Nested(Invited)

    def __init__(self, **more: Any) -> None:
        super().__init__(**{"partial": True, **more})


class OneMoreDate(Schema):
    """One more date; its hours are the day's when left out."""

    on = fields.Date(required=True, validate=DAY)
    hours = fields.Nested(Hours, load_default=None, allow_none=True)


class Cancellation(Schema):
    reason = Line(200, required=False)


class AbsenceDraft(Schema):
    """A teacher who cannot come; all of them, when none is named. From a moment to another; all of the day when they are left
    out."""

    teacher_id = Id(load_default=None, allow_none=True)
    starts_at = Utc(load_default=None, allow_none=True, validate=MOMENT)
    ends_at = Utc(load_default=None, allow_none=True, validate=MOMENT)


class Pattern(Hours):
    weekdays = fields.List(
        fields.Integer(strict=True, validate=_WEEKDAY),
        required=True,
        validate=validate.Length(1, 7),
        metadata={"description": "0 is Monday"},
    )
    every_weeks = fields.Integer(load_default=1, strict=True, validate=validate.Range(1, 8))
    from_on = fields.Date(required=True, validate=DAY, metadata={"description": "The first date; weeks are counted from its"})
    until_on = fields.Date(load_default=None, allow_none=True, validate=DAY)


class OtherTimes(Schema):
    """Of these dates `hours` hold instead; none: away."""

    on = fields.Date(required=True, validate=DAY)
    until_on = fields.Date(load_default=None, allow_none=True, validate=DAY)
    hours = fields.List(fields.Nested(Hours), load_default=list, validate=validate.Length(max=5))


class AvailabilityDraft(Schema):
    """A teacher without patterns has time always, but for the exceptions."""

    patterns = fields.List(fields.Nested(Pattern), load_default=list, validate=validate.Length(max=20))
    exceptions = fields.List(fields.Nested(OtherTimes), load_default=list, validate=validate.Length(max=200))
