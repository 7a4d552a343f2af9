"""Meetings: home and school find a time and meet."""

from schoolbus.configured import Configured
from schoolbus.contracts import roster
from schoolbus.contracts.meetings import PersonErased, PersonExported
from schoolbus.events import Event
from schoolbus.privacy import erase_and_tell, export
from schoolbus.replay.taking import take
from schoolbus.service import KeepsRoster, Stored, every, on
from services.meetings import erasing, privacy
from services.meetings.activities.entrypoints import Activities
from services.meetings.activities.slips.entrypoints import PermissionSlips
from services.meetings.activities.volunteering.entrypoints import Volunteering
from services.meetings.booking import leaving
from services.meetings.booking.entrypoints import Bookings
from services.meetings.calendars.entrypoints import Calendars
from services.meetings.days.entrypoints import Days
from services.meetings.partaking import counting
from services.meetings.promising.entrypoints import Promising
from services.meetings.pta.elections.entrypoints import PtaElections
from services.meetings.pta.entrypoints import Pta
from services.meetings.replaying.entrypoints import Replaying
from services.meetings.settings import Settings
from services.meetings.store import Store
from services.meetings.theday import briefs
from services.meetings.theday.entrypoints import TheDay
from services.meetings.timetabling.entrypoints import Timetabling
from services.meetings.writing.entrypoints import Writing


class Meetings(
    Days,
    Bookings,
    Timetabling,
    Calendars,
    TheDay,
    Promising,
    Writing,
    Activities,
    Volunteering,
    PermissionSlips,
    Pta,
    PtaElections,
    Replaying,
    KeepsRoster,
):
    name = "meetings"
    store = Stored(Store)
    settings = Configured(Settings)

    # Of the roster, what ends somebody's place in a waiting list

    @on(roster.PeopleChanged, prefetch=4)
    def keep_people(self, event: Event) -> None:
        super().keep_people(event)
        leaving.doubt(self.store, event.scope, event.data["items"])

    @on(roster.RelationsChanged, prefetch=4)
    def keep_relations(self, event: Event) -> None:
        super().keep_relations(event)
        leaving.doubt(self.store, event.scope, event.data["items"])

    # What is kept of whom

    @on(roster.ExportAsked, prefetch=1)
    def export_person(self, event: Event) -> None:
        export(self.store, privacy.HELD, event, PersonExported)

    @on(roster.ReplayedToMeetings, prefetch=4)
    def keep_replayed(self, event: Event) -> None:
        take(self.store, event)
        leaving.doubt(self.store, event.scope, [*event.data["people"], *event.data["relations"]])

    @on(roster.PersonErased, prefetch=1)
    def erase_person(self, event: Event) -> None:
        erasing.end_all(self.store, event)
        erase_and_tell(self.store, privacy.HELD, event, PersonErased)
        briefs.forget(self.store, event)
        counting.forget(self.store, event)

    @every(seconds=30)
    def erase_again(self) -> None:
        erasing.again(self.store)

    # As time passes

    @every(seconds=10)
    def count_participation(self) -> None:
        counting.tell(self.store, self.settings.count_every)
