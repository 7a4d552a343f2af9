"""A branch's own systems hear of its events."""

from schoolbus.service import api
from services.notifications.webhooks import deliveries, endpoints, offered, schemas

ALL = "/v1/branches/{branch_id}/webhooks"
ONE = ALL + "/{webhook_id}"


class Webhooks:
    @api("GET", ALL, gives=schemas.Webhook, paged=True, may="keep webhooks")
    def list_webhooks(self, caller, branch_id, query):
        """The webhooks of a branch"""
        return endpoints.page(self.store, caller, branch_id, query["page"])

    @api("GET", ALL + "/events", gives=schemas.OfferedEvents, may="keep webhooks")
    def list_webhook_events(self, caller, branch_id):
        """The events that a webhook can be told of"""
        return {"items": offered.listed()}

    @api("POST", ALL, takes=schemas.WebhookDraft, gives=schemas.WebhookWithSecret, status=201, may="keep webhooks")
    def make_webhook(self, caller, branch_id, draft):
        """Have events of a branch posted to an address"""
        private = self.settings.webhook_allow_private
        return endpoints.make(self.store, caller, branch_id, draft, allow_private=private)

    @api("GET", ONE, gives=schemas.Webhook, may="keep webhooks")
    def show_webhook(self, caller, branch_id, webhook_id):
        """One webhook"""
        return endpoints.one(self.store, caller, branch_id, webhook_id)

    @api("PATCH", ONE, takes=schemas.WebhookChange, gives=schemas.Webhook, may="keep webhooks")
    def change_webhook(self, caller, branch_id, webhook_id, change):
        """Change a webhook, or switch it off and on"""
        private = self.settings.webhook_allow_private
        return endpoints.change(self.store, caller, branch_id, webhook_id, change, allow_private=private)

    @api("DELETE", ONE, may="keep webhooks")
    def remove_webhook(self, caller, branch_id, webhook_id):
        """Remove a webhook, with its log"""
        endpoints.remove(self.store, caller, branch_id, webhook_id)

    @api("POST", ONE + "/secret", gives=schemas.WebhookWithSecret, may="keep webhooks")
    def rotate_webhook_secret(self, caller, branch_id, webhook_id):
        """A new secret; the one before stays good for a day"""
        return endpoints.rotate(self.store, caller, branch_id, webhook_id)

    @api("POST", ONE + "/test", gives=schemas.Delivery, status=202, may="keep webhooks")
    def test_webhook(self, caller, branch_id, webhook_id):
        """Send an event that says nothing"""
        return deliveries.test(self.store, caller, branch_id, webhook_id)

    @api("GET", ONE + "/deliveries", query=schemas.DeliveryQuery, gives=schemas.Delivery, paged=True, may="keep webhooks")
    def list_deliveries(self, caller, branch_id, webhook_id, query):
        """What was delivered, what waits, and why"""
        return deliveries.page(self.store, caller, branch_id, webhook_id, query)

    @api("POST", ONE + "/deliveries/{delivery_id}/retry", gives=schemas.Delivery, status=202, may="keep webhooks")
    def retry_delivery(self, caller, branch_id, webhook_id, delivery_id):
        """Deliver once more, at once"""
        return deliveries.retry(self.store, caller, branch_id, webhook_id, delivery_id)
