"""Meeting days and weeks: opened, looked at, changed, called off; who is invited, and when teachers have time."""

from schoolbus.service import api, every
from services.meetings.days import opening, reading, telling
from services.meetings.days.answers import MeetingDay, Preview, Slot
from services.meetings.days.schemas import MeetingDayDraft, SlotsQuery

DAYS = "/v1/branches/{branch_id}/meeting-days"
DAY = f"{DAYS}/{{meeting_day_id}}"


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
        """A day's slots in time order; who holds them is for the staff alone"""
        return reading.slots(self.store, caller, branch_id, meeting_day_id, query)

    # As time passes

    @every(seconds=5)
    def tell_of_days(self):
        telling.tell_due(self.store)
