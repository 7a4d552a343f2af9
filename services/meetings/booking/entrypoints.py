"""Bookings: guardians book, move and cancel; staff on their behalf."""

from schoolbus.service import Answer, Media, api
from services.meetings.booking import booking, changing, reading
from services.meetings.booking.schemas import Booking, BookingChange, BookingRequest, BookingsQuery
from services.meetings.invitation import content_type

BRANCH = "/v1/branches/{branch_id}"
BOOKING = f"{BRANCH}/bookings/{{booking_id}}"


class Bookings:
    @api(
        "POST",
        f"{BRANCH}/slots/{{slot_id}}/booking",
        takes=BookingRequest,
        gives=Booking,
        status=201,
        may="book meetings",
        keyed=True,
    )
    def book(self, caller, branch_id, slot_id, request, key):
        """Book a slot for a child; sent again, it gives the same booking"""
        return booking.book(self.store, caller, branch_id, slot_id, request, key)

    @api("GET", f"{BRANCH}/bookings", query=BookingsQuery, gives=Booking, may="see own bookings", paged=True)
    def my_bookings(self, caller, branch_id, query):
        """The caller's own bookings in time order"""
        return reading.mine(self.store, caller, branch_id, query)

    @api("GET", BOOKING, gives=Booking, may="see bookings")
    def booking(self, caller, branch_id, booking_id):
        """A booking, for those whom it concerns"""
        return reading.one(self.store, caller, branch_id, booking_id)

    @api("PATCH", BOOKING, takes=BookingChange, gives=Booking, may="change bookings")
    def move(self, caller, branch_id, booking_id, change):
        """Move a booking to another time of the same teacher, or meet by another way"""
        return changing.move(self.store, caller, branch_id, booking_id, change["slot_id"], change["way"])

    @api("POST", f"{BOOKING}/cancellation", gives=Booking, may="change bookings")
    def cancel(self, caller, branch_id, booking_id):
        """Cancel a booking; its time is free again"""
        return changing.cancel(self.store, caller, branch_id, booking_id)

    @api("GET", f"{BOOKING}/calendar", gives=Media("text/calendar"), may="see bookings")
    def calendar(self, caller, branch_id, booking_id):
        """A booking as a calendar file"""
        text = reading.calendar(self.store, caller, branch_id, booking_id)
        return Answer(text.encode(), content_type(text), headers={"Content-Disposition": 'attachment; filename="meeting.ics"'})
