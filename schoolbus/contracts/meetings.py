"""What meetings says."""

from marshmallow import fields

from schoolbus.contracts.noted import AccessItem
from schoolbus.events import Event, Id, Items, Utc


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


class AccessNoted(Event):
    """Who saw or changed what about children, of whatever branch. Since 1."""

    type = "meetings.access_noted"
    read_by = ("roster",)
    items = Items(AccessItem, required=True)


class PersonExported(Event):
    """A part of what meetings holds of a person: documents of one collection, each as JSON. Since 1."""

    type = "meetings.person_exported"
    read_by = ("roster",)
    export_id = Id(required=True)
    set_id = Id(required=True)  # the parts of one answer
    part = fields.Integer(required=True)  # from 1
    parts = fields.Integer(required=True, allow_none=True)  # how many there are: in the last one
    collection = fields.String(required=True)
    documents = fields.List(fields.String(), required=True)


class PersonErased(Event):
    """Nothing of a person is left in meetings but counts. Since 1."""

    type = "meetings.person_erased"
    read_by = ("roster",)
    erasure_id = Id(required=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)  # documents, by collection
