"""A reader's copy of what notifications has counted: anew."""

from schoolbus.contracts import reports
from schoolbus.replay import answering, asked
from schoolbus.service import on
from services.notifications.replaying.records import SOURCE


class Replaying:
    @on(reports.ReplayAskedOfNotifications)
    def replay_to_reports(self, event):
        asked.begin(self.store, event, SOURCE)

    @on(reports.ReplayDoubtedOfNotifications, prefetch=2)
    def answer_doubts_of_reports(self, event):
        answering.answer(self.store, event, SOURCE)
