"""What is shown of meeting days and their slots, and of when teachers have time."""

from marshmallow import Schema, fields

from schoolbus.events import Utc
from services.meetings.days.schemas import Invited
from services.meetings.schemas import HeldBy, Way


class ShownHours(Schema):
    starts = fields.String(metadata={"description": "HH:MM, branch time"})
    ends = fields.String(metadata={"description": "HH:MM, branch time; before `starts`: on the next date"})


class DateHours(ShownHours):
    on = fields.String(metadata={"format": "date"})


class Absence(Schema):
    teacher_id = fields.String()
    starts_at = Utc()
    ends_at = Utc()


class TeacherPlace(Schema):
    teacher_id = fields.String()
    name = fields.String()
    name_ur = fields.String(allow_none=True)
    place = fields.String(metadata={"description": "Where the first of the ways leads"})
    ways = fields.List(fields.Nested(Way))
    shared = fields.Boolean()
    slot_minutes = fields.Integer()
    break_minutes = fields.Integer()
    hours = fields.Nested(ShownHours, allow_none=True)
    breaks = fields.List(fields.Nested(ShownHours))


class MeetingDay(Schema):
    """`state`: open or cancelled. `breaks` are for all teachers, beside their own."""

    meeting_day_id = fields.String(attribute="_id")
    title = fields.String()
    state = fields.String()
    reason = fields.String(allow_none=True, metadata={"description": "Why it was cancelled"})
    held_on = fields.String(metadata={"format": "date", "description": "The first date"})
    until = fields.String(metadata={"format": "date", "description": "The last date"})
    dates = fields.List(fields.Nested(DateHours))
    starts = fields.String(metadata={"description": "HH:MM, branch time"})
    ends = fields.String(metadata={"description": "HH:MM, branch time"})
    slot_minutes = fields.Integer()
    break_minutes = fields.Integer()
    breaks = fields.List(fields.Nested(ShownHours))
    booking_opens_at = Utc(allow_none=True)
    early_opens_at = Utc(allow_none=True)
    mode = fields.String(metadata={"description": "timetable, or booking"})
    wishes_until = Utc(allow_none=True)
    change_until_hours = fields.Integer()
    most_per_household = fields.Integer(allow_none=True)
    most_per_teacher = fields.Integer(allow_none=True)
    travel_minutes = fields.Integer()
    offer_minutes = fields.Integer()
    invited = fields.Nested(Invited, metadata={"description": "For staff"})
    slot_count = fields.Integer()
    teachers = fields.List(fields.Nested(TeacherPlace))
    absences = fields.List(fields.Nested(Absence), metadata={"description": "For staff"})
    closed_dates = fields.List(
        fields.Nested(lambda: LeftOut()), metadata={"description": "Those of its dates that have become holidays since"}
    )


class Slot(Schema):
    """`booking` is there for office, head and operator, the teacher whose time it is, and the guardian whose own it is."""

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


class Objection(Schema):
    slug = fields.String(metadata={"description": "As in the refusal of such a day"})
    detail = fields.String()


class LeftOut(Schema):
    on = fields.String(metadata={"format": "date"})
    holiday = fields.String()


class TeacherTimes(Schema):
    teacher_id = fields.String()
    name = fields.String()
    slots = fields.Integer()
    first_at = Utc(allow_none=True)
    last_ends_at = Utc(allow_none=True)
    students = fields.Integer(metadata={"description": "Invited students whom they teach"})


class Preview(Schema):
    """What opening this day would make. `stands_against`: why it would be refused; empty: it would be opened."""

    dates = fields.List(fields.Nested(DateHours))
    left_out = fields.List(fields.Nested(LeftOut))
    teachers = fields.List(fields.Nested(TeacherTimes))
    slots = fields.Integer()
    students = fields.Integer()
    families = fields.Integer()
    early_families = fields.Integer(metadata={"description": "Those who could book earlier by now"})
    errors = fields.Dict(metadata={"description": "What is wrong with the draft, as a refusal would say"})
    stands_against = fields.List(fields.Nested(Objection))
    texts = fields.Dict(metadata={"description": "As in a refusal: text and values of the sentences of both"})


class Absent(Absence):
    teacher_id = fields.String(allow_none=True, metadata={"description": "null: all of them"})
    slots_withdrawn = fields.Integer()
    meetings_called_off = fields.Integer()


class Instead(Schema):
    free_slots = fields.List(fields.Nested(Slot))


class Priority(Schema):
    teacher_id = fields.String()
    student_id = fields.String()
    marked_at = Utc()


class ShownPattern(ShownHours):
    weekdays = fields.List(fields.Integer())
    every_weeks = fields.Integer()
    from_on = fields.String(metadata={"format": "date"})
    until_on = fields.String(allow_none=True, metadata={"format": "date"})


class ShownException(Schema):
    on = fields.String(metadata={"format": "date"})
    until_on = fields.String(allow_none=True, metadata={"format": "date"})
    hours = fields.List(fields.Nested(ShownHours))


class Availability(Schema):
    teacher_id = fields.String()
    patterns = fields.List(fields.Nested(ShownPattern))
    exceptions = fields.List(fields.Nested(ShownException))
    changed_at = Utc(allow_none=True)
