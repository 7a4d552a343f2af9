"""Meeting days and their slots."""

from schoolbus.service import api
from services.meetings.days import opening, reading
from services.meetings.days.schemas import MeetingDay, MeetingDayDraft, Slot, SlotsQuery

DAYS = "/v1/branches/{branch_id}/meeting-days"
DAY = f"{DAYS}/{{meeting_day_id}}"


class Days:
    @api("POST", DAYS, takes=MeetingDayDraft, gives=MeetingDay, status=201, may="arrange meetings")
    def open_day(self, caller, branch_id, draft):
        """Open a day of parent-teacher meetings"""
        return opening.open_day(self.store, caller, branch_id, draft)

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
