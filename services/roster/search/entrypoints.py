"""Somebody is looked for by name."""

from schoolbus.service import api
from services.roster.search import finding, schemas


class Searching:
    @api("GET", "/v1/people", query=schemas.NameQuery, gives=schemas.FoundPerson, may="see people of the chain", paged=True)
    def search_people(self, caller, query):
        """People of the whole chain by name, in Latin letters or Urdu script, however it is spelt"""
        return finding.in_chain(self.store, caller, query)
