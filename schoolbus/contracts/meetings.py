"""What meetings says."""

from marshmallow import fields

from schoolbus.contracts import noted
from schoolbus.events import Event, Id, Utc


class MeetingDayOpened(Event):
    """Families of these students (up to 500 in an event) may book a meeting. Since 1."""

    type = "meetings.meeting_day_opened"
    read_by = ("notifications",)
    meeting_day_id = Id(required=True)
    title = fields.String(required=True)
    held_on = fields.Date(required=True)
    student_ids = fields.List(Id(), required=True)


class SlotBooked(Event):
    """A family holds a meeting slot. Since 1."""

    type = "meetings.slot_booked"
    read_by = ("notifications",)
    booking_id = Id(required=True)
    slot_id = Id(required=True)
    meeting_day_id = Id(required=True)
    student_id = Id(required=True)
    guardian_id = Id(required=True)
    teacher_id = Id(required=True)
    starts_at = Utc(required=True)
    ends_at = Utc(required=True)
    place = fields.String(required=True)
    calendar = fields.String(required=True)  # RFC 5545, METHOD:PUBLISH, no child's name beyond the first


class AccessNoted(noted.AccessNoted):
    """Who saw or changed what about children, of whatever branch. Since 1."""

    type = "meetings.access_noted"


class PersonExported(noted.PersonExported):
    """A part of what meetings holds of a person. Since 1."""

    type = "meetings.person_exported"


class PersonErased(noted.PersonErased):
    """Nothing of a person is left in meetings but counts. Since 1."""

    type = "meetings.person_erased"
