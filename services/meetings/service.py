"""Meetings: home and school find a time and meet."""

from typing import Any

from schoolbus.caller import Caller
from schoolbus.contracts import roster
from schoolbus.contracts.meetings import PersonErased, PersonExported
from schoolbus.events import Event
from schoolbus.privacy import erase_and_tell, export
from schoolbus.service import Answer, KeepsRoster, Media, Paged, Stored, api, on
from services.meetings import bookings, days, privacy
from services.meetings.activities.entrypoints import Activities
from services.meetings.invitation import CONTENT_TYPE
from services.meetings.schemas import Booking, BookingRequest, BookingsQuery, MeetingDay, MeetingDayDraft, Slot, SlotsQuery
from services.meetings.store import Store

BRANCH = "/v1/branches/{branch_id}"


class Meetings(KeepsRoster, Activities):
    name = "meetings"
    store = Stored(Store)

    @api("POST", f"{BRANCH}/meeting-days", takes=MeetingDayDraft, gives=MeetingDay, status=201, may="arrange meetings")
    def open_day(self, caller: Caller, branch_id: str, draft: dict[str, Any]) -> dict[str, Any]:
        """Open a day of parent-teacher meetings"""
        return days.open_day(self.store, caller, branch_id, draft)

    @api("GET", f"{BRANCH}/meeting-days", gives=MeetingDay, may="see meeting days", paged=True)
    def meeting_days(self, caller: Caller, branch_id: str, query: dict[str, Any]) -> Paged:
        """The branch's meeting days, the latest first"""
        return days.page(self.store, caller, branch_id, query["page"])

    @api("GET", f"{BRANCH}/meeting-days/{{meeting_day_id}}", gives=MeetingDay, may="see meeting days")
    def meeting_day(self, caller: Caller, branch_id: str, meeting_day_id: str) -> dict[str, Any]:
        """A meeting day with its teachers and where each is to be found"""
        return days.one(self.store, caller, branch_id, meeting_day_id)

    @api(
        "GET",
        f"{BRANCH}/meeting-days/{{meeting_day_id}}/slots",
        query=SlotsQuery,
        gives=Slot,
        may="see meeting days",
        paged=True,
    )
    def slots(self, caller: Caller, branch_id: str, meeting_day_id: str, query: dict[str, Any]) -> Paged:
        """A day's slots in time order; who holds them is for the staff alone"""
        return days.slots(self.store, caller, branch_id, meeting_day_id, query)

    @api("POST", f"{BRANCH}/slots/{{slot_id}}/booking", takes=BookingRequest, gives=Booking, status=201, may="book meetings")
    def book(self, caller: Caller, branch_id: str, slot_id: str, request: dict[str, Any]) -> dict[str, Any]:
        """Book a slot for a child; sent again, it gives the same booking"""
        return bookings.book(self.store, caller, branch_id, slot_id, request["student_id"])

    @api("GET", f"{BRANCH}/bookings", query=BookingsQuery, gives=Booking, may="see own bookings", paged=True)
    def my_bookings(self, caller: Caller, branch_id: str, query: dict[str, Any]) -> Paged:
        """The caller's own bookings in time order"""
        return bookings.mine(self.store, caller, branch_id, query)

    @api("GET", f"{BRANCH}/bookings/{{booking_id}}", gives=Booking, may="see bookings")
    def booking(self, caller: Caller, branch_id: str, booking_id: str) -> dict[str, Any]:
        """A booking, for those whom it concerns"""
        return bookings.one(self.store, caller, branch_id, booking_id)

    @api("GET", f"{BRANCH}/bookings/{{booking_id}}/calendar", gives=Media("text/calendar"), may="see bookings")
    def calendar(self, caller: Caller, branch_id: str, booking_id: str) -> Answer:
        """A booking as a calendar file"""
        text = bookings.calendar(self.store, caller, branch_id, booking_id)
        return Answer(text.encode(), CONTENT_TYPE, headers={"Content-Disposition": 'attachment; filename="meeting.ics"'})

    # What is kept of whom

    @on(roster.ExportAsked, prefetch=1)
    def export_person(self, event: Event) -> None:
        export(self.store, privacy.HELD, event, PersonExported)

    @on(roster.PersonErased, prefetch=1)
    def erase_person(self, event: Event) -> None:
        erase_and_tell(self.store, privacy.HELD, event, PersonErased)
