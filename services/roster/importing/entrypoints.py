"""A roster arrives."""

from schoolbus.service import Upload, api, every
from services.roster.importing import imports, schemas


class Importing:
    @api(
        "POST",
        "/v1/imports",
        query=schemas.ImportQuery,
        takes=Upload("application/zip", limit=imports.LIMIT),
        gives=schemas.ImportLine,
        status=202,
        may="import rosters",
    )
    def receive_roster(self, caller, query, file):
        """Send a roster: a OneRoster 1.2 bulk set as ZIP"""
        return imports.receive(self.store, caller, query["source"], file, self.settings.services)

    @api("GET", "/v1/imports", gives=schemas.ImportLine, may="import rosters", paged=True)
    def list_imports(self, caller, query):
        """Imports, newest first"""
        return imports.page(self.store, query["page"])

    @api("GET", "/v1/imports/{import_id}", gives=schemas.Import, may="import rosters")
    def show_import(self, caller, import_id):
        """How an import gets on, and what it found"""
        return imports.one(self.store, import_id)

    @every(seconds=600)
    def forget_orphans(self):
        imports.forget_orphans(self.store)
