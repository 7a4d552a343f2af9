"""Reports: home and school share what is due, how it went and what is new."""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import chain

from schoolbus.contracts import roster
from schoolbus.contracts.reports import PersonExported
from schoolbus.events import Event
from schoolbus.privacy import export
from schoolbus.replay.taking import take
from schoolbus.service import KeepsRoster, Stored, every, on
from schoolbus.store import Document
from services.reports import erasing, metrics, privacy, usage
from services.reports.attendance.entrypoints import Attendance
from services.reports.behaviour.entrypoints import Behaviour
from services.reports.cards.designing.entrypoints import CardTemplates
from services.reports.cards.entrypoints import ReportCards
from services.reports.classroom.entrypoints import Classroom
from services.reports.classroom.homework import files
from services.reports.engagement.entrypoints import Engagement
from services.reports.gradebook.entrypoints import Gradebook
from services.reports.homenotes import voices
from services.reports.homenotes.entrypoints import HomeNotes
from services.reports.oneroster.entrypoints import OneRosterGradebook
from services.reports.papers.entrypoints import Papers
from services.reports.printruns.entrypoints import PrintRuns
from services.reports.replaying.entrypoints import Replaying
from services.reports.store import Store
from services.reports.today.entrypoints import Days
from services.reports.waiting.entrypoints import Waiting


def _files(store: Store, person_id: str, branch_ids: Sequence[str]) -> Iterator[tuple[str, Document]]:
    return chain(*(part.exported(store, person_id, branch_ids) for part in (files, voices)))


class Reports(
    Classroom,
    Attendance,
    Behaviour,
    Gradebook,
    OneRosterGradebook,
    ReportCards,
    CardTemplates,
    Papers,
    PrintRuns,
    HomeNotes,
    Days,
    Engagement,
    Waiting,
    Replaying,
    KeepsRoster,
):
    name = "reports"
    store = Stored(Store, shows=metrics.gauges)

    # What is kept of whom

    @on(roster.ExportAsked, prefetch=1)
    def export_person(self, event: Event) -> None:
        export(self.store, privacy.HELD, event, PersonExported, partial(_files, self.store))

    @on(roster.ReplayedToReports, prefetch=4)
    def keep_replayed(self, event: Event) -> None:
        take(self.store, event)

    @on(roster.PersonErased, prefetch=1)
    def erase_person(self, event: Event) -> None:
        erasing.erase(self.store, event)

    @every(seconds=30)
    def erase_again(self) -> None:
        erasing.again(self.store)

    # As time passes

    @every(seconds="USAGE_EVERY")
    def meter_usage(self) -> None:
        usage.meter(self.store)
