"""How far families are reached, and what is done about those who are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schoolbus.contracts import meetings, notifications
from schoolbus.service import on
from services.reports.engagement import learning

if TYPE_CHECKING:
    from services.reports.store import Store


class Engagement:
    store: Store

    # When something happened elsewhere

    @on(notifications.ReachCounted, prefetch=4)
    def keep_reach(self, event):
        learning.keep(self.store, self.store.reach, event, "guardian_id")

    @on(meetings.ParticipationCounted, prefetch=4)
    def keep_participation(self, event):
        learning.keep(self.store, self.store.participation, event, "person_id")
