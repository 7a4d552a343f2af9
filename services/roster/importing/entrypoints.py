"""A roster arrives."""

from schoolbus.clock import today
from schoolbus.service import Media, Upload, api, every
from services.roster.importing import deciding, imports, results, schemas, sources, turning


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
        """Send a roster: a OneRoster 1.2 or 1.1 set as ZIP, bulk or delta"""
        return imports.receive(self.store, caller, query["source"], file, self.settings.services, query["apply"])

    @api("GET", "/v1/imports", gives=schemas.ImportLine, may="import rosters", paged=True)
    def list_imports(self, caller, query):
        """Imports, newest first"""
        return imports.page(self.store, query["page"])

    @api("GET", "/v1/imports/{import_id}", gives=schemas.Import, may="import rosters")
    def show_import(self, caller, import_id):
        """How an import gets on, what it would do or has done, and what it found"""
        return imports.one(self.store, import_id)

    @api(
        "GET",
        "/v1/imports/{import_id}/branches",
        query=schemas.PreviewQuery,
        gives=schemas.BranchPreview,
        may="import rosters",
        paged=True,
    )
    def preview_branches(self, caller, import_id, query):
        """What an import does to each branch"""
        return results.branches(self.store, import_id, query)

    @api(
        "GET",
        "/v1/imports/{import_id}/findings",
        query=schemas.FindingsQuery,
        gives=schemas.FoundFinding,
        may="import rosters",
        paged=True,
    )
    def list_findings(self, caller, import_id, query):
        """Every refused or odd row and its reason"""
        return results.findings(self.store, import_id, query)

    @api("GET", "/v1/imports/{import_id}/findings.csv", gives=Media("text/csv"), may="import rosters")
    def download_findings(self, caller, import_id):
        """The same as a file for a spreadsheet"""
        return results.findings_csv(self.store, import_id)

    @api("POST", "/v1/imports/{import_id}/confirmation", gives=schemas.ImportLine, status=202, may="import rosters")
    def confirm_import(self, caller, import_id):
        """Apply an import that waits"""
        return deciding.confirm(self.store, caller, import_id)

    @api("POST", "/v1/imports/{import_id}/cancellation", gives=schemas.ImportLine, may="import rosters")
    def cancel_import(self, caller, import_id):
        """Leave an import that is not yet applied"""
        return deciding.cancel(self.store, caller, import_id)

    @api("POST", "/v1/imports/{import_id}/undo", gives=schemas.ImportLine, status=202, may="import rosters")
    def undo_import(self, caller, import_id):
        """Take the last import of a source back: an import of the set before it"""
        return deciding.undo(self.store, caller, import_id)

    @every(seconds=600)
    def forget_orphans(self):
        sources.forget_orphans(self.store)

    @every(seconds=5)
    def turn_with_the_day(self):
        turning.turn(self.store, today(), self.settings.services)

    @every(seconds=600)
    def cancel_forgotten(self):
        deciding.cancel_forgotten(self.store)
