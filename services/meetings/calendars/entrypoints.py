"""Calendars: a person's own, to subscribe to; a branch's, and how many families take part in what it offers."""

from schoolbus.service import Answer, Media, api
from services.meetings.calendars import feeds, of_branch, taking_part
from services.meetings.calendars.schemas import (
    BranchCalendar,
    FamiliesQuery,
    Family,
    Feed,
    NewFeed,
    Participation,
    SeasonQuery,
    Span,
)
from services.meetings.invitation import content_type

MINE = "/v1/my-calendar"
BRANCH = "/v1/branches/{branch_id}"


class Calendars:
    @api("GET", MINE, gives=Feed, may="keep own calendar")
    def my_calendar(self, caller):
        """Since when one's calendar has an address, and when a program last read it"""
        return feeds.mine(self.store, caller)

    @api("POST", MINE, gives=NewFeed, status=201, may="keep own calendar", address=True, keyed=True)
    def renew_calendar(self, caller, address, request_id):
        """A secret address for calendar programs; the one before is void. Asked again with the same key it is the same"""
        return feeds.renew(self.store, caller, address, request_id)

    @api("DELETE", MINE, may="keep own calendar")
    def revoke_calendar(self, caller):
        """Give up the address: whoever has it reads nothing more"""
        feeds.revoke(self.store, caller)

    @api("GET", "/v1/calendar-feeds/{secret}", gives=Media("text/calendar"), public=True)
    def calendar_feed(self, caller, secret):
        """A person's calendar, by its secret address"""
        text = feeds.read(self.store, secret)
        return Answer(text.encode(), content_type(text))

    @api("GET", f"{BRANCH}/activity-calendar", query=Span, gives=BranchCalendar, may="see activities")
    def branch_calendar(self, caller, branch_id, query):
        """What there is for families: meeting days, activities, the association's meetings, holidays"""
        return of_branch.between(self.store, caller, branch_id, query)

    @api("GET", f"{BRANCH}/participation", query=SeasonQuery, gives=Participation, may="see participation")
    def participation(self, caller, branch_id, query):
        """How many families took part in something this term, and in nothing yet"""
        return taking_part.measure(self.store, caller, branch_id, query)

    @api(
        "GET",
        f"{BRANCH}/participation/families",
        query=FamiliesQuery,
        gives=Family,
        may="see participation",
        paged=True,
    )
    def participating_families(self, caller, branch_id, query):
        """The families that took part in nothing yet, or in what"""
        return taking_part.page(self.store, caller, branch_id, query)
