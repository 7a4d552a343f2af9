"""The HTTP shapes of bookings."""

from marshmallow import Schema, fields, validate

from schoolbus.events import Id, Utc
from services.meetings.schemas import DAY, WAYS, HeldBy

_WAY = validate.OneOf(tuple(WAYS))


class BookingRequest(Schema):
    student_id = Id(required=True)
    guardian_id = Id(load_default=None, allow_none=True)  # from staff: on whose behalf
    way = fields.String(load_default=None, allow_none=True, validate=_WAY)  # the teacher's first when left out


class BookingChange(Schema):
    slot_id = Id(required=True)  # of the same teacher and day; the same slot to meet by another way
    way = fields.String(load_default=None, allow_none=True, validate=_WAY)  # as it is, where the new slot has it


class BookingsQuery(Schema):
    since = fields.Date(
        load_default=None, validate=DAY, metadata={"description": "The first day, branch time; today when left out"}
    )
    cancelled = fields.Boolean(load_default=False, metadata={"description": "Also those that were cancelled"})


class Booking(HeldBy):
    slot_id = fields.String()
    meeting_day_id = fields.String()
    title = fields.String()
    student_name_ur = fields.String(allow_none=True)
    teacher_id = fields.String()
    teacher_name = fields.String()
    teacher_name_ur = fields.String(allow_none=True)
    way = fields.String()
    place = fields.String()
    starts_at = Utc()
    ends_at = Utc()
    state = fields.String()
    edition = fields.Integer()
    booked_at = Utc()
