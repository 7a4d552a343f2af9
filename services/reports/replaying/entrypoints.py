"""A reader's copy of reports' briefs, and reports' copies of what others have counted: anew."""

from schoolbus.contracts import meetings, notifications
from schoolbus.events import Event
from schoolbus.replay import answering, asked
from schoolbus.replay.taking import take
from schoolbus.service import on
from services.reports.replaying.records import SOURCE


class Replaying:
    @on(meetings.ReplayAskedOfReports)
    def replay_to_meetings(self, event: Event) -> None:
        asked.begin(self.store, event, SOURCE)

    @on(meetings.ReplayDoubtedOfReports, prefetch=2)
    def answer_doubts_of_meetings(self, event: Event) -> None:
        answering.answer(self.store, event, SOURCE)

    @on(meetings.ReplayedToReports, prefetch=4)
    def keep_replayed_participation(self, event: Event) -> None:
        take(self.store, event)

    @on(notifications.ReplayedToReports, prefetch=4)
    def keep_replayed_reach(self, event: Event) -> None:
        take(self.store, event)
