"""Calendars: a person's own, to subscribe to."""

from schoolbus.service import Answer, Media, api
from services.meetings.calendars import feeds
from services.meetings.calendars.schemas import Feed, NewFeed
from services.meetings.invitation import content_type

MINE = "/v1/my-calendar"


class Calendars:
    @api("GET", MINE, gives=Feed, may="keep own calendar")
    def my_calendar(self, caller):
        """Since when one's calendar has an address, and when a program last read it"""
        return feeds.mine(self.store, caller)

    @api("POST", MINE, gives=NewFeed, status=201, may="keep own calendar", address=True)
    def renew_calendar(self, caller, address):
        """A secret address for calendar programs; the one before is void"""
        return feeds.renew(self.store, caller, address)

    @api("DELETE", MINE, may="keep own calendar")
    def revoke_calendar(self, caller):
        """Give up the address: whoever has it reads nothing more"""
        feeds.revoke(self.store, caller)

    @api("GET", "/v1/calendar-feeds/{secret}", gives=Media("text/calendar"), public=True)
    def calendar_feed(self, caller, secret):
        """A person's calendar, by its secret address"""
        text = feeds.read(self.store, secret)
        return Answer(text.encode(), content_type(text))
