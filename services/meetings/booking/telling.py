"""What is said of a booking, and its calendar file."""

from __future__ import annotations

from typing import Any

from schoolbus.contracts.meetings import (
    MeetingCalledOff,
    MeetingCancelled,
    MeetingMoved,
    MeetingReminder,
    SlotBooked,
    SlotOffered,
)
from schoolbus.ids import effect_id
from services.meetings.booking.rules import CANCELLED
from services.meetings.invitation import entry, file_of
from services.meetings.timetable import period

Document = dict[str, Any]


def slot_booked(booking: Document) -> SlotBooked:
    return SlotBooked(**_said(SlotBooked, booking))


def meeting_moved(booking: Document) -> MeetingMoved:
    return MeetingMoved(**_said(MeetingMoved, booking))


def meeting_cancelled(booking: Document) -> MeetingCancelled:
    return MeetingCancelled(**_said(MeetingCancelled, booking))


def meeting_called_off(booking: Document) -> MeetingCalledOff:
    return MeetingCalledOff(**_said(MeetingCalledOff, booking))


def slot_offered(booking: Document) -> SlotOffered:
    return SlotOffered(**_said(SlotOffered, booking))


def meeting_reminder(booking: Document, kind: str) -> MeetingReminder:
    """`kind`: which of the reminders; each is said once of an edition."""
    said = _said(MeetingReminder, booking)
    return MeetingReminder(**{**said, "id": effect_id(said["id"], kind)})


def calendar(booking: Document) -> str:
    """RFC 5545: the same booking's entry, as it is now; one that takes it out when the booking is cancelled."""
    return file_of([entry_of(booking)], cancelled=booking["state"] == CANCELLED)


def entry_of(booking: Document) -> Any:
    """An icalendar.Event."""
    return entry(
        booking["_id"],
        booking["edition"],
        period(booking),
        summary=booking["summary"],
        place=booking["place"],
        at=booking["changed_at"],
        cancelled=booking["state"] == CANCELLED,
    )


def _said(event: Any, booking: Document) -> Document:
    """The event's fields are the booking's; each edition says it once."""
    known = {**booking, "booking_id": booking["_id"], "calendar": calendar(booking)}
    return {
        "id": effect_id(booking["_id"], event.type, str(booking["edition"])),
        "branch_id": booking["branch_id"],
        "subject": booking["_id"],
        **{name: known[name] for name in event.schema.fields},
    }
