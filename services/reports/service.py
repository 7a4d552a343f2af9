"""Reports: home and school share what is due, how it went and what is new."""

from functools import partial

from schoolbus.contracts import roster
from schoolbus.contracts.reports import PersonErased, PersonExported
from schoolbus.events import Event
from schoolbus.privacy import erase_and_tell, export
from schoolbus.service import KeepsRoster, Stored, every, on
from services.reports import briefs, privacy, usage
from services.reports.attendance.entrypoints import Attendance
from services.reports.behaviour.entrypoints import Behaviour
from services.reports.cards.designing.entrypoints import CardTemplates
from services.reports.cards.entrypoints import ReportCards
from services.reports.classroom.entrypoints import Classroom
from services.reports.classroom.homework import files
from services.reports.engagement.entrypoints import Engagement
from services.reports.gradebook.entrypoints import Gradebook
from services.reports.homenotes.entrypoints import HomeNotes
from services.reports.store import Store
from services.reports.today.entrypoints import Days


class Reports(
    Classroom, Attendance, Behaviour, Gradebook, ReportCards, CardTemplates, HomeNotes, Days, Engagement, KeepsRoster
):
    name = "reports"
    store = Stored(Store)

    # What is kept of whom

    @on(roster.ExportAsked, prefetch=1)
    def export_person(self, event: Event) -> None:
        export(self.store, privacy.HELD, event, PersonExported, partial(files.exported, self.store))

    @on(roster.PersonErased, prefetch=1)
    def erase_person(self, event: Event) -> None:
        files.erase(self.store, event.data["person_id"])
        with briefs.erasing(self.store, event.data["person_id"]):
            erase_and_tell(self.store, privacy.HELD, event, PersonErased)

    # As time passes

    @every(seconds="USAGE_EVERY")
    def meter_usage(self) -> None:
        usage.meter(self.store)
