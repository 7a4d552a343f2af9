"""Numbers and mailboxes that don't work any more."""

from schoolbus.contracts import notifications
from schoolbus.service import api, on
from services.roster.contacts import repairing, schemas


class Contacts:
    @api(
        "GET",
        "/v1/branches/{branch_id}/contacts-to-repair",
        gives=schemas.ContactToRepair,
        may="repair contacts",
        paged=True,
    )
    def list_contacts_to_repair(self, caller, branch_id, query):
        """Numbers and mailboxes of which carriers say that they are bad"""
        return repairing.page(self.store, caller, branch_id, query["page"])

    @api("POST", "/v1/branches/{branch_id}/people/{person_id}/contacts/{channel}/confirmation", may="repair contacts")
    def confirm_contact(self, caller, branch_id, person_id, channel):
        """Say that a guardian's number or mailbox is right after all: it is used again"""
        repairing.confirm(self.store, caller, branch_id, person_id, channel)

    @on(notifications.ContactFailed)
    def keep_failed_contact(self, event):
        repairing.keep(self.store, event)
