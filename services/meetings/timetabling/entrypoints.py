"""Families' wishes, and the timetables that are made of them."""

from schoolbus.service import api
from services.meetings.timetabling import asking, publishing, results, runs, wishes
from services.meetings.timetabling.schemas import (
    Pin,
    Placement,
    PlacementsQuery,
    Reminded,
    Timetable,
    TimetableDraft,
    Wishes,
    WishesDraft,
    WishesQuery,
)

DAY = "/v1/branches/{branch_id}/meeting-days/{meeting_day_id}"
RUNS = f"{DAY}/timetables"
RUN = f"{RUNS}/{{timetable_id}}"


class Timetabling:
    @api("PUT", f"{DAY}/wishes", takes=WishesDraft, gives=Wishes, may="put wishes")
    def put_wishes(self, caller, branch_id, meeting_day_id, draft):
        """Say whom a family wants to meet and when it can come"""
        return wishes.put(self.store, caller, branch_id, meeting_day_id, draft)

    @api("GET", f"{DAY}/wishes", query=WishesQuery, gives=Wishes, may="see wishes", paged=True)
    def wishes(self, caller, branch_id, meeting_day_id, query):
        """The wishes of a day; a guardian's own"""
        return wishes.page(self.store, caller, branch_id, meeting_day_id, query)

    @api("POST", f"{DAY}/wish-reminders", gives=Reminded, may="arrange meetings", keyed=True)
    def remind_of_wishes(self, caller, branch_id, meeting_day_id, key):
        """Remind the families who have not answered"""
        return asking.remind(self.store, caller, branch_id, meeting_day_id, key)

    @api("POST", RUNS, takes=TimetableDraft, gives=Timetable, status=201, may="arrange meetings", keyed=True)
    def ask_for_timetable(self, caller, branch_id, meeting_day_id, draft, key):
        """Have a timetable made of the wishes"""
        return runs.ask(self.store, caller, branch_id, meeting_day_id, draft, key)

    @api("GET", RUNS, gives=Timetable, may="arrange meetings", paged=True)
    def timetables(self, caller, branch_id, meeting_day_id, query):
        """A day's timetables, the latest first"""
        return runs.page(self.store, caller, branch_id, meeting_day_id, query["page"])

    @api("GET", RUN, gives=Timetable, may="arrange meetings")
    def timetable(self, caller, branch_id, meeting_day_id, timetable_id):
        """How far a timetable is, and how good"""
        return results.counted(self.store, caller, branch_id, meeting_day_id, timetable_id)

    @api("POST", f"{RUN}/stop", gives=Timetable, may="arrange meetings")
    def stop_timetable(self, caller, branch_id, meeting_day_id, timetable_id):
        """Stop looking: the best that was found is the timetable"""
        return runs.stop(self.store, caller, branch_id, meeting_day_id, timetable_id)

    @api("GET", f"{RUN}/placements", query=PlacementsQuery, gives=Placement, may="arrange meetings", paged=True)
    def placements(self, caller, branch_id, meeting_day_id, timetable_id, query):
        """Who is where, by teacher or family; and who has no place, why, and what would free one"""
        return results.page(self.store, caller, branch_id, meeting_day_id, timetable_id, query)

    @api("GET", f"{RUN}/placements/{{placement_id}}", gives=Placement, may="arrange meetings")
    def placement(self, caller, branch_id, meeting_day_id, timetable_id, placement_id):
        """One wish, and where it is"""
        return results.one(self.store, caller, branch_id, meeting_day_id, timetable_id, placement_id)

    @api("PATCH", f"{RUN}/placements/{{placement_id}}", takes=Pin, gives=Placement, may="arrange meetings")
    def pin_placement(self, caller, branch_id, meeting_day_id, timetable_id, placement_id, pin):
        """Pin a placement, here or at another time, or let it go: the next timetable keeps what is pinned"""
        return results.pin(self.store, caller, branch_id, meeting_day_id, timetable_id, placement_id, pin)

    @api("POST", f"{RUN}/publication", gives=Timetable, may="arrange meetings")
    def publish_timetable(self, caller, branch_id, meeting_day_id, timetable_id):
        """Publish a timetable: its placements become bookings, and the families hear of them"""
        return publishing.ask(self.store, caller, branch_id, meeting_day_id, timetable_id)
