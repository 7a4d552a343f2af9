"""Which services a branch has."""

from schoolbus.service import Answer, api
from services.roster.school import branches
from services.roster.subscribing import schemas, subscriptions


class Subscribing:
    @api("GET", "/v1/branches/{branch_id}/subscriptions", gives=schemas.Subscriptions, may="see subscriptions")
    def show_subscriptions(self, caller, branch_id):
        """The services that a branch subscribes to"""
        return branches.one(self.store, caller, branch_id)

    @api(
        "PUT",
        "/v1/branches/{branch_id}/subscriptions",
        takes=schemas.Subscriptions,
        gives=schemas.Subscriptions,
        may="choose subscriptions",
    )
    def subscribe(self, caller, branch_id, wanted):
        """Choose the services of a branch"""
        return subscriptions.subscribe(self.store, caller, branch_id, wanted["services"])

    @api("GET", "/internal/subscriptions", public=True)
    def show_all_subscriptions(self, caller):
        """For the gateway, which lets nobody else in"""
        return Answer(subscriptions.subscriptions(self.store))
