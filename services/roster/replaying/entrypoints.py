"""Readers of our events want their copies of the roster anew."""

from schoolbus.contracts import meetings, notifications, reports
from schoolbus.replay import answering, asked
from schoolbus.service import on
from services.roster.replaying.records import SOURCE


class Replaying:
    @on(meetings.ReplayAsked)
    def replay_to_meetings(self, event):
        asked.begin(self.store, event, SOURCE)

    @on(reports.ReplayAsked)
    def replay_to_reports(self, event):
        asked.begin(self.store, event, SOURCE)

    @on(notifications.ReplayAsked)
    def replay_to_notifications(self, event):
        asked.begin(self.store, event, SOURCE)

    @on(meetings.ReplayDoubted, prefetch=2)
    def answer_doubts_of_meetings(self, event):
        answering.answer(self.store, event, SOURCE)

    @on(reports.ReplayDoubted, prefetch=2)
    def answer_doubts_of_reports(self, event):
        answering.answer(self.store, event, SOURCE)

    @on(notifications.ReplayDoubted, prefetch=2)
    def answer_doubts_of_notifications(self, event):
        answering.answer(self.store, event, SOURCE)
