"""How much waits for a branch's office and head, and who is away today."""

from schoolbus.caller import Caller
from schoolbus.service import api
from schoolbus.store import Document
from services.reports.waiting import counting, schemas


class Waiting:
    @api(
        "GET",
        "/v1/branches/{branch_id}/reports-waiting",
        gives=schemas.ReportsWaiting,
        may="see what waits of classes",
    )
    def reports_waiting(self, caller: Caller, branch_id: str) -> Document:
        """How many report card runs and reasons for absence wait; how many children are away today"""
        return counting.of_branch(self.store, caller, branch_id)
