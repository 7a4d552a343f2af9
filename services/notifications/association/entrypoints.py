"""When something happened in the parents' association (PTA)."""

from schoolbus.contracts import pta
from schoolbus.service import on
from services.notifications import telling
from services.notifications.webhooks.sending import pass_on


class Association:
    @on(pta.PtaMeetingCancelled)
    def tell_of_cancelled_pta_meeting(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(pta.PtaMeetingReminder)
    def remind_of_pta_meeting(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(pta.PtaMinutesPublished)
    def tell_of_pta_minutes(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(pta.PtaDecisionMade)
    def tell_of_pta_decision(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(pta.PtaDecisionDue)
    def remind_of_pta_decision(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(pta.PtaOfficeTaken)
    def tell_of_pta_office(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(pta.PtaNominated)
    def tell_of_nomination(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(pta.PtaElectionCalled, prefetch=4)
    def tell_of_election(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(pta.PtaElectionOpened, prefetch=4)
    def call_to_vote(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(pta.PtaElectionReminder, prefetch=4)
    def remind_to_vote(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(pta.PtaVoteCast)
    def tell_of_vote(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(pta.PtaElectionCounted, prefetch=4)
    def tell_of_election_result(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(pta.PtaElectionCancelled, prefetch=4)
    def tell_of_cancelled_election(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    # For a branch's own systems alone

    @on(pta.PtaMembershipChanged)
    def pass_on_pta_membership(self, event):
        pass_on(self.store, event)

    @on(pta.PtaOfficeEnded)
    def pass_on_pta_office_end(self, event):
        pass_on(self.store, event)

    @on(pta.PtaDecisionSettled)
    def pass_on_pta_decision(self, event):
        pass_on(self.store, event)
