"""Who saw what about a child, and what is kept of whom."""

from schoolbus.contracts import meetings, notifications, reports
from schoolbus.service import api, on
from services.roster.privacy import schemas, searching


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

    @on(meetings.AccessNoted, prefetch=4)
    def keep_accesses_in_meetings(self, event):
        self.store.audit.keep(self.store, event.data["items"])

    @on(reports.AccessNoted, prefetch=4)
    def keep_accesses_in_reports(self, event):
        self.store.audit.keep(self.store, event.data["items"])

    @on(notifications.AccessNoted, prefetch=4)
    def keep_accesses_in_notifications(self, event):
        self.store.audit.keep(self.store, event.data["items"])
