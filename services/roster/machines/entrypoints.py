"""Other systems: who they are, and their tokens."""

from schoolbus.body import RawBody
from schoolbus.service import api
from services.roster.machines import clients, grant, schemas


class Machines:
    @api(
        "POST",
        "/v1/machine-clients",
        takes=schemas.MachineDraft,
        gives=schemas.MachineWithSecret,
        status=201,
        may="manage machine clients",
    )
    def make_machine_client(self, caller, wanted):
        """Make a client for another system; its secret is shown once"""
        return clients.make(self.store, caller, wanted)

    @api("GET", "/v1/machine-clients", gives=schemas.Machine, may="manage machine clients", paged=True)
    def list_machine_clients(self, caller, query):
        """Clients of other systems"""
        return clients.page(self.store, query["page"])

    @api(
        "POST",
        "/v1/machine-clients/{client_id}/secret",
        gives=schemas.MachineWithSecret,
        status=201,
        may="manage machine clients",
    )
    def renew_machine_secret(self, caller, client_id):
        """A new secret; the old one is good for a day more"""
        return clients.renew_secret(self.store, caller, client_id)

    @api("DELETE", "/v1/machine-clients/{client_id}", may="manage machine clients")
    def remove_machine_client(self, caller, client_id):
        """Remove a client: its access ends at once"""
        clients.remove(self.store, caller, client_id)

    @api("POST", "/oauth2/token", takes=RawBody(limit=10_000), gives=schemas.MachineToken, public=True)
    def give_machine_token(self, caller, request):
        """A token for a machine (OAuth 2 client credentials)"""
        return grant.answer(self.store, self.settings, caller.origin, request)
