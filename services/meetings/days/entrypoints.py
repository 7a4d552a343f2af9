"""Meeting days and weeks: opened, looked at, changed, called off; who should come, and when teachers have time."""

from schoolbus.service import Answer, Media, api, every
from services.meetings.days import (
    availability,
    calling_off,
    changing,
    instead,
    opening,
    priorities,
    reading,
    settling,
    telling,
)
from services.meetings.days.answers import Absent, Availability, Instead, MeetingDay, Preview, Priority, Slot
from services.meetings.days.schemas import (
    AbsenceDraft,
    AvailabilityDraft,
    Cancellation,
    DayChange,
    MeetingDayDraft,
    OneMoreDate,
    SlotsQuery,
    TeacherDraft,
    WaysDraft,
)
from services.meetings.invitation import content_type

BRANCH = "/v1/branches/{branch_id}"
DAYS = f"{BRANCH}/meeting-days"
DAY = f"{DAYS}/{{meeting_day_id}}"
AVAILABILITY = f"{BRANCH}/availability"
PRIORITIES = f"{DAY}/priorities"


class Days:
    @api("POST", DAYS, takes=MeetingDayDraft, gives=MeetingDay, status=201, may="arrange meetings", keyed=True)
    def open_day(self, caller, branch_id, draft, key):
        """Open a day, or a week, of parent-teacher meetings"""
        return opening.open_day(self.store, caller, branch_id, draft, key)

    @api("POST", f"{DAYS}/preview", takes=MeetingDayDraft, gives=Preview, may="arrange meetings")
    def preview_day(self, caller, branch_id, draft):
        """What opening such a day would make, and what stands against it"""
        return opening.preview(self.store, caller, branch_id, draft)

    @api("GET", DAYS, gives=MeetingDay, may="see meeting days", paged=True)
    def meeting_days(self, caller, branch_id, query):
        """The branch's meeting days, the latest first"""
        return reading.page(self.store, caller, branch_id, query["page"])

    @api("GET", DAY, gives=MeetingDay, may="see meeting days")
    def meeting_day(self, caller, branch_id, meeting_day_id):
        """A meeting day with its teachers and where each is to be found"""
        return reading.one(self.store, caller, branch_id, meeting_day_id)

    @api("GET", f"{DAY}/slots", query=SlotsQuery, gives=Slot, may="see meeting days", paged=True)
    def slots(self, caller, branch_id, meeting_day_id, query):
        """A day's slots in time order; who holds them is for the office, that teacher and that family"""
        return reading.slots(self.store, caller, branch_id, meeting_day_id, query)

    @api("GET", f"{DAY}/calendar", gives=Media("text/calendar"), may="see own bookings")
    def day_calendar(self, caller, branch_id, meeting_day_id):
        """The caller's own meetings of a day as one calendar file"""
        text = reading.calendar(self.store, caller, branch_id, meeting_day_id)
        headers = {"Content-Disposition": 'attachment; filename="meetings.ics"'}
        return Answer(text.encode(), content_type(text), headers=headers)

    # A day that is open

    @api("PATCH", DAY, takes=DayChange, gives=MeetingDay, may="arrange meetings")
    def change_day(self, caller, branch_id, meeting_day_id, change):
        """Change a day's title, when booking opens, its deadline and caps"""
        return changing.change_terms(self.store, caller, branch_id, meeting_day_id, change)

    @api("POST", f"{DAY}/teachers", takes=TeacherDraft, gives=MeetingDay, may="arrange meetings")
    def add_teacher(self, caller, branch_id, meeting_day_id, draft):
        """Add a teacher to what is left of a day"""
        return changing.add_teacher(self.store, caller, branch_id, meeting_day_id, draft)

    @api("PUT", f"{DAY}/teachers/{{teacher_id}}/ways", takes=WaysDraft, gives=MeetingDay, may="arrange meetings")
    def change_ways(self, caller, branch_id, meeting_day_id, teacher_id, draft):
        """Say where a teacher is to be found now; families who booked hear"""
        return changing.change_ways(self.store, caller, branch_id, meeting_day_id, teacher_id, draft)

    @api("POST", f"{DAY}/dates", takes=OneMoreDate, gives=MeetingDay, may="arrange meetings")
    def add_date(self, caller, branch_id, meeting_day_id, draft):
        """Add a date, with all teachers who have time then"""
        return changing.add_date(self.store, caller, branch_id, meeting_day_id, draft)

    @api("POST", f"{DAY}/absences", takes=AbsenceDraft, gives=Absent, may="arrange meetings")
    def teacher_is_away(self, caller, branch_id, meeting_day_id, draft):
        """A teacher can't come, or nobody can: times are gone, and meetings then are called off"""
        return calling_off.absent(self.store, caller, branch_id, meeting_day_id, draft)

    @api("POST", f"{DAY}/cancellation", takes=Cancellation, gives=MeetingDay, may="arrange meetings")
    def cancel_day(self, caller, branch_id, meeting_day_id, cancellation):
        """Cancel a day and all that is booked on it; everybody hears once"""
        return calling_off.cancel(self.store, caller, branch_id, meeting_day_id, cancellation.get("reason"))

    @api("GET", f"{BRANCH}/bookings/{{booking_id}}/alternatives", gives=Instead, may="see bookings")
    def alternatives(self, caller, branch_id, booking_id):
        """Free times instead of a meeting that one has, or that was called off"""
        return instead.instead(self.store, caller, branch_id, booking_id)

    # Who should come

    @api("GET", PRIORITIES, gives=Priority, may="see priorities", paged=True)
    def priorities(self, caller, branch_id, meeting_day_id, query):
        """The children whom teachers marked for a day: a teacher's own; office and head see all"""
        return priorities.page(self.store, caller, branch_id, meeting_day_id, query["page"])

    @api("PUT", f"{PRIORITIES}/{{student_id}}", gives=Priority, may="mark priorities")
    def mark_priority(self, caller, branch_id, meeting_day_id, student_id):
        """Mark a child for whom a meeting is important; the family may then book early"""
        return priorities.mark(self.store, caller, branch_id, meeting_day_id, student_id)

    @api("DELETE", f"{PRIORITIES}/{{student_id}}", may="mark priorities")
    def unmark_priority(self, caller, branch_id, meeting_day_id, student_id):
        """Take one's mark back"""
        priorities.unmark(self.store, caller, branch_id, meeting_day_id, student_id)

    # When teachers have time

    @api("GET", AVAILABILITY, gives=Availability, may="arrange meetings", paged=True)
    def availabilities(self, caller, branch_id, query):
        """When teachers have time for meetings, of those who have said so"""
        return availability.page(self.store, caller, branch_id, query["page"])

    @api("GET", f"{AVAILABILITY}/{{teacher_id}}", gives=Availability, may="keep availability")
    def availability(self, caller, branch_id, teacher_id):
        """When a teacher has time for meetings"""
        return availability.one(self.store, caller, branch_id, teacher_id)

    @api("PUT", f"{AVAILABILITY}/{{teacher_id}}", takes=AvailabilityDraft, gives=Availability, may="keep availability")
    def keep_availability(self, caller, branch_id, teacher_id, draft):
        """Say when a teacher has time, week by week, and when not"""
        return availability.keep(self.store, caller, branch_id, teacher_id, draft)

    @api("DELETE", f"{AVAILABILITY}/{{teacher_id}}", may="keep availability")
    def drop_availability(self, caller, branch_id, teacher_id):
        """The teacher has time always again"""
        availability.drop(self.store, caller, branch_id, teacher_id)

    # As time passes

    @every(seconds=5)
    def tell_of_days(self):
        telling.tell_due(self.store)

    @every(seconds=5)
    def settle_days(self):
        settling.settle_due(self.store)
