"""Report cards: asked for a class at a time, read by families; their way in between, and what comes after."""

from typing import Any

from schoolbus.caller import Caller
from schoolbus.service import Answer, Media, Paged, api
from services.reports.cards import report_cards, runs
from services.reports.cards.schemas import EditionQuery, ReportCard, ReportCardQuery, Run, RunDraft
from services.reports.cards.verifying.entrypoints import Verifying
from services.reports.cards.workflow.entrypoints import CardWorkflow

BRANCH = "/v1/branches/{branch_id}"
Document = dict[str, Any]


class ReportCards(CardWorkflow, Verifying):
    @api("POST", f"{BRANCH}/report-card-runs", takes=RunDraft, gives=Run, status=202, may="issue report cards")
    def ask_for_report_cards(self, caller: Caller, branch_id: str, draft: Document) -> Document:
        """Have report cards made for a class, or for some of its students"""
        return runs.ask(self.store, caller, branch_id, draft)

    @api("GET", f"{BRANCH}/report-card-runs/{{run_id}}", gives=Run, may="issue report cards")
    def report_card_run(self, caller: Caller, branch_id: str, run_id: str) -> Document:
        """How many report cards were asked for, issued and failed, and why"""
        return runs.progress(self.store, caller, branch_id, run_id)

    @api(
        "GET",
        f"{BRANCH}/report-cards",
        query=ReportCardQuery,
        gives=ReportCard,
        may="see report cards",
        paged=True,
    )
    def report_cards(self, caller: Caller, branch_id: str, query: Document) -> Paged:
        """A child's report cards, the newest first"""
        return report_cards.of_student(self.store, caller, branch_id, query)

    @api("GET", f"{BRANCH}/report-cards/{{report_card_id}}", gives=ReportCard, may="see report cards")
    def report_card(self, caller: Caller, branch_id: str, report_card_id: str) -> Document:
        """One report card"""
        return report_cards.seen(self.store, caller, branch_id, report_card_id)

    @api(
        "GET",
        f"{BRANCH}/report-cards/{{report_card_id}}/pdf",
        query=EditionQuery,
        gives=Media("application/pdf"),
        may="see report cards",
    )
    def report_card_pdf(self, caller: Caller, branch_id: str, report_card_id: str, query: Document) -> Answer:
        """A report card in English (en), in Urdu (ur) or in both"""
        pdf, name = report_cards.pdf(self.store, caller, branch_id, report_card_id, query["language"])
        return Answer(pdf, "application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'})
