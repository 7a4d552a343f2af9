"""A reader's copy of what meetings has counted, and meetings' copy of briefs: anew."""

from schoolbus.contracts import reports
from schoolbus.replay import answering, asked
from schoolbus.replay.taking import take
from schoolbus.service import on
from services.meetings.replaying.records import SOURCE


class Replaying:
    @on(reports.ReplayAskedOfMeetings)
    def replay_to_reports(self, event):
        asked.begin(self.store, event, SOURCE)

    @on(reports.ReplayDoubtedOfMeetings, prefetch=2)
    def answer_doubts_of_reports(self, event):
        answering.answer(self.store, event, SOURCE)

    @on(reports.ReplayedToMeetings, prefetch=4)
    def keep_replayed_briefs(self, event):
        take(self.store, event)
