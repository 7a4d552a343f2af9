"""Bookings: guardians book, hold, move, cancel and wait; staff on their behalf."""

from schoolbus.service import Answer, Media, api, every
from services.meetings.booking import (
    booking,
    changing,
    holding,
    leaving,
    offering,
    proposing,
    reading,
    reminding,
    waiting,
    walk_ins,
)
from services.meetings.booking.freeing import holds_that_ran_out
from services.meetings.booking.schemas import (
    Booking,
    BookingChange,
    BookingRequest,
    BookingsQuery,
    Desk,
    DeskQuery,
    Hold,
    HoldRequest,
    Proposals,
    ProposalsQuery,
    Waiting,
    WaitingQuery,
    WaitingRequest,
    WalkIn,
)
from services.meetings.invitation import content_type

BRANCH = "/v1/branches/{branch_id}"
DAY = f"{BRANCH}/meeting-days/{{meeting_day_id}}"
BOOKING = f"{BRANCH}/bookings/{{booking_id}}"
HOLD = f"{BRANCH}/holds/{{hold_id}}"
PLACE = f"{BRANCH}/waiting/{{waiting_id}}"


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

    # Several at once

    @api("GET", f"{DAY}/proposals", query=ProposalsQuery, gives=Proposals, may="book meetings")
    def proposals(self, caller, branch_id, meeting_day_id, query):
        """Sets of free times back to back, for several children and teachers; the best first"""
        return proposing.propose(self.store, caller, branch_id, meeting_day_id, query)

    @api("POST", f"{DAY}/holds", takes=HoldRequest, gives=Hold, status=201, may="book meetings", keyed=True)
    def hold(self, caller, branch_id, meeting_day_id, request, key):
        """Keep a set of times for two minutes, all or none; sent again, it gives the same hold"""
        return holding.hold(self.store, caller, branch_id, meeting_day_id, request, key)

    @api("GET", HOLD, gives=Hold, may="change bookings")
    def one_hold(self, caller, branch_id, hold_id):
        """What is held, and until when"""
        return holding.one(self.store, caller, branch_id, hold_id)

    @api("POST", f"{HOLD}/booking", gives=Hold, status=201, may="change bookings", keyed=True)
    def book_hold(self, caller, branch_id, hold_id, key):
        """Book all that is held; sent again, it is booked"""
        return holding.confirm(self.store, caller, branch_id, hold_id)

    @api("DELETE", HOLD, status=204, may="change bookings")
    def give_hold_back(self, caller, branch_id, hold_id):
        """Give back what is held"""
        holding.give_back(self.store, caller, branch_id, hold_id)

    # Waiting

    @api("POST", f"{DAY}/waiting", takes=WaitingRequest, gives=Waiting, status=201, may="book meetings", keyed=True)
    def join_waiting(self, caller, branch_id, meeting_day_id, request, key):
        """Wait for a time with a teacher; sent again, it gives the place that there is"""
        return waiting.join(self.store, caller, branch_id, meeting_day_id, request, key)

    @api("GET", f"{DAY}/waiting", query=WaitingQuery, gives=Waiting, may="see bookings", paged=True)
    def waiting_lists(self, caller, branch_id, meeting_day_id, query):
        """Who waits, in order: families see their own places, teachers their list"""
        return waiting.of_day(self.store, caller, branch_id, meeting_day_id, query)

    @api("GET", PLACE, gives=Waiting, may="see bookings")
    def waiting_place(self, caller, branch_id, waiting_id):
        """A family's place in a list, and what is offered to them"""
        return waiting.one(self.store, caller, branch_id, waiting_id)

    @api("DELETE", PLACE, status=204, may="change bookings")
    def leave_waiting(self, caller, branch_id, waiting_id):
        """Wait no more"""
        waiting.leave(self.store, caller, branch_id, waiting_id)

    @api("POST", f"{BOOKING}/acceptance", gives=Booking, may="change bookings", keyed=True)
    def accept_offer(self, caller, branch_id, booking_id, key):
        """Say yes to a time that is offered; sent again, it is booked"""
        return waiting.accept(self.store, caller, branch_id, booking_id)

    @api("POST", f"{BOOKING}/refusal", status=204, may="change bookings")
    def refuse_offer(self, caller, branch_id, booking_id):
        """Say no to a time that is offered, and wait on"""
        waiting.refuse(self.store, caller, branch_id, booking_id)

    # The day itself

    @api("GET", f"{DAY}/desk", query=DeskQuery, gives=Desk, may="book walk-ins")
    def walk_in_desk(self, caller, branch_id, meeting_day_id, query):
        """A child's teachers who are there, each with the soonest free time"""
        return walk_ins.desk(self.store, caller, branch_id, meeting_day_id, query["student_id"])

    @api("POST", f"{DAY}/walk-ins", takes=WalkIn, gives=Booking, status=201, may="book walk-ins", keyed=True)
    def walk_in(self, caller, branch_id, meeting_day_id, request, key):
        """Book the soonest free time with a teacher for a family that is here; sent again, the same booking"""
        return walk_ins.walk_in(self.store, caller, branch_id, meeting_day_id, request, key)

    # As time passes

    @every(seconds=5)
    def free_what_ran_out(self):
        offering.freed(self.store, holds_that_ran_out(self.store))
        offering.offers_that_ran_out(self.store)

    @every(seconds=30)
    def offer_what_is_free(self):
        leaving.former_guardians(self.store)
        offering.wherever_free(self.store)

    @every(seconds=30)
    def remind_of_meetings(self):
        reminding.remind(self.store)
