"""Who saw what about a child, and what is kept of whom."""

from schoolbus.contracts import meetings, notifications, reports
from schoolbus.service import Answer, Media, api, every, on
from services.roster.privacy import erasing, exports, leaving, schemas, searching


class Privacy:
    @api(
        "GET",
        "/v1/branches/{branch_id}/audit",
        query=schemas.AuditQuery,
        gives=schemas.AuditEntry,
        may="see the audit trail",
        paged=True,
    )
    def search_audit_trail(self, caller, branch_id, query):
        """Who saw or changed what about the children of a branch, newest first"""
        return searching.search(self.store, caller, branch_id, query)

    # Export

    @api("POST", "/v1/me/exports", gives=schemas.Export, status=202, may="export oneself")
    def export_me(self, caller):
        """Ask for all that is stored about me"""
        return exports.ask_for_oneself(self.store, caller)

    @api("POST", "/v1/branches/{branch_id}/people/{person_id}/exports", gives=schemas.Export, status=202, may="export people")
    def export_person(self, caller, branch_id, person_id):
        """Ask for all that is stored about somebody of the branch"""
        return exports.ask(self.store, caller, branch_id, person_id)

    @api("GET", "/v1/me/exports", query=schemas.ExportsQuery, gives=schemas.Export, may="export oneself", paged=True)
    def list_exports(self, caller, query):
        """The exports that I asked for, newest first: all, or those about a person"""
        return exports.mine(self.store, caller, query)

    @api("GET", "/v1/me/exports/{export_id}", gives=schemas.Export, may="export oneself")
    def show_export(self, caller, export_id):
        """How an export gets on that I asked for"""
        return exports.one(self.store, caller, export_id)

    @api("GET", "/v1/me/exports/{export_id}/file", gives=Media("application/zip"), may="export oneself")
    def download_export(self, caller, export_id):
        """The ZIP of an export, for a week"""
        parts, size = exports.file(self.store, caller, export_id)
        headers = {"Content-Disposition": 'attachment; filename="export.zip"', "Content-Length": str(size)}
        return Answer(parts, "application/zip", headers=headers)

    @on(meetings.PersonExported)
    def take_export_of_meetings(self, event):
        exports.take(self.store, event)

    @on(reports.PersonExported)
    def take_export_of_reports(self, event):
        exports.take(self.store, event)

    @on(notifications.PersonExported)
    def take_export_of_notifications(self, event):
        exports.take(self.store, event)

    @every(seconds=600)
    def end_exports(self):
        exports.end(self.store)

    # Erasure

    @api(
        "POST",
        "/v1/branches/{branch_id}/people/{person_id}/erasure",
        takes=schemas.ErasureDraft,
        gives=schemas.Erasure,
        status=202,
        may="erase people",
    )
    def ask_for_erasure(self, caller, branch_id, person_id, draft):
        """Ask that a person who has left be erased: a second person confirms it"""
        return erasing.ask(self.store, caller, branch_id, person_id, draft)

    @api("GET", "/v1/branches/{branch_id}/erasures", gives=schemas.Erasure, may="erase people", paged=True)
    def list_erasures(self, caller, branch_id, query):
        """Erasures of a branch, newest first, and which services have done them"""
        return erasing.page(self.store, caller, branch_id, query["page"])

    @api("POST", "/v1/branches/{branch_id}/erasures/{erasure_id}/confirmation", gives=schemas.Erasure, may="erase people")
    def confirm_erasure(self, caller, branch_id, erasure_id):
        """Confirm an erasure that somebody else asked for: it can't be undone"""
        return erasing.confirm(self.store, caller, branch_id, erasure_id)

    @api("DELETE", "/v1/branches/{branch_id}/erasures/{erasure_id}", gives=schemas.Erasure, may="erase people")
    def call_off_erasure(self, caller, branch_id, erasure_id):
        """Call off an erasure that nobody has confirmed yet"""
        return erasing.call_off(self.store, caller, branch_id, erasure_id)

    @every(seconds=6 * 3600)
    def propose_erasures(self):
        leaving.propose(self.store, self.settings.left_days)

    @on(meetings.PersonErased)
    def erased_in_meetings(self, event):
        erasing.done(self.store, event)

    @on(reports.PersonErased)
    def erased_in_reports(self, event):
        erasing.done(self.store, event)

    @on(notifications.PersonErased)
    def erased_in_notifications(self, event):
        erasing.done(self.store, event)

    # The audit trail

    @on(meetings.AccessNoted, prefetch=4)
    def keep_accesses_in_meetings(self, event):
        self.store.audit.keep(self.store, event.data["items"])

    @on(reports.AccessNoted, prefetch=4)
    def keep_accesses_in_reports(self, event):
        self.store.audit.keep(self.store, event.data["items"])

    @on(notifications.AccessNoted, prefetch=4)
    def keep_accesses_in_notifications(self, event):
        self.store.audit.keep(self.store, event.data["items"])
