"""The roster is pulled from other systems."""

from schoolbus.configured import Configured
from schoolbus.problems import Invalid
from schoolbus.service import api
from services.roster.importing.schemas import ImportQuery
from services.roster.pulling import pulls, schemas
from services.roster.pulling.settings import Pulls


class Pulling:
    pull_settings = Configured(Pulls)

    @api("PUT", "/v1/pulls/{source}", takes=schemas.PullDraft, gives=schemas.Pull, may="pull rosters")
    def put_pull(self, caller, source, wanted):
        """Pull a roster from another system, again and again"""
        if errors := ImportQuery().validate({"source": source}):
            raise Invalid(errors)
        return pulls.put(self.store, self.pull_settings, caller, source, wanted, self.settings.services)

    @api("GET", "/v1/pulls", gives=schemas.Pull, may="pull rosters", paged=True)
    def list_pulls(self, caller, query):
        """Where rosters are pulled from"""
        return pulls.page(self.store, query["page"])

    @api("GET", "/v1/pulls/{source}", gives=schemas.Pull, may="pull rosters")
    def show_pull(self, caller, source):
        """How a pull gets on"""
        return pulls.one(self.store, source)

    @api("POST", "/v1/pulls/{source}/run", query=schemas.RunQuery, gives=schemas.Pull, status=202, may="pull rosters")
    def run_pull(self, caller, source, query):
        """Pull now"""
        return pulls.run_now(self.store, source, anew=query["anew"])

    @api("DELETE", "/v1/pulls/{source}", may="pull rosters")
    def remove_pull(self, caller, source):
        """Pull no more; what came in stays"""
        pulls.remove(self.store, caller, source)
