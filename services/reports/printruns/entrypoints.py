"""Print runs: papers of a class, a grade or the branch as one PDF, for the printer."""

from typing import Any

from schoolbus.caller import Caller
from schoolbus.contracts import notifications, roster
from schoolbus.events import Event
from schoolbus.service import Answer, Media, Paged, api, every, on
from services.reports.printruns import asking, clearing, schemas, wanting

RUNS = "/v1/branches/{branch_id}/report-print-runs"
RUN = f"{RUNS}/{{report_print_run_id}}"
PRINT = "print reports"
Document = dict[str, Any]


class PrintRuns:
    @api("POST", RUNS, takes=schemas.PrintRunDraft, gives=schemas.PrintRun, status=202, may=PRINT)
    def ask_for_papers(self, caller: Caller, branch_id: str, draft: Document) -> Document:
        """Have report cards, letters, certificates, diary weeks or registers made into one PDF"""
        return asking.ask(self.store, caller, branch_id, draft)

    @api("GET", RUNS, query=schemas.PrintRunQuery, gives=schemas.PrintRun, paged=True, may=PRINT)
    def paper_runs(self, caller: Caller, branch_id: str, query: Document) -> Paged:
        """Print runs, the newest first; for teachers those of their classes"""
        return asking.several(self.store, caller, branch_id, query)

    @api("GET", RUN, gives=schemas.PrintRun, may=PRINT)
    def paper_run(self, caller: Caller, branch_id: str, report_print_run_id: str) -> Document:
        """How far a print run is, and of whom there is no sheet, with the reason"""
        return asking.one(self.store, caller, branch_id, report_print_run_id)

    @api("GET", f"{RUN}/pdf", gives=Media("application/pdf"), may=PRINT)
    def paper_run_pdf(self, caller: Caller, branch_id: str, report_print_run_id: str) -> Answer:
        """The PDF, in register order, with a separator sheet for each class and an outline"""
        return asking.pdf(self.store, caller, branch_id, report_print_run_id)

    @api("DELETE", RUN, gives=schemas.PrintRun, may=PRINT)
    def cancel_paper_run(self, caller: Caller, branch_id: str, report_print_run_id: str) -> Document:
        """Stop a print run, or take its file away"""
        return asking.cancel(self.store, caller, branch_id, report_print_run_id)

    # Who wants paper

    @on(notifications.ContactFailed)
    def keep_failed_contact(self, event: Event) -> None:
        wanting.failed(self.store, event)

    @on(roster.ContactConfirmed)
    def keep_confirmed_contact(self, event: Event) -> None:
        wanting.confirmed(self.store, event)

    # As time passes

    @every(seconds=600)
    def clear_print_runs(self) -> None:
        clearing.clear(self.store)
